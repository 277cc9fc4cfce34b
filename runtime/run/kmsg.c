// SPDX-License-Identifier: GPL-2.0-or-later
/* Reading /dev/kmsg: a read() gives one record, "priority,sequence,time,flags;text\n" and further lines. */
#include "kmsg.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { RECORD_MAX = 8192, RECORDS_MAX = 10000 };

int kmsg_open(void)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);

	if (fd >= 0 && lseek(fd, 0, SEEK_END) < 0) {
		close(fd);
		fd = -1;
	}
	return fd;
}

bool kmsg_error(int fd, const char *name, char *buf, size_t cap)
{
	char record[RECORD_MAX], key[128];
	bool found = false;

	if (fd < 0)
		return false;
	snprintf(key, sizeof(key), "ERROR: %s: ", name);
	for (unsigned int i = 0; i < RECORDS_MAX && !found; i++) {
		ssize_t n = read(fd, record, sizeof(record) - 1);
		char *text;

		if (n < 0 && (errno == EPIPE || errno == EINTR)) /* overtaken by new ones */
			continue;
		if (n <= 0)
			break;
		record[n] = '\0';
		text = strstr(record, key);
		if (text) {
			text += strlen(key);
			snprintf(buf, cap, "%.*s", (int)strcspn(text, "\n"), text);
			found = true;
		}
	}
	close(fd);
	return found;
}
