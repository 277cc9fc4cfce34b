// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From a kernel to its BTF: the running one's from sysfs, another's out of its
 * image by way of the cache; and a module's. Errors are reported here, where
 * the kernel and the file are known.
 */
#include "types/kernel.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/intern.h"
#include "base/util.h"
#include "types/graph.h"
#include "types/image.h"
#include "types/kcache.h"

#define RUNNING_BTF "/sys/kernel/btf"

static const struct range nowhere;

static struct type_db *open_reporting(const void *data, size_t size, struct type_db *base,
				      const char *file)
{
	struct type_error err;
	struct type_db *db = btf_open(data, size, base, &err);
	struct diag *d;

	if (!db) {
		d = diag(DIAG_BTF_BROKEN, nowhere,
			 "the type information (BTF) in %s is broken: %s (at byte %zu)", file,
			 err.why, err.at);
		diag_hint(
			d,
			"copy or install that file again; 'bpftool btf dump file %s' gives a second opinion",
			file);
	}
	return db;
}

struct type_db *types_from_btf(const void *data, size_t size, struct type_db *base)
{
	return open_reporting(data, size, base, "memory");
}

static void report_no_btf(struct kernel *k, const char *where)
{
	const char *set = kernel_config(k, "DEBUG_INFO_BTF");
	struct diag *d = diag(DIAG_KERNEL_NO_BTF, nowhere,
			      "kernel %s has no type information (BTF)", k->release);

	diag_note(d, nowhere, "%s", where);
	if (!set)
		diag_hint(d, "it has to be built with CONFIG_DEBUG_INFO_BTF=y");
	else
		diag_hint(
			d,
			"CONFIG_DEBUG_INFO_BTF=%s in its configuration, so its image should hold it: is the image of another build?",
			set);
}

static void bad_image(const struct kernel *k, const char *why)
{
	struct diag *d = diag(DIAG_KERNEL_IMAGE, nowhere, "kernel image %s cannot be used: %s", k->image, why);

	diag_hint(d, "install linux-image-%s again, or put an uncompressed vmlinux beside it", k->release);
}

/* An image unpacked, and what was found in it put into the cache. */
static struct type_db *from_image(struct kernel *k)
{
	const char *why, *release;
	const uint8_t *section;
	struct type_db *db;
	struct image im;
	void *copy;
	size_t n;

	if (image_open(&im, k->image, &why)) {
		bad_image(k, why);
		return NULL;
	}
	k->build_id = image_build_id(&im);
	if (!*k->version)
		image_banner(&im, &release, &k->version);
	section = image_section(&im, ".BTF", &n);
	if (!section || !n) {
		bool cut = image_is_cut(&im);

		image_close(&im);
		if (cut)
			bad_image(k, "it is cut off: the end of the file is missing");
		else
			report_no_btf(k,
			      arena_printf(arena_permanent(), "%s has no section .BTF", k->image));
		return NULL;
	}
	/* A copy of 5 MB lets go of an image of 50. */
	copy = arena_alloc(arena_permanent(), n);
	memcpy(copy, section, n);
	image_close(&im);
	db = open_reporting(copy, n, NULL, k->image);
	if (db)
		kcache_store(k->image, k->build_id, k->version, copy, n);
	return db;
}

static struct type_db *from_cache(struct kernel *k)
{
	struct kcache_entry e;
	struct type_error err;
	struct type_db *db;
	const void *data;
	size_t n;

	if (!kcache_lookup(k->image, &e))
		return NULL;
	data = file_map(e.file, &n);
	db = data ? btf_open(data, n, NULL, &err) :
		    NULL; /* a broken cache file is made anew, without a word */
	if (db) {
		k->build_id = e.build_id;
		k->version = *e.version ? e.version : k->version;
	}
	return db;
}

struct type_db *kernel_types(struct kernel *k)
{
	const void *data;
	struct diag *d;
	size_t n;

	if (k->types)
		return k->types;
	data = k->running ? file_map(RUNNING_BTF "/vmlinux", &n) : NULL;
	if (data)
		return k->types = open_reporting(data, n, NULL, RUNNING_BTF "/vmlinux");
	if (k->image) {
		k->types = from_cache(k);
		if (!k->types)
			k->types = from_image(k);
		return k->types;
	}
	if (k->running) {
		report_no_btf(k,
			      "there is no " RUNNING_BTF "/vmlinux, and no image of it in /boot");
		return NULL;
	}
	d = diag(DIAG_KERNEL_IMAGE, nowhere,
		 "there is no image of kernel %s to take type information from", k->release);
	diag_note(d, nowhere, "looked for %s/boot/vmlinuz-%s and %s", k->root, k->release,
		  k->build_dir ? "a bzImage or vmlinux in its build tree" :
				 "a vmlinux beside its modules");
	diag_hint(d, "on Debian and its derivatives, install linux-image-%s", k->release);
	return NULL;
}

/* Do the file name at path (…/snd-pcm.ko.xz) and a module name (snd_pcm) agree? */
static bool is_module_file(const char *path, size_t n, const char *module)
{
	const char *base = memrchr(path, '/', n);
	size_t len = strlen(module);

	base = base ? base + 1 : path;
	if ((size_t)(path + n - base) < len + 3 || strncmp(base + len, ".ko", 3))
		return false;
	for (size_t i = 0; i < len; i++)
		if ((base[i] == '-' ? '_' : base[i]) != (module[i] == '-' ? '_' : module[i]))
			return false;
	return true;
}

/* modules.dep has a line for every module: its file, a colon, and what it depends on. */
const char *kernel_module_file(const struct kernel *k, const char *module)
{
	struct arena *a = arena_permanent();
	const char *found = NULL;
	char *text;

	if (!k->modules_dir ||
	    file_read(arena_printf(a, "%s/modules.dep", k->modules_dir), &text, NULL))
		return NULL;
	for (char *p = text, *end; !found && (end = strchr(p, '\n')); p = end + 1) {
		size_t n = strcspn(p, ":\n");

		if (is_module_file(p, n, module))
			found = *p == '/' ? arena_printf(a, "%s%.*s", k->root, (int)n, p) :
					    arena_printf(a, "%s/%.*s", k->modules_dir, (int)n, p);
	}
	free(text);
	return found;
}

static struct type_db *from_module_file(struct kernel *k, const char *module, const char *path)
{
	struct arena *a = arena_permanent();
	const char *why = "it has no section .BTF";
	const uint8_t *section;
	struct type_db *db;
	struct image im;
	struct diag *d;
	void *copy;
	size_t n;

	if (!image_open(&im, path, &why)) {
		section = image_section(&im, ".BTF", &n);
		if (section && n) {
			copy = arena_alloc(a, n);
			memcpy(copy, section, n);
			image_close(&im);
			db = open_reporting(copy, n, k->types, path);
			return db;
		}
		image_close(&im);
	}
	d = diag(DIAG_MODULE_NO_BTF, nowhere,
		 "module %s of kernel %s has no type information (BTF)", module, k->release);
	diag_note(d, nowhere, "%s: %s", path, why);
	return NULL;
}

struct type_db *kernel_module_types(struct kernel *k, const char *module)
{
	struct map *known = &state_of(k)->modules;
	const char *key = intern(module), *path;
	struct type_db *db;
	const void *data = NULL;
	size_t n;

	if (!kernel_types(k))
		return NULL;
	if (!known->arena)
		map_init(known, arena_permanent());
	db = map_get(known, key);
	if (db)
		return db;
	path = arena_printf(arena_permanent(), RUNNING_BTF "/%s", module);
	if (k->running && !strchr(module, '/') && strcmp(module, "vmlinux"))
		data = file_map(path, &n);
	if (data) {
		db = open_reporting(data, n, k->types, path);
	} else if ((path = kernel_module_file(k, module))) {
		db = from_module_file(k, module, path);
	} else {
		diag(DIAG_MODULE_NO_BTF, nowhere, "kernel %s has no module %s", k->release, module);
		return NULL;
	}
	if (db)
		map_put(known, key, db);
	return db;
}
