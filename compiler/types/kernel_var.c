// SPDX-License-Identifier: GPL-2.0-or-later
/* Variables of the kernel and its modules: BTF is asked first, which costs nothing; then debuginfo. */
#include "types/db.h"

#include "base/diag.h"

const struct variable *kernel_variable(struct kernel *k, const char *module, const char *name, const char *file, struct range where)
{
	struct type_db *db = module ? kernel_module_types(k, module) : kernel_types(k);
	const struct variable *v;
	struct diag *d;

	if (!db)
		return NULL;
	v = file ? NULL : types_variable(db, module, name);
	if (v)
		return v;
	d = diag(DIAG_VARIABLE_UNKNOWN, where, "nothing says where the variable '%s' of %s%s is, and of which type", name,
		 module ? "module " : "the kernel", module ? module : "");
	diag_note(d, (struct range){ 0, 0 }, "the kernel's own type information (BTF) describes only variables of which each processor has its own");
	return NULL;
}
