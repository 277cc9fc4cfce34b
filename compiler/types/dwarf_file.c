// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Opening files with DWARF, by libdwfl, which lays out and relocates the
 * sections of modules. Each file is opened once and stays open.
 */
#include "types/dwarf_internal.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/intern.h"
#include "base/vec.h"
#include "types/dwarf_find.h"
#include "types/dwarf_index.h"
#include "types/kernel.h"

struct opened {
	struct kernel *kernel;
	const char *module;
	struct dwarf_state *state; /* NULL: there is none */
	struct dwarf_search search;
	bool network;              /* the servers were asked */
};

static struct VEC(struct opened *) files;

static int no_file(Dwfl_Module *mod, void **user, const char *name, Dwarf_Addr base, const char *file, const char *link, GElf_Word crc,
		   char **found)
{
	(void)mod, (void)user, (void)name, (void)base, (void)file, (void)link, (void)crc, (void)found;
	return -1; /* what is opened holds it all */
}

static const Dwfl_Callbacks callbacks = { .find_debuginfo = no_file, .section_address = dwfl_offline_section_address };

/* Of a program, what was found elsewhere. */
static int debug_file(Dwfl_Module *mod, void **user, const char *name, Dwarf_Addr base, const char *file, const char *link, GElf_Word crc,
		      char **found)
{
	const struct dwarf_state *s = *user;

	(void)mod, (void)name, (void)base, (void)file, (void)link, (void)crc;
	if (!s || !s->debug)
		return -1;
	*found = strdup(s->debug);
	return open(s->debug, O_RDONLY | O_CLOEXEC);
}

/* A program at the addresses that it was linked for. */
static bool begin_program(struct dwarf_state *s)
{
	static const Dwfl_Callbacks of_program = { .find_debuginfo = debug_file, .section_address = dwfl_offline_section_address };
	void **user;

	s->dwfl = dwfl_begin(&of_program);
	if (!s->dwfl)
		return false;
	dwfl_report_begin(s->dwfl);
	s->mod = dwfl_report_elf(s->dwfl, s->f.path, s->f.path, -1, 0, true);
	dwfl_report_end(s->dwfl, NULL, NULL);
	if (s->mod && dwfl_module_info(s->mod, &user, NULL, NULL, NULL, NULL, NULL, NULL)) {
		*user = s;
		s->dw = dwfl_module_getdwarf(s->mod, &s->bias);
	}
	return s->dw;
}

bool dwarf_begin_file(struct dwarf_state *s)
{
	if (s->dwfl)
		return s->mod && s->dw;
	if (s->f.program)
		return begin_program(s);
	s->dwfl = dwfl_begin(&callbacks);
	if (!s->dwfl)
		return false;
	dwfl_report_begin(s->dwfl);
	s->mod = dwfl_report_offline(s->dwfl, s->f.module ? s->f.module : "kernel", s->f.path, -1);
	dwfl_report_end(s->dwfl, NULL, NULL);
	if (s->mod)
		s->dw = dwfl_module_getdwarf(s->mod, &s->bias);
	return s->dw;
}

Dwarf *dwarf_handle(struct dwarf_file *f)
{
	struct dwarf_state *s = dwarf_state_of(f);

	return dwarf_begin_file(s) ? s->dw : NULL;
}

bool dwarf_die_at(struct dwarf_file *f, uint64_t offset, Dwarf_Die *die)
{
	Dwarf *dw = dwarf_handle(f);

	return dw && dwarf_offdie(dw, offset, die);
}

/* Is all of it mapped from a file? Only such memory can be given back: it is read again when it is touched. */
static bool is_mapped(uintptr_t from, uintptr_t to)
{
	unsigned long low, high, inode;
	char line[512];
	bool ok = false;
	FILE *f = fopen("/proc/self/maps", "re");

	while (f && !ok && fgets(line, sizeof(line), f))
		ok = sscanf(line, "%lx-%lx %*s %*s %*s %lu", &low, &high, &inode) == 3 && inode && low <= from && to <= high;
	if (f)
		fclose(f);
	return ok;
}

/* The pages of a linked file that were looked at stay mapped otherwise, most of them without need. */
static void give_back(Elf *elf)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), from, to;
	GElf_Ehdr h;
	size_t size;
	char *base = elf ? elf_rawfile(elf, &size) : NULL;

	if (!base || !gelf_getehdr(elf, &h) || h.e_type == ET_REL) /* relocated in place */
		return;
	from = ((uintptr_t)base + page - 1) & ~(page - 1);
	to = ((uintptr_t)base + size) & ~(page - 1);
	if (from < to && is_mapped(from, to))
		madvise((void *)from, to - from, MADV_DONTNEED);
}

int dwarf_each_unit(Dwarf *dw, void (*f)(Dwarf_Die *unit, uint8_t type, void *data), void *data)
{
	Dwarf_CU *cu = NULL;
	Dwarf_Die unit;
	uint8_t type;
	unsigned n = 0;
	int r;

	while (!(r = dwarf_get_units(dw, cu, &cu, NULL, &type, &unit, NULL))) {
		f(&unit, type, data);
		if (!(++n % 256))
			give_back(dwarf_getelf(dw));
	}
	give_back(dwarf_getelf(dw));
	return r;
}

static void nothing(Dwarf_Die *unit, uint8_t type, void *data)
{
	(void)unit, (void)type, (void)data;
}

void dwarf_share(struct dwarf_file *f)
{
	Dwarf *dw = dwarf_handle(f);

	if (!dw)
		return;
	dwarf_types(f);
	dwarf_each_unit(dw, nothing, NULL);
}

/* ---- Which file ------------------------------------------------------------------- */

/* What is wanted: the build-id of the kernel's image or of the module's file. */
static void describe(struct dwarf_search *s)
{
	struct kernel *k = s->kernel;
	unsigned mark = diag_mark();

	s->build_id = "";
	if (!s->module) {
		s->object = k->image;
		if (!k->build_id || !*k->build_id)
			kernel_types(k); /* tells the build-id of an image never seen before */
		diag_rewind(mark);
		s->build_id = k->build_id ? k->build_id : "";
		return;
	}
	s->object = strchr(s->module, '/') ? s->module : kernel_module_file(k, s->module);
	if (s->object)
		s->build_id = dwarf_file_id(s->object);
}

static struct opened *look(struct kernel *k, const char *module, bool network)
{
	struct opened *o = NULL;

	module = module ? intern(module) : NULL;
	vec_each(i, &files)
		if (files.v[i]->kernel == k && files.v[i]->module == module)
			o = files.v[i];
	if (!o) {
		o = arena_new(arena_permanent(), struct opened);
		o->kernel = k;
		o->module = module;
		o->search.kernel = k;
		o->search.module = module;
		describe(&o->search);
		vec_push(arena_permanent(), &files, o);
		dwarf_find(&o->search, false);
	}
	if (!o->search.path && network && !o->network) {
		o->network = true;
		dwarf_find(&o->search, true);
	}
	if (o->search.path && !o->state) {
		o->state = arena_new(arena_permanent(), struct dwarf_state);
		o->state->f = (struct dwarf_file){
			.kernel = k, .module = module, .path = o->search.path, .build_id = o->search.found_id,
		};
	}
	return o;
}

/* The name of a module as the kernel knows it: of a path, its last part. */
static const char *known_as(const char *module)
{
	const char *base = strrchr(module, '/'), *ko;
	char *name;

	base = base ? base + 1 : module;
	ko = strstr(base, ".ko");
	name = arena_strndup(arena_permanent(), base, ko ? (size_t)(ko - base) : strlen(base));
	for (char *p = name; *p; p++)
		if (*p == '-' || *p == ',')
			*p = '_';
	return intern(name);
}

static struct dwarf_file *open_ready(struct opened *o, struct range where)
{
	static const struct range nowhere;
	const char *why = NULL;
	struct diag *d;

	if (!o->state)
		return NULL;
	if (o->module)
		o->state->f.module = known_as(o->module);
	if (dwarf_index(&o->state->f, &why))
		return &o->state->f;
	if (where.hi) {
		d = diag(DIAG_DEBUGINFO_BROKEN, where, "the debugging information in %s cannot be used", o->state->f.path);
		diag_note(d, nowhere, "%s", why);
	}
	return NULL;
}

static struct dwarf_file *open_loudly(struct kernel *k, const char *module, struct range where)
{
	struct opened *o = look(k, module, true);

	if (!o->state) {
		dwarf_missing(&o->search, where);
		return NULL;
	}
	return open_ready(o, where);
}

struct dwarf_file *dwarf_open_kernel(struct kernel *k, struct range where)
{
	return open_loudly(k, NULL, where);
}

struct dwarf_file *dwarf_open_module(struct kernel *k, const char *module, struct range where)
{
	return open_loudly(k, module, where);
}

struct dwarf_file *dwarf_open_quiet(struct kernel *k, const char *module)
{
	static const struct range nowhere;

	return open_ready(look(k, module, false), nowhere);
}

uint64_t dwarf_section_address(struct dwarf_file *f, const char *section, uint64_t offset)
{
	struct dwarf_state *s = dwarf_state_of(f);
	Elf_Scn *scn = NULL;
	GElf_Addr bias;
	size_t names;
	Elf *elf;

	if (!dwarf_handle(f))
		return 0;
	elf = dwfl_module_getelf(s->mod, &bias);
	if (!elf || elf_getshdrstrndx(elf, &names))
		return 0;
	while ((scn = elf_nextscn(elf, scn))) {
		GElf_Shdr h;
		const char *name = gelf_getshdr(scn, &h) ? elf_strptr(elf, names, h.sh_name) : NULL;

		if (name && !strcmp(name, section) && offset < h.sh_size)
			return h.sh_addr + bias + offset;
	}
	return 0;
}
