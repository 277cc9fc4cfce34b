// SPDX-License-Identifier: GPL-2.0-or-later
/* Small things every layer needs. */
#include "base/util.h"

#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void die(const char *fmt, ...)
{
	va_list ap;

	fflush(stdout);
	fputs("ERROR: sonde: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(1);
}

static ssize_t read_all(int fd, char *buf, size_t size)
{
	size_t got = 0;

	while (got < size) {
		ssize_t n = read(fd, buf + got, size - got);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		got += (size_t)n;
	}
	return (ssize_t)got;
}

int file_read(const char *path, char **text, size_t *len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t size = 0, cap = 64 * 1024;
	struct stat st;
	char *buf;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		close(fd);
		return -EISDIR;
	}
	if (st.st_size > 0)
		cap = (size_t)st.st_size + 1;
	buf = malloc(cap + 1);
	if (!buf)
		die("out of memory reading %s", path);
	for (;;) {
		ssize_t n = read_all(fd, buf + size, cap - size);

		if (n < 0) {
			free(buf);
			close(fd);
			return (int)n;
		}
		size += (size_t)n;
		if (size < cap)
			break;
		cap *= 2;
		buf = realloc(buf, cap + 1);
		if (!buf)
			die("out of memory reading %s", path);
	}
	close(fd);
	buf[size] = '\0';
	*text = buf;
	if (len)
		*len = size;
	return 0;
}

int file_write_atomic(const char *path, const void *data, size_t len, unsigned mode)
{
	char tmp[PATH_MAX];
	const char *p = data;
	int fd, err = 0;

	if (snprintf(tmp, sizeof(tmp), "%s.XXXXXX", path) >= (int)sizeof(tmp))
		return -ENAMETOOLONG;
	fd = mkostemp(tmp, O_CLOEXEC);
	if (fd < 0)
		return -errno;
	while (len) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			err = -errno;
			break;
		}
		p += n;
		len -= (size_t)n;
	}
	if (!err && fchmod(fd, mode))
		err = -errno;
	if (close(fd) && !err)
		err = -errno;
	if (!err && rename(tmp, path))
		err = -errno;
	if (err)
		unlink(tmp);
	return err;
}

int dir_make(const char *path, unsigned mode)
{
	char tmp[PATH_MAX];

	if (strlen(path) >= sizeof(tmp))
		return -ENAMETOOLONG;
	strcpy(tmp, path);
	for (char *p = tmp + 1; *p; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		if (mkdir(tmp, mode) && errno != EEXIST)
			return -errno;
		*p = '/';
	}
	if (mkdir(tmp, mode) && errno != EEXIST)
		return -errno;
	return 0;
}

bool path_exists(const char *path)
{
	return access(path, F_OK) == 0;
}

bool glob_match(const char *pattern, const char *text)
{
	return pattern[strcspn(pattern, "*?[\\")] ? fnmatch(pattern, text, 0) == 0 : !strcmp(pattern, text);
}

bool is_glob(const char *s)
{
	return strpbrk(s, "*?[") != NULL;
}

static struct {
	const char *name, *value;
} sysenvs[] = { { "PATH", NULL }, { "LD_LIBRARY_PATH", NULL } };

bool sysenv_set(const char *name, const char *value)
{
	for (unsigned i = 0; i < ARRAY_SIZE(sysenvs); i++)
		if (!strcmp(sysenvs[i].name, name)) {
			sysenvs[i].value = value;
			return true;
		}
	return false;
}

static const char *given(const char *name)
{
	for (unsigned i = 0; i < ARRAY_SIZE(sysenvs); i++)
		if (!strcmp(sysenvs[i].name, name))
			return sysenvs[i].value;
	return NULL;
}

bool sysenv_is_set(const char *name)
{
	return given(name);
}

const char *sysenv(const char *name)
{
	const char *value = given(name);

	return value ? value : getenv(name);
}
