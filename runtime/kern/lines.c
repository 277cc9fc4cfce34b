// SPDX-License-Identifier: GPL-2.0-or-later
/* Source lines of the kernel's addresses, by the tables in the script's module. */
#include <linux/kernel.h>
#include <linux/string.h>
#include "kern.h"
#include "../core/lines.h"

static bool line_known(unsigned long addr, struct sd_line *line)
{
	unsigned int i;

	for (i = 0; i < sd_script.nlines; i++) {
		const struct sd_line_section *s = &sd_script.lines[i];
		sd_uint offset = addr - (READ_ONCE(s->at->address) + s->distance);

		if (offset < s->size)
			return sd_line_find(s, offset, line);
	}
	return false;
}

bool sd_put_kernel_line(struct sd_ctx *c, struct sd_text *t, const char *before, unsigned long addr, unsigned int parts)
{
	struct sd_line line;
	char number[16];
	int n;

	if (!line_known(addr, &line))
		return false;
	sd_text_put(c, t, (struct sd_str){ before, strlen(before) });
	if (parts & SD_LINE_SOURCE)
		sd_text_put(c, t, line.source);
	n = scnprintf(number, sizeof(number), parts == SD_LINE_NUMBER ? "%u" : ":%u", line.line);
	if (parts & SD_LINE_NUMBER)
		sd_text_put(c, t, (struct sd_str){ number, n });
	return true;
}

struct sd_str sd_fn___symline(SD_FN_STR, sd_int addr, sd_int parts)
{
	struct sd_text t = { .s = dst, .cap = cap };
	char hex[20];

	if (!sd_put_kernel_line(c, &t, "", addr, parts))
		sd_text_put(c, &t, (struct sd_str){ hex, scnprintf(hex, sizeof(hex), "0x%llx", (u64)addr) });
	return (struct sd_str){ dst, t.n };
}
