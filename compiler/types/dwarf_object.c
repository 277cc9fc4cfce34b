// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Types of any ELF file with debugging information: a program, or what the
 * compiler made of headers. No index, no addresses: only types, by name.
 */
#include "types/dwarf_internal.h"

#include "base/arena.h"
#include "base/intern.h"
#include "base/map.h"
#include "types/dwarf_types.h"

/* Programs come without, and have it in the well-known folders. */
static const Dwfl_Callbacks callbacks = {
	.find_debuginfo = dwfl_standard_find_debuginfo, .section_address = dwfl_offline_section_address,
};

static Dwarf *open_file(const char *path)
{
	Dwfl *dwfl = dwfl_begin(&callbacks); /* stays open */
	Dwfl_Module *mod;
	Dwarf_Addr bias;

	if (!dwfl)
		return NULL;
	dwfl_report_begin(dwfl);
	mod = dwfl_report_offline(dwfl, "object", path, -1);
	dwfl_report_end(dwfl, NULL, NULL);
	return mod ? dwfl_module_getdwarf(mod, &bias) : NULL;
}

struct type_db *types_of_object(const char *path, const char *arch, struct type_db *fallback)
{
	static struct map known;
	struct type_db *db;
	Dwarf *dw;

	path = intern(path);
	if (!known.arena)
		map_init(&known, arena_permanent());
	db = map_get(&known, path);
	if (db)
		return db;
	dw = open_file(path);
	if (!dw)
		return NULL;
	db = &dwarf_types_new(dw, arch_find(arch), fallback)->db;
	map_put(&known, path, db);
	return db;
}
