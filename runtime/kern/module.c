// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Loading and unloading: the identity of the kernel is checked, then the
 * parts are set up in order, and taken down in the exact reverse.
 */
#include <linux/module.h>
#include <linux/utsname.h>
#include "kern.h"

static int check_identity(void)
{
	const struct new_utsname *u = init_utsname();

	if (sd_script.abi != SD_ABI) {
		pr_err("ERROR: %s: made for runtime interface %u, this one is %u\n", THIS_MODULE->name, sd_script.abi, SD_ABI);
		return -EINVAL;
	}
	if (sd_script.flags & SD_SCRIPT_ANY_RELEASE)
		return 0;
	if (strcmp(sd_script.release, u->release) || strcmp(sd_script.version, u->version)) {
		pr_err("ERROR: module version mismatch (%s vs %s), release %s\n", sd_script.version, u->version, u->release);
		return -EINVAL;
	}
	return 0;
}

static int __init sd_module_init(void)
{
	int err;

	err = check_identity();
	if (!err)
		err = sd_memory_check();
	if (err)
		return err;
	err = sd_contexts_init();
	if (err)
		goto fail_contexts;
	err = sd_data_init();
	if (err)
		goto fail_data;
	err = sd_rings_init();
	if (err)
		goto fail_rings;
	sd_memory_tell();
	err = sd_control_init();
	if (err)
		goto fail_control;
	return 0;
fail_control:
	sd_rings_exit();
fail_rings:
	sd_data_exit();
fail_data:
	sd_contexts_exit();
fail_contexts:
	pr_err("ERROR: %s: cannot set up: error %d\n", THIS_MODULE->name, err);
	return err;
}

static void __exit sd_module_exit(void)
{
	sd_control_exit();
	sd_rings_exit();
	sd_data_exit();
	sd_contexts_exit();
}

module_init(sd_module_init);
module_exit(sd_module_exit);
MODULE_LICENSE("GPL");
MODULE_INFO(sonde_abi, __stringify(SD_ABI));
MODULE_DESCRIPTION("sonde probe script");
