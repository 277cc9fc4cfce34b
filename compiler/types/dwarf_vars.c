// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Types and variables of an opened file with DWARF: what ties dwarf_types.c
 * and dwarf_scope.c, which know only libdw, to files, places and kernels. An
 * address of the file becomes a symbol that the running kernel can be asked
 * for: the kernel is moved as a whole, so one symbol serves for all of it;
 * of a module, whose sections lie anywhere, it is the nearest one.
 */
#include <string.h>

#include "base/diag.h"
#include "base/intern.h"
#include "base/map.h"
#include "types/dwarf_internal.h"
#include "types/dwarf_types.h"

struct file_types {
	struct dwarf_types *types;
	struct dwarf_state *state;
	uint64_t base;         /* of the kernel: where base_name is */
	const char *base_name;
};

static const char *const base_names[] = { "_stext", "_text" };

const char *dwarf_base(struct dwarf_state *s, uint64_t *base)
{
	int n = dwfl_module_getsymtab(s->mod);
	const char *base_name = NULL;

	for (int i = 0; i < n; i++) {
		GElf_Addr addr;
		GElf_Sym sym;
		const char *name = dwfl_module_getsym_info(s->mod, i, &sym, &addr, NULL, NULL, NULL);

		for (unsigned k = 0; name && k < 2; k++)
			if (!strcmp(name, base_names[k]) && (!base_name || k == 0)) {
				*base = addr;
				base_name = base_names[k];
			}
	}
	return base_name;
}

static bool is_percpu(const struct file_types *ft, uint64_t addr)
{
	Dwarf_Addr at = addr, bias;
	Elf_Scn *scn = dwfl_module_address_section(ft->state->mod, &at, &bias);
	GElf_Shdr sh;
	Elf *elf = dwfl_module_getelf(ft->state->mod, &bias);
	size_t strings;
	const char *name;

	if (!scn || !elf || !gelf_getshdr(scn, &sh) || elf_getshdrstrndx(elf, &strings))
		return false;
	name = elf_strptr(elf, strings, sh.sh_name);
	return name && !strncmp(name, ".data..percpu", 13);
}

/* A dwarf_symbol_fn. */
static bool symbol_of(void *data, uint64_t addr, struct loc *l)
{
	struct file_types *ft = data;
	GElf_Off offset = 0;
	GElf_Sym sym;
	const char *name;

	addr += ft->state->bias;
	if (ft->state->f.program) { /* from where the program is, when it runs */
		l->module = intern(ft->state->f.path);
		l->a = (int64_t)addr;
		return true;
	}
	l->percpu = is_percpu(ft, addr);
	l->module = ft->state->f.module ? intern(ft->state->f.module) : NULL;
	if (!l->module && !l->percpu && ft->base_name) {
		l->symbol = ft->base_name;
		l->a = (int64_t)(addr - ft->base);
		return true;
	}
	name = dwfl_module_addrinfo(ft->state->mod, addr, &offset, &sym, NULL, NULL, NULL);
	if (!name || !*name)
		return false;
	l->symbol = intern(name);
	l->a = (int64_t)offset;
	return true;
}

static bool has_symbol(struct dwarf_state *s, const char *name)
{
	int n = dwfl_module_getsymtab(s->mod);

	for (int i = 0; i < n; i++) {
		GElf_Sym sym;
		const char *own = dwfl_module_getsym(s->mod, i, &sym, NULL);

		if (own && !strcmp(own, name) && sym.st_shndx != SHN_UNDEF)
			return true;
	}
	return false;
}

static void symbol_named(void *data, struct variable *v)
{
	struct file_types *ft = data;
	struct arena *a = arena_permanent();
	struct loc_piece *p = arena_new(a, struct loc_piece);
	struct loc *l = arena_new(a, struct loc);

	if (ft->state->f.program || !has_symbol(ft->state, v->name))
		return;
	l->kind = LOC_SYMBOL;
	l->symbol = v->name;
	l->module = ft->state->f.module ? intern(ft->state->f.module) : NULL;
	p->kind = PIECE_ADDRESS;
	p->reg = -1;
	p->loc = l;
	v->pieces = p;
	v->npieces = 1;
}

static struct file_types *types_of(struct dwarf_file *f)
{
	static struct map known; /* struct dwarf_file -> struct file_types */
	struct arena *a = arena_permanent();
	unsigned mark = diag_mark();
	struct type_db *types;
	struct file_types *ft;
	Dwarf_Addr bias;
	Dwarf *dw = dwarf_handle(f);

	if (!dw)
		return NULL;
	if (!known.arena)
		map_init(&known, a);
	ft = map_get(&known, f);
	if (ft)
		return ft;
	ft = arena_new(a, struct file_types);
	ft->state = dwarf_state_of(f);
	types = f->program ? NULL : f->module ? kernel_module_types(f->kernel, f->module) : kernel_types(f->kernel);
	diag_rewind(mark); /* a module without BTF is no mistake here */
	ft->types = dwarf_types_new(dw, arch_find(f->kernel->arch), types || f->program ? types : kernel_types(f->kernel));
	if (f->program)
		ft->types->frames = dwfl_module_eh_cfi(ft->state->mod, &bias);
	ft->types->covered = types != NULL;
	ft->types->symbol = symbol_of;
	ft->types->symbol_named = symbol_named;
	ft->types->symbol_data = ft;
	if (!f->module && !f->program)
		ft->base_name = dwarf_base(ft->state, &ft->base);
	map_put(&known, f, ft);
	return ft;
}

struct type_db *dwarf_types(struct dwarf_file *f)
{
	struct file_types *ft = types_of(f);

	return ft ? &ft->types->db : NULL;
}

/* The index knows the function around an instance; libdw would read the whole unit for it. */
static bool open_place(const void *data, struct dwarf_types **d, Dwarf_Die *die, Dwarf_Die *outer, uint64_t *pc)
{
	const struct dwarf_place *p = data;
	struct file_types *ft = types_of(p->file);
	struct dwarf_function fn;

	if (!ft || !dwarf_die_at(p->file, p->func_die, die))
		return false;
	if (dwarf_function_of(p->file, p->func_die, &fn) && fn.outer && !dwarf_die_at(p->file, fn.outer, outer))
		return false;
	*d = ft->types;
	*pc = p->addr - ft->state->bias;
	return true;
}

const struct var_scope *dwarf_scope(const struct dwarf_place *p)
{
	struct dwarf_place *copy = arena_new(arena_permanent(), struct dwarf_place);

	*copy = *p;
	return dwarf_scope_later(open_place, copy);
}

const struct variable *dwarf_variable(struct dwarf_file *f, const char *name, const char *source)
{
	struct file_types *ft = types_of(f);

	return ft ? dwarf_global(ft->types, name, source) : NULL;
}
