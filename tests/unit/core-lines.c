// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lines of code: for every byte of this program, the table that the compiler makes and the module's lookup in it say
 * what libdw does. Then tables with bytes changed: each is refused, or looked up in without harm.
 */
#include "core/lines.h"

#include <elfutils/libdw.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "run-check.h"
#include "types/dwarf_table.h"
#include "types/program.h"

static struct line_table table;
static uint64_t text, text_size;

static bool find_text(Elf *elf)
{
	Elf_Scn *scn = NULL;
	size_t names;

	if (!elf || elf_getshdrstrndx(elf, &names))
		return false;
	while ((scn = elf_nextscn(elf, scn))) {
		GElf_Shdr h;

		if (!gelf_getshdr(scn, &h) || strcmp(elf_strptr(elf, names, h.sh_name), ".text"))
			continue;
		text = h.sh_addr;
		text_size = h.sh_size;
	}
	return text;
}

static struct sd_line_section section_of(const struct line_table *t, unsigned part)
{
	const struct line_part *p = &t->parts[part];

	return (struct sd_line_section){ .size = p->size, .first = p->first, .count = p->count, .table = t->data };
}

static unsigned text_part(void)
{
	for (unsigned i = 0; i < table.nparts; i++)
		if (table.parts[i].size == text_size)
			return i;
	return 0;
}

static void is_right(void)
{
	static struct kernel k = { .arch = "x86_64" };
	struct sd_line_section s;
	unsigned known = 0, wrong = 0;
	struct sd_line line;
	struct program *p;
	const char *why;
	int fd = open("/proc/self/exe", O_RDONLY);
	Dwarf *dw = dwarf_begin(fd, DWARF_C_READ);

#ifdef __aarch64__
	k.arch = "arm64";
#endif
	CHECK(dw && find_text(dwarf_getelf(dw)), "this program has no lines");
	p = program_open(&k, "/proc/self/exe", &why);
	CHECK(p && program_debug(p) && dwarf_line_table(program_debug(p), &table), "no table");
	if (check_failed)
		return;
	s = section_of(&table, text_part());
	CHECK(s.size == text_size, "no table of .text");
	for (uint64_t a = text; a < text + text_size && !check_failed; a++) {
		int number = 0, found = sd_line_find(&s, (unsigned)(a - text), &line);
		Dwarf_Die unit;
		Dwarf_Line *l = dwarf_addrdie(dw, a, &unit) ? dwarf_getsrc_die(&unit, a) : NULL;
		const char *source = l ? dwarf_linesrc(l, NULL, NULL) : NULL;

		if (l)
			dwarf_lineno(l, &number);
		if (!number)
			source = NULL;
		known += source != NULL;
		if (!!source != !!found || (source && (strcmp(source, line.source.s) || (unsigned)number != line.line)))
			CHECK(wrong++, "0x%llx: %s:%d, and the table has %s:%u", (unsigned long long)a, source ? source : "nothing", number,
			      found ? line.source.s : "nothing", found ? line.line : 0);
	}
	CHECK(known > 1000, "only %u bytes have a line", known);
	CHECK(!sd_line_find(&s, (unsigned)text_size, &line), "something behind the end");
	dwarf_end(dw);
	close(fd);
}

static void is_safe(void)
{
	unsigned char *copy = malloc(table.size);
	unsigned refused = 0;

	srand(1);
	for (unsigned n = 0; n < 4000; n++) {
		struct line_table t;
		struct sd_line line;

		memcpy(copy, table.data, table.size);
		for (unsigned i = 0; i < 4; i++) /* half of them in front, where numbers of things are */
			copy[(size_t)rand() % (n % 2 ? table.size : 64)] = (unsigned char)rand();
		if (!line_table_check(copy, table.size, &t)) {
			refused++;
			continue;
		}
		for (unsigned i = 0; i < t.nparts; i++) {
			struct sd_line_section s = section_of(&t, i);

			for (unsigned k = 0; k < 50; k++)
				if (sd_line_find(&s, (unsigned)rand() % (s.size | 1), &line))
					CHECK(strlen(line.source.s) == line.source.n, "a name that does not end");
		}
	}
	CHECK(refused > 100 && refused < 3900, "%u of 4000 refused", refused);
	CHECK(!line_table_check(table.data, table.size - 1, &(struct line_table){ 0 }), "one that is cut off");
	free(copy);
}

int main(void)
{
	RUN(is_right);
	if (!check_status)
		RUN(is_safe);
	return check_status;
}
