// SPDX-License-Identifier: GPL-2.0-or-later
/* Variables of the kernel and its modules: BTF is asked first, which costs nothing; then debuginfo. */
#include "types/db.h"

#include "base/diag.h"
#include "types/dwarf.h"

const struct variable *kernel_variable(struct kernel *k, const char *module, const char *name, const char *file, struct range where)
{
	unsigned mark = diag_mark();
	struct type_db *db = module ? kernel_module_types(k, module) : kernel_types(k);
	const struct variable *v;
	struct dwarf_file *f;
	struct diag *d;

	if (!db && !module)
		return NULL;
	v = file || !db ? NULL : types_variable(db, module, name);
	if (v)
		return v;
	f = dwarf_open_quiet(k, module);
	v = f ? dwarf_variable(f, name, file) : NULL;
	if (f)
		diag_rewind(mark); /* that the module has no BTF matters no more */
	if (v || (!db && !f))
		return v;
	if (f) {
		d = diag(DIAG_VARIABLE_UNKNOWN, where, "%s%s has no variable '%s'%s%s", module ? "module " : "the kernel", module ? module : "",
			 name, file ? " in a file " : "", file ? file : "");
		diag_hint(d, file ? "the path is compared from its end: \"name@fs/file.c\"" : "it may be a constant (@const, in guru mode) or of a module");
		return NULL;
	}
	d = diag(DIAG_VARIABLE_UNKNOWN, where, "nothing says where the variable '%s' of %s%s is, and of which type", name,
		 module ? "module " : "the kernel", module ? module : "");
	diag_note(d, (struct range){ 0, 0 }, "the kernel's own type information (BTF) describes only variables of which each processor has its own");
	diag_hint(d, "debuginfo describes all: on Debian and its derivatives, install %s", dwarf_package(k));
	return NULL;
}

struct type_db *kernel_debug_types(struct kernel *k, const char *module)
{
	struct dwarf_file *f = dwarf_open_quiet(k, module);

	return f ? dwarf_types(f) : NULL;
}
