// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Programs and libraries as files. libdwfl finds their symbols: those of the
 * file itself, of the separate file with its debugging information, or the
 * small compressed table that some distributions leave in stripped files.
 */
#include "types/program.h"

#include <elfutils/libdwelf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/intern.h"
#include "base/util.h"
#include "base/vec.h"
#include "types/dwarf_find.h"
#include "types/dwarf_index.h"
#include "types/dwarf_internal.h"

enum { SEGMENTS_MAX = 16, INTERPRETER_MAX = 256 };

struct opened {
	struct program p;
	struct dwarf_state state;
	struct dwarf_search search;
	Elf *elf;
	unsigned nsegments;
	struct { uint64_t addr, size, offset; } segment[SEGMENTS_MAX]; /* with code */
	struct VEC(struct program_symbol) symbols; /* by name */
	struct VEC(struct program_symbol) places;  /* by address */
	bool read_symbols, asked_debug, network;
	bool stripped; /* without symbols of functions */
	struct opened *next;
};

static struct opened *all;

static struct opened *opened_of(struct program *p)
{
	return (struct opened *)p;
}

/* ---- Opening ----------------------------------------------------------------------- */

const char *program_interpreter(const char *path)
{
	char line[INTERPRETER_MAX + 1];
	FILE *f = fopen(path, "re");
	size_t n = 0, at;

	if (!f)
		return NULL;
	n = fread(line, 1, INTERPRETER_MAX, f);
	fclose(f);
	line[n] = '\0';
	if (strncmp(line, "#!", 2))
		return NULL;
	at = 2 + strspn(line + 2, " \t");
	n = strcspn(line + at, " \t\r\n");
	return n ? intern_n(line + at, n) : NULL;
}

static const char *machine(const GElf_Ehdr *h)
{
	switch (h->e_machine) {
	case EM_X86_64:
		return "x86_64";
	case EM_AARCH64:
		return "arm64";
	default:
		return "";
	}
}

/* Libraries that can be run (libc) have an interpreter, and static programs that can be moved have none: a name for others, and a flag, tell. */
static void look_at_dynamic(struct opened *o)
{
	Elf_Scn *scn = NULL;
	GElf_Shdr h;

	while ((scn = elf_nextscn(o->elf, scn))) {
		Elf_Data *d = gelf_getshdr(scn, &h) && h.sh_type == SHT_DYNAMIC ? elf_getdata(scn, NULL) : NULL;
		GElf_Dyn dyn;

		for (int i = 0; d && gelf_getdyn(d, i, &dyn) && dyn.d_tag != DT_NULL; i++) {
			if (dyn.d_tag == DT_SONAME)
				o->p.library = true;
			if (dyn.d_tag == DT_FLAGS_1 && dyn.d_un.d_val & DF_1_PIE) {
				o->p.library = false;
				return;
			}
		}
	}
}

static const char *check(struct opened *o, struct kernel *k)
{
	GElf_Ehdr h;
	size_t n;

	if (elf_kind(o->elf) != ELF_K_ELF || !gelf_getehdr(o->elf, &h))
		return "is no program: it is not an ELF file";
	if (h.e_type != ET_EXEC && h.e_type != ET_DYN)
		return "is no program and no shared library";
	if (h.e_ident[EI_CLASS] != ELFCLASS64)
		return "is a program of 32 bits, which is not supported";
	if (strcmp(machine(&h), k->arch))
		return "is a program of another machine";
	o->p.fixed = h.e_type == ET_EXEC;
	o->p.library = true;
	if (elf_getphdrnum(o->elf, &n))
		return "has no program header";
	for (size_t i = 0; i < n; i++) {
		GElf_Phdr ph;

		if (!gelf_getphdr(o->elf, (int)i, &ph))
			continue;
		if (ph.p_type == PT_INTERP)
			o->p.library = false;
		if (ph.p_type == PT_LOAD && (ph.p_flags & PF_X) && o->nsegments < SEGMENTS_MAX) {
			o->segment[o->nsegments].addr = ph.p_vaddr;
			o->segment[o->nsegments].size = ph.p_filesz;
			o->segment[o->nsegments++].offset = ph.p_offset;
		}
	}
	if (o->p.fixed)
		o->p.library = false;
	else
		look_at_dynamic(o);
	return o->nsegments ? NULL : "has no code";
}

static const char *id_of(Elf *elf)
{
	const void *bits;
	ssize_t n = dwelf_elf_gnu_build_id(elf, &bits);
	char text[2 * 64 + 1] = "";

	for (ssize_t i = 0; i < n && i < 64; i++)
		snprintf(text + 2 * i, 3, "%02x", ((const uint8_t *)bits)[i]);
	return intern(text);
}

static struct opened *open_new(struct kernel *k, const char *path, const char **why)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct opened *o;
	struct stat st;

	if (fd < 0 || fstat(fd, &st) || !S_ISREG(st.st_mode)) {
		*why = fd >= 0 ? "is no file" : errno == ENOENT || errno == ENOTDIR ? "does not exist" : "cannot be read";
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	o = arena_new(arena_permanent(), struct opened);
	elf_version(EV_CURRENT);
	o->elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	*why = o->elf ? check(o, k) : "cannot be read";
	if (*why) {
		if (o->elf)
			elf_end(o->elf);
		close(fd);
		return NULL;
	}
	o->p.path = intern(path);
	o->p.build_id = id_of(o->elf);
	o->p.size = (uint64_t)st.st_size;
	o->p.mtime = st.st_mtime;
	o->p.file = &o->state.f;
	o->state.f = (struct dwarf_file){ .kernel = k, .module = o->p.path, .path = o->p.path, .build_id = o->p.build_id, .program = &o->p };
	o->search = (struct dwarf_search){ .kernel = k, .program = true, .module = o->p.path, .object = o->p.path, .build_id = o->p.build_id };
	return o;
}

struct program *program_open(struct kernel *k, const char *path, const char **why)
{
	char *real = realpath(path, NULL);
	struct opened *o = all;

	if (!real) {
		*why = errno == ENOENT || errno == ENOTDIR ? "does not exist" : "cannot be read";
		return NULL;
	}
	while (o && strcmp(o->p.path, real))
		o = o->next;
	if (!o) {
		o = open_new(k, real, why);
		if (o) {
			o->next = all;
			all = o;
		}
	}
	free(real);
	return o ? &o->p : NULL;
}

void program_each_open(void (*f)(struct program *p, void *data), void *data)
{
	for (struct opened *o = all; o; o = o->next) /* new ones come in front */
		f(&o->p, data);
}

bool program_offset(struct program *p, uint64_t addr, uint64_t *offset)
{
	const struct opened *o = opened_of(p);

	for (unsigned i = 0; i < o->nsegments; i++)
		if (addr - o->segment[i].addr < o->segment[i].size) {
			*offset = addr - o->segment[i].addr + o->segment[i].offset;
			return true;
		}
	return false;
}

bool program_address(struct program *p, uint64_t offset, uint64_t *addr)
{
	const struct opened *o = opened_of(p);

	for (unsigned i = 0; i < o->nsegments; i++)
		if (offset - o->segment[i].offset < o->segment[i].size) {
			*addr = offset - o->segment[i].offset + o->segment[i].addr;
			return true;
		}
	return false;
}

/* ---- Debugging information ------------------------------------------------------------ */

static bool look(struct opened *o, bool network)
{
	if (!o->search.path && (!o->asked_debug || (network && !o->network))) {
		o->asked_debug = true;
		o->network |= network;
		dwarf_find(&o->search, network);
		if (o->search.path && strcmp(o->search.path, o->p.path)) {
			o->state.debug = o->search.path;
			o->state.dwfl = NULL; /* opened for symbols alone: anew */
			o->read_symbols = false;
		}
	}
	return o->search.path;
}

struct dwarf_file *program_debug(struct program *p)
{
	struct opened *o = opened_of(p);
	const char *why;

	return look(o, false) && dwarf_index(&o->state.f, &why) ? p->file : NULL;
}

struct dwarf_file *program_debug_loudly(struct program *p, struct range where)
{
	struct opened *o = opened_of(p);
	static const struct range nowhere;
	const char *why = NULL;
	struct diag *d;

	if (!look(o, true)) {
		dwarf_missing(&o->search, where);
		return NULL;
	}
	if (dwarf_index(&o->state.f, &why))
		return p->file;
	d = diag(DIAG_DEBUGINFO_BROKEN, where, "the debugging information in %s cannot be used", o->search.path);
	diag_note(d, nowhere, "%s", why);
	return NULL;
}

/* ---- Symbols ----------------------------------------------------------------------------- */

static int by_name(const void *x, const void *y)
{
	const struct program_symbol *a = x, *b = y;
	int r = strcmp(a->name, b->name);

	return r ? r : a->addr < b->addr ? -1 : a->addr > b->addr;
}

static int by_address(const void *x, const void *y)
{
	const struct program_symbol *a = x, *b = y;

	return a->addr != b->addr ? (a->addr < b->addr ? -1 : 1) : strcmp(a->name, b->name);
}

static void read_symbols(struct opened *o)
{
	struct arena *a = arena_permanent();
	bool has_main = false;
	uint64_t main_addr;
	Dwfl_Module *mod;
	int n;

	if (o->read_symbols)
		return;
	o->read_symbols = true;
	look(o, false);
	o->symbols.n = o->places.n = 0;
	dwarf_begin_file(&o->state);
	mod = o->state.mod;
	n = mod ? dwfl_module_getsymtab(mod) : 0;
	o->stripped = true;
	for (int i = 1; i < n; i++) {
		struct program_symbol s = { 0 };
		uint64_t offset;
		GElf_Sym sym;
		GElf_Addr addr;
		const char *name = dwfl_module_getsym_info(mod, i, &sym, &addr, NULL, NULL, NULL);
		int type = name ? GELF_ST_TYPE(sym.st_info) : STT_NOTYPE;

		if ((type != STT_FUNC && type != STT_GNU_IFUNC) || !*name || sym.st_shndx == SHN_UNDEF || !program_offset(&o->p, addr, &offset))
			continue;
		/* Of versions of a name ("f@@V1") the name alone is what others see. */
		s.name = intern_n(name, strcspn(name, "@"));
		s.addr = addr;
		s.size = sym.st_size;
		s.exported = GELF_ST_BIND(sym.st_info) != STB_LOCAL && GELF_ST_VISIBILITY(sym.st_other) != STV_HIDDEN &&
			     GELF_ST_VISIBILITY(sym.st_other) != STV_INTERNAL;
		s.chosen = type == STT_GNU_IFUNC;
		vec_push(a, &o->symbols, s);
		vec_push(a, &o->places, s);
		o->stripped = false;
		has_main |= !strcmp(s.name, "main");
	}
	if (!has_main && !o->p.library && program_main(&o->p, &main_addr)) {
		struct program_symbol s = { .name = intern("main"), .addr = main_addr };

		vec_push(a, &o->symbols, s);
		vec_push(a, &o->places, s);
	}
	if (o->symbols.n) {
		qsort(o->symbols.v, o->symbols.n, sizeof(*o->symbols.v), by_name);
		qsort(o->places.v, o->places.n, sizeof(*o->places.v), by_address);
	}
}

static bool fits(const char *glob, const char *name)
{
	const char *plain;

	if (glob_match(glob, name))
		return true;
	if (name[0] != '_' || name[1] != 'Z')
		return false;
	plain = strchr(glob, '(') ? demangle(name) : demangle_plain(name);
	return plain && scoped_name_matches(glob, plain);
}

void program_each_symbol(struct program *p, const char *glob, bool (*f)(const struct program_symbol *s, void *data), void *data)
{
	struct opened *o = opened_of(p);

	read_symbols(o);
	vec_each(i, &o->symbols) {
		const struct program_symbol *s = &o->symbols.v[i];

		if (i && s->name == s[-1].name && s->addr == s[-1].addr)
			continue;
		if (fits(glob, s->name) && !f(s, data))
			return;
	}
}

bool program_symbol_at(struct program *p, uint64_t addr, struct program_symbol *s)
{
	struct opened *o = opened_of(p);
	unsigned lo = 0, n;

	read_symbols(o);
	n = o->places.n;
	while (n > 1) {
		unsigned half = n / 2;

		if (o->places.v[lo + half].addr <= addr)
			lo += half, n -= half;
		else
			n = half;
	}
	if (!n || addr < o->places.v[lo].addr || addr - o->places.v[lo].addr >= (o->places.v[lo].size ? o->places.v[lo].size : 1))
		return false;
	*s = o->places.v[lo];
	return true;
}

bool program_object(struct program *p, const char *name, uint64_t *addr)
{
	struct opened *o = opened_of(p);
	int n;

	read_symbols(o);
	n = o->state.mod ? dwfl_module_getsymtab(o->state.mod) : 0;
	for (int i = 1; i < n; i++) {
		GElf_Sym sym;
		GElf_Addr at;
		const char *own = dwfl_module_getsym_info(o->state.mod, i, &sym, &at, NULL, NULL, NULL);

		if (own && !strcmp(own, name) && sym.st_shndx != SHN_UNDEF && GELF_ST_TYPE(sym.st_info) != STT_TLS) {
			*addr = at;
			return true;
		}
	}
	return false;
}

static int by_name_and_address(const void *a, const void *b)
{
	const struct program_symbol *x = a, *y = b;
	int c = strcmp(x->name, y->name);

	return c ? c : (x->addr > y->addr) - (x->addr < y->addr);
}

void program_each_object(struct program *p, const char *name, bool *thread, bool (*f)(const struct program_symbol *s, void *data), void *data)
{
	struct opened *o = opened_of(p);
	struct VEC(struct program_symbol) v = { 0 };
	int n;

	read_symbols(o);
	n = o->state.mod ? dwfl_module_getsymtab(o->state.mod) : 0;
	for (int i = 1; i < n; i++) {
		GElf_Sym sym;
		GElf_Addr at;
		const char *own = dwfl_module_getsym_info(o->state.mod, i, &sym, &at, NULL, NULL, NULL), *plain;
		int type = GELF_ST_TYPE(sym.st_info);

		if (!own || !*own || sym.st_shndx == SHN_UNDEF || (type != STT_OBJECT && type != STT_TLS))
			continue;
		plain = own[0] == '_' && own[1] == 'Z' ? demangle_plain(own) : NULL;
		own = intern_n(own, strcspn(own, "@"));
		if (name && strcmp(own, name) && !(plain && scoped_name_matches(name, plain)))
			continue;
		if (type == STT_TLS && thread)
			*thread = true;
		if (type == STT_OBJECT)
			vec_push(arena_permanent(), &v, ((struct program_symbol){ .name = own, .addr = at, .size = sym.st_size }));
	}
	if (v.n)
		qsort(v.v, v.n, sizeof(*v.v), by_name_and_address);
	vec_each(i, &v)
		if ((!i || v.v[i].addr != v.v[i - 1].addr) && !f(&v.v[i], data))
			return;
}

uint64_t program_code_start(struct program *p)
{
	const struct opened *o = opened_of(p);
	uint64_t low = o->segment[0].addr;

	for (unsigned i = 1; i < o->nsegments; i++)
		low = o->segment[i].addr < low ? o->segment[i].addr : low;
	return low;
}

bool program_has_address(struct program *p, uint64_t addr)
{
	const struct opened *o = opened_of(p);
	size_t n;

	if (elf_getphdrnum(o->elf, &n))
		return false;
	for (size_t i = 0; i < n; i++) {
		GElf_Phdr ph;

		if (gelf_getphdr(o->elf, (int)i, &ph) && ph.p_type == PT_LOAD && addr - ph.p_vaddr < ph.p_memsz)
			return true;
	}
	return false;
}

bool program_data_offset(struct program *p, uint64_t addr, uint64_t *offset)
{
	const struct opened *o = opened_of(p);
	size_t n;

	if (elf_getphdrnum(o->elf, &n))
		return false;
	for (size_t i = 0; i < n; i++) {
		GElf_Phdr ph;

		if (gelf_getphdr(o->elf, (int)i, &ph) && ph.p_type == PT_LOAD && addr - ph.p_vaddr < ph.p_filesz) {
			*offset = addr - ph.p_vaddr + ph.p_offset;
			return true;
		}
	}
	return false;
}

bool program_has_symbols(struct program *p)
{
	read_symbols(opened_of(p));
	return !opened_of(p)->stripped;
}
