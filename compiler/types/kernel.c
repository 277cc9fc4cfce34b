// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which kernels there are and where their parts lie. Knows directory layouts
 * and uname(2); what is inside an image or in BTF is others' business.
 */
#include "types/kernel.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/util.h"
#include "base/vec.h"
#include "types/arch.h"
#include "types/image.h"
#include "types/kcache.h"

static const struct range nowhere;

static const char *strf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static const char *strf(const char *fmt, ...)
{
	const char *s;
	va_list ap;

	va_start(ap, fmt);
	s = arena_vprintf(arena_permanent(), fmt, ap);
	va_end(ap);
	return s;
}

static const struct utsname *running(void)
{
	static struct utsname u;

	if (!*u.release && uname(&u))
		die("uname: the system does not say what it is");
	return &u;
}

static const char *target_arch; /* NULL: this machine's */

void kernel_set_arch(const char *arch)
{
	target_arch = arch && strcmp(arch, arch_name(running()->machine)) ? arch_name(arch) : NULL;
}

/* The folders of kernels that only guests need; those for another machine in a folder below. NULL ends the list. */
static const char *const *folders(void)
{
	static const char *list[4];
	const char *s, *home = getenv("HOME");
	unsigned n = 0;

	s = getenv("SONDE_KERNELS");
	if (s && *s)
		list[n++] = s;
	s = getenv("XDG_DATA_HOME");
	if (s && *s == '/')
		list[n++] = strf("%s/sonde/kernels", s);
	else if (home && *home)
		list[n++] = strf("%s/.local/share/sonde/kernels", home);
	list[n++] = "/var/lib/sonde/kernels";
	for (unsigned i = 0; target_arch && i < n; i++)
		list[i] = strf("%s/%s", list[i], target_arch);
	list[n] = NULL;
	return list;
}

static const char *existing(const char *path)
{
	return path_exists(path) ? path : NULL;
}

static const char *find_image(const char *root, const char *release)
{
	static const struct {
		const char *before, *after;
	} forms[] = {
		{ "/boot/vmlinuz-", "" },
		{ "/lib/modules/", "/vmlinuz" },
		{ "/boot/vmlinux-", "" },
		{ "/lib/modules/", "/vmlinux" },
		{ "/usr/lib/debug/boot/vmlinux-", "" },
		{ "/usr/lib/debug/lib/modules/", "/vmlinux" },
	};
	char path[PATH_MAX];

	for (unsigned i = 0; i < ARRAY_SIZE(forms); i++)
		if (snprintf(path, sizeof(path), "%s%s%s%s", root, forms[i].before, release,
			     forms[i].after) < (int)sizeof(path) &&
		    path_exists(path))
			return arena_strdup(arena_permanent(), path);
	return NULL;
}

/* …/build is a link; an absolute one in an unpacked kernel means a path below the kernel's root. */
static const char *find_build_dir(const char *root, const char *modules_dir)
{
	const char *build = strf("%s/build", modules_dir);
	char target[PATH_MAX];
	ssize_t n;

	if (*root && (n = readlink(build, target, sizeof(target) - 1)) > 0 && *target == '/') {
		target[n] = '\0';
		build = strf("%s%s", root, target);
	}
	return existing(build);
}

/* The text between the quotes of `#define NAME "text"`, or NULL. */
static const char *defined_text(const char *path, const char *name)
{
	const char *line = strf("#define %s ", name), *p, *end, *found = NULL;
	char *text;

	if (file_read(path, &text, NULL))
		return NULL;
	p = strstr(text, line);
	p = p ? strchr(p, '"') : NULL;
	end = p ? strpbrk(p + 1, "\"\n") : NULL;
	if (end && *end == '"')
		found = arena_strndup(arena_permanent(), p + 1, (size_t)(end - p - 1));
	free(text);
	return found;
}

static void read_build_version(struct kernel *k)
{
	static const char *const files[] = { "utsversion.h", "compile.h" };

	for (unsigned i = 0; k->build_dir && !k->build_version && i < ARRAY_SIZE(files); i++) {
		const char *path = strf("%s/include/generated/%s", k->build_dir, files[i]);

		k->build_version = defined_text(path, "UTS_VERSION");
		k->build_version_file = k->build_version ? path : NULL;
	}
}

/* Release of a build tree; Debian's kernel.release holds something else, so utsrelease.h is asked first. */
static const char *tree_release(const char *dir)
{
	const char *release =
		defined_text(strf("%s/include/generated/utsrelease.h", dir), "UTS_RELEASE");
	char *text;

	if (release || file_read(strf("%s/include/config/kernel.release", dir), &text, NULL))
		return release;
	text[strcspn(text, " \t\n")] = '\0';
	release = *text ? arena_strdup(arena_permanent(), text) : NULL;
	free(text);
	return release;
}

static struct kernel *kernel_new(const char *release, const char *root)
{
	struct kernel_state *s = arena_new(arena_permanent(), struct kernel_state);

	s->k.release = arena_strdup(arena_permanent(), release);
	s->k.version = s->k.build_id = "";
	s->k.arch = target_arch ? target_arch : arch_name(running()->machine);
	s->k.root = root;
	return &s->k;
}

/* Version and, when this image was seen before, build-id: nothing is unpacked for it. */
static void identify_image(struct kernel *k)
{
	struct kcache_entry e;
	const char *release;

	if (!k->image)
		return;
	if (kcache_lookup(k->image, &e)) {
		k->build_id = e.build_id;
		k->version = e.version;
	}
	if (!*k->version)
		image_boot_banner(k->image, &release, &k->version);
}

static void identify_running(struct kernel *k)
{
	uint8_t *notes;
	size_t size;

	k->running = true;
	k->version = running()->version;
	k->build_id = "";
	if (file_read("/sys/kernel/notes", (char **)&notes, &size))
		return;
	k->build_id = notes_build_id(notes, size);
	free(notes);
}

/* The kernel of that release under root, or NULL when nothing of it is there. */
static struct kernel *kernel_at(const char *release, const char *root)
{
	const char *modules = existing(strf("%s/lib/modules/%s", root, release));
	const char *image = find_image(root, release);
	struct kernel *k;

	if (!modules && !image)
		return NULL;
	k = kernel_new(release, root);
	k->image = image;
	k->modules_dir = modules;
	k->build_dir = modules ? find_build_dir(root, modules) : NULL;
	read_build_version(k);
	identify_image(k);
	return k;
}

static struct kernel *search(const char *release,
			     bool (*accept)(const struct kernel *k, const void *data),
			     const void *data)
{
	struct kernel *k = target_arch ? NULL : kernel_at(release, "");

	if (k && accept(k, data))
		return k;
	for (const char *const *f = folders(); *f; f++) {
		k = kernel_at(release, strf("%s/%s", *f, release));
		if (k && accept(k, data))
			return k;
	}
	return NULL;
}

static bool any(const struct kernel *k, const void *data)
{
	(void)k, (void)data;
	return true;
}

/* An image that cannot be read says nothing against it. */
static bool has_version(const struct kernel *k, const void *version)
{
	return k->image && (!*k->version || !strcmp(k->version, version));
}

/* In a guest the running kernel's files lie in one of the folders. An image of another build is not its image. */
static struct kernel *find_running(void)
{
	const char *release = running()->release;
	struct kernel *k = search(release, has_version, running()->version);

	if (!k)
		k = search(release, any, NULL);
	if (!k)
		k = kernel_new(release, "");
	if (k->image && !has_version(k, running()->version))
		k->image = NULL;
	identify_running(k);
	return k;
}

static void offer(const char *release, const char *root, void *data)
{
	(void)root;
	suggest_offer(data, release);
}

static void list_one(const char *release, const char *root, void *data)
{
	struct buf *b = data;

	(void)root;
	buf_printf(b, "%s%s", b->n ? ", " : "", release);
}

static struct kernel *find_release(const char *release)
{
	struct suggest near;
	struct kernel *k;
	struct diag *d;
	struct buf b;

	if (!target_arch && !strcmp(release, running()->release)) {
		k = search(release, has_version, running()->version);
		if (k || !search(release, any, NULL))
			return find_running();
	}
	k = search(release, any, NULL);
	if (k)
		return k;
	suggest_init(&near, release);
	kernel_each(offer, &near);
	buf_init(&b);
	kernel_each(list_one, &b);
	d = diag(DIAG_KERNEL_UNKNOWN, nowhere, "no kernel '%s' is known on this machine", release);
	if (suggest_best(&near))
		diag_hint(d, "did you mean '%s'?", suggest_best(&near));
	diag_note(d, nowhere, "kernels that are there: %s", b.s);
	diag_hint(d, "on Debian and its derivatives, install linux-image-%s and linux-headers-%s",
		  release, release);
	buf_deinit(&b);
	return NULL;
}

/* Without links and "..", so that commands can be run elsewhere and stamps agree; as given when it is not there. */
static const char *real_path(const char *path)
{
	char *real = realpath(path, NULL);
	const char *copy = arena_strdup(arena_permanent(), real ? real : path);

	free(real);
	return copy;
}

/* The image of a kernel whose build tree dir is: in it, or, of an unpacked package, where the package has it. */
static const char *image_of_tree(const char *dir, const char *release)
{
	static const char *const made[] = { "arch/x86/boot/bzImage", "arch/arm64/boot/Image", "arch/arm64/boot/Image.gz", "vmlinux" };
	const char *at = strstr(dir, "/usr/src/"), *image = NULL;

	for (unsigned i = 0; !image && i < ARRAY_SIZE(made); i++)
		image = existing(strf("%s/%s", dir, made[i]));
	if (!at)
		at = strstr(dir, "/lib/modules/");
	if (!image && at && at != dir)
		image = existing(strf("%.*s/boot/vmlinuz-%s", (int)(at - dir), dir, release));
	return image;
}

/* Debian's trees, and others', say in a comment and an option what machine they are for. NULL: this one does not. */
static const char *tree_arch(struct kernel *k)
{
	static const char *const options[][2] = { { "X86_64", "x86_64" }, { "ARM64", "arm64" } };

	for (unsigned i = 0; i < ARRAY_SIZE(options); i++) {
		const char *v = kernel_config(k, options[i][0]);

		if (v && !strcmp(v, "y"))
			return options[i][1];
	}
	return NULL;
}

static bool is_of_arch(struct kernel *k)
{
	const char *arch = tree_arch(k);
	struct diag *d;

	if (!arch || !strcmp(arch, k->arch))
		return true;
	d = diag(DIAG_KERNEL_ARCH, nowhere, "the build tree '%s' is for %s, not for %s", k->build_dir, arch, k->arch);
	diag_hint(d, "-a %s compiles for that machine", arch);
	return false;
}

static struct kernel *find_tree(const char *spec)
{
	const char *dir = real_path(spec), *release;
	struct kernel *k, *installed;

	if (!path_exists(strf("%s/Makefile", dir)) || !(release = tree_release(dir))) {
		struct diag *d =
			diag(DIAG_KERNEL_TREE, nowhere, "'%s' is not a kernel's build tree", dir);

		if (!path_exists(dir))
			diag_note(d, nowhere, "there is no such directory");
		else if (!path_exists(strf("%s/Makefile", dir)))
			diag_note(d, nowhere, "it has no Makefile");
		else
			diag_hint(
				d,
				"run 'make modules_prepare' there: it makes include/generated/utsrelease.h");
		return NULL;
	}
	k = kernel_new(release, "");
	k->build_dir = dir;
	read_build_version(k);
	if (!is_of_arch(k))
		return NULL;
	k->image = image_of_tree(dir, release);
	installed = k->build_version ? search(release, has_version, k->build_version) : NULL;
	if (!installed)
		installed = search(release, any, NULL);
	if (installed) {
		k->root = installed->root;
		k->modules_dir = installed->modules_dir;
		if (!k->image)
			k->image = installed->image;
	}
	identify_image(k);
	if (!*k->version && k->build_version)
		k->version = k->build_version;
	if (!target_arch && !strcmp(release, running()->release) &&
	    (!*k->version || !strcmp(k->version, running()->version)))
		identify_running(k);
	return k;
}

struct kernel *kernel_find(const char *spec)
{
	if (!spec || !*spec)
		return find_running();
	return strchr(spec, '/') ? find_tree(spec) : find_release(spec);
}

struct found {
	const char *release, *root;
};

struct found_list VEC(struct found);

static void add_found(struct found_list *list, const char *release, const char *root)
{
	struct found f = { release, root };

	vec_each(i, list) if (!strcmp(list->v[i].release, release)) return;
	vec_push(arena_permanent(), list, f);
}

/* Entries of dir that begin with prefix; in a folder of kernels each is a root of its own. */
static void add_dir(struct found_list *list, const char *dir, const char *prefix, bool roots)
{
	struct dirent **v;
	int n = scandir(dir, &v, NULL, versionsort);

	for (int i = 0; i < n; i++) {
		const char *name = v[i]->d_name;

		if (*name != '.' && !strncmp(name, prefix, strlen(prefix))) {
			const char *release =
				arena_strdup(arena_permanent(), name + strlen(prefix));
			const char *root = roots ? strf("%s/%s", dir, name) : "";

			if (!roots || find_image(root, release) ||
			    path_exists(strf("%s/lib/modules/%s", root, release)))
				add_found(list, release, root);
		}
		free(v[i]);
	}
	if (n >= 0)
		free(v);
}

void kernel_each(void (*f)(const char *release, const char *root, void *data), void *data)
{
	struct found_list list = { 0 };

	if (!target_arch) {
		add_dir(&list, "/boot", "vmlinuz-", false);
		add_dir(&list, "/lib/modules", "", false);
	}
	for (const char *const *d = folders(); *d; d++)
		add_dir(&list, *d, "", true);
	if (!target_arch)
		add_found(&list, running()->release, "");
	vec_each(i, &list) f(list.v[i].release, list.v[i].root, data);
}

const char *kernel_built_version(const struct kernel *k)
{
	return k->build_version ? k->build_version : k->version ? k->version : "";
}

const char *kernel_built_id(const struct kernel *k)
{
	if (!k->build_id || (k->version && *k->version && strcmp(kernel_built_version(k), k->version)))
		return "";
	return k->build_id;
}
