// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Debuginfo that is damaged: bytes of its sections are replaced at random
 * (with fixed seeds), and everything in it is asked for. What comes out does
 * not matter; it has to come to an end, without touching what is not there.
 */
#include "run-check.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <gelf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/util.h"
#include "types/dwarf_types.h"

enum { SEEDS = 120, CHILDREN_MAX = 3000, DEPTH_MAX = 20 };

static unsigned variables, located;

static void look(const struct variable *v, void *data)
{
	const struct type *t = type_strip(v->type);
	struct buf b;
	uint64_t at;

	(void)data;
	variables++;
	located += v->npieces > 0;
	buf_init(&b);
	type_print(&b, v->type);
	for (uint32_t i = 0; i < t->nmembers && i < 50; i++)
		type_print(&b, type_strip(type_get(t->db, t->members[i].type_id)));
	type_find_member(t, "s", &at);
	buf_deinit(&b);
}

static void walk(struct dwarf_types *d, Dwarf_Die *die, unsigned depth)
{
	Dwarf_Die c;
	unsigned n = 0;

	if (depth > DEPTH_MAX || dwarf_child(die, &c))
		return;
	do {
		int tag = dwarf_tag(&c);
		Dwarf_Addr low = 0;

		if (tag == DW_TAG_subprogram || tag == DW_TAG_inlined_subroutine) {
			dwarf_entrypc(&c, &low);
			for (unsigned k = 0; k < 40; k += 9)
				scope_each(dwarf_scope_new(d, &c, low + k), look, NULL);
		}
		walk(d, &c, depth + 1);
	} while (++n < CHILDREN_MAX && !dwarf_siblingof(&c, &c));
}

static void read_all(char *image, size_t size)
{
	Elf *elf = elf_memory(image, size);
	Dwarf *dw = dwarf_begin_elf(elf, DWARF_C_READ, NULL);
	struct dwarf_types *d;
	Dwarf_CU *cu = NULL;
	Dwarf_Die unit;
	int64_t v;

	if (dw) {
		d = dwarf_types_new(dw, arch_find("x86_64"), NULL);
		for (unsigned k = 0; k < 50 && !dwarf_get_units(dw, cu, &cu, NULL, NULL, &unit, NULL); k++)
			walk(d, &unit, 0);
		dwarf_global(d, "global_number", NULL);
		dwarf_global(d, "file_static", "dwarf-target.c");
		types_enumerator(&d->db, "GREEN", &v);
		types_find(&d->db, TYPE_STRUCT, "outer");
		types_function(&d->db, "members", NULL);
		arena_destroy(d->db.arena);
		dwarf_end(dw);
	}
	elf_end(elf);
}

static void damage(char *image, size_t size)
{
	Elf *elf = elf_memory(image, size);
	Elf_Scn *scn = NULL;
	size_t strings;

	elf_getshdrstrndx(elf, &strings);
	while ((scn = elf_nextscn(elf, scn))) {
		const char *name;
		GElf_Shdr sh;

		if (!gelf_getshdr(scn, &sh) || !sh.sh_size)
			continue;
		name = elf_strptr(elf, strings, sh.sh_name);
		if (strncmp(name, ".debug_", 7) || !strcmp(name, ".debug_str") || !strcmp(name, ".debug_line"))
			continue;
		for (int n = 1 + rand() % 4; n; n--)
			image[sh.sh_offset + (size_t)rand() % sh.sh_size] = (char)rand();
	}
	elf_end(elf);
}

static void check(const char *options)
{
	const char *top = getenv("SONDE_TOP") ? getenv("SONDE_TOP") : ".";
	char path[] = "/tmp/sonde-broken-XXXXXX", cmd[512], *image, *copy;
	int fd = mkstemp(path);
	size_t size;

	snprintf(cmd, sizeof(cmd), "gcc -w -no-pie -O2 %s %s/tests/lib/dwarf-target.c -o %s", options, top, path);
	CHECK(fd >= 0 && !system(cmd) && !file_read(path, &image, &size), "cannot build");
	unlink(path);
	if (check_failed)
		return;
	variables = located = 0;
	for (unsigned seed = 0; seed < SEEDS; seed++) {
		copy = malloc(size);
		memcpy(copy, image, size);
		srand(seed);
		if (seed) /* the first is whole */
			damage(copy, size);
		read_all(copy, size);
		CHECK(seed || (variables > 200 && located > 150), "%u variables, %u with a place", variables, located);
		free(copy);
	}
	free(image);
	if (!check_failed)
		printf("ok %s: %u variables, %u with a place\n", options, variables, located);
}

int main(void)
{
	elf_version(EV_CURRENT);
	check("-gdwarf-5");
	check_status |= check_failed;
	check("-gdwarf-4 -fdebug-types-section");
	return check_status | check_failed;
}
