// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * runtime/run/print.c and json.c: records to text, errors, losses, damaged bodies.
 * Links print.c json.c ledger.c meta.c out.c msg.c and core/format.c.
 */
#include "print.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "msg.h"
#include "run-check.h"
#include "wire.h"

static const char meta_text[] = "format 0 \"%d <%s>\\n\" ls\n"
				"format 1 \"%5000d|\" l\n"
				"format 2 \"%s\" s\n"
				"site 0 \"operator '/' at t.stp:1:22\" \"t.stp\" 1 22 \"probe begin { print(1/0) }\"\n"
				"site 1 \"at t.stp:2:4\" \"t.stp\" 2 4 \"\\t\\303\\251x\"\n"
				"probe 0 \"begin\" \"t.stp\" 1 7\n"
				"probe 1 \"kernel.function(\\\"vfs_read\\\")\" \"t.stp\" 2 7\n";

static struct meta meta;
static struct out out;
static struct print print;
static int out_fd, err_fd, real_err;

static int scratch(void)
{
	FILE *f = tmpfile();
	int fd;

	if (!f || (fd = dup(fileno(f))) < 0)
		abort();
	fclose(f);
	return fd;
}

static void begin(bool json)
{
	out_fd = scratch();
	err_fd = scratch();
	real_err = dup(STDERR_FILENO);
	dup2(err_fd, STDERR_FILENO);
	if (!meta_parse(&meta, meta_text, sizeof(meta_text) - 1) || !out_init(&out, out_fd) || !print_init(&print, &out, &meta, json))
		abort();
}

static const char *contents(int fd)
{
	static char text[1 << 17];
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);

	text[n > 0 ? n : 0] = '\0';
	return text;
}

static const char *output(void)
{
	out_flush(&out);
	return contents(out_fd);
}

static void end(void)
{
	print_deinit(&print);
	out_deinit(&out);
	meta_deinit(&meta);
	dup2(real_err, STDERR_FILENO);
	close(real_err);
	close(out_fd);
	close(err_fd);
}

/* A record whose body is what spec says: numbers and, for 's', a string with its length and padding. */
static void give(unsigned int type, unsigned int id, const char *spec, long long a, long long b, long long c, const char *s, size_t n)
{
	char body[4096] = { 0 }, *p = body;
	long long v[3] = { a, b, c };
	struct sd_record_header h = { 0, (unsigned short)type, (unsigned short)id, 77 };
	int k = 0;

	for (; *spec; spec++) {
		if (*spec == 'l') {
			memcpy(p, &v[k++], 8);
			p += 8;
		} else {
			long long len = (long long)n;

			memcpy(p, &len, 8);
			memcpy(p + 8, s, n);
			p += SD_STR_BYTES(n);
		}
	}
	h.size = (unsigned int)(sizeof(h) + (size_t)(p - body));
	print_record(&print, &h, body);
}

static void text_output(void)
{
	begin(false);
	give(SD_REC_PRINTF, 0, "ls", -5, 0, 0, "a\0b", 3);
	give(SD_REC_TEXT, 0, "s", 0, 0, 0, "plain", 5);
	give(SD_REC_LOG, 0, "s", 0, 0, 0, "logged", 6);
	output();
	CHECK(!memcmp(output(), "-5 <a\0b>\nplainlogged\n", 21), "%s", output());
	give(SD_REC_WARNING, 0, "s", 0, 0, 0, "careful", 7);
	CHECK(!strcmp(contents(err_fd), "WARNING: careful\n"), "%s", contents(err_fd));
	end();
}

static void wide_output(void)
{
	begin(false);
	for (int i = 0; i < 20; i++)
		give(SD_REC_PRINTF, 1, "l", i, 0, 0, "", 0);
	CHECK(strlen(output()) == 20 * 5001 && !print.bad, "%zu bytes", strlen(output()));
	end();
}

static void error_texts(void)
{
	begin(false);
	give(SD_REC_ERROR, SD_ERR_DIVISION, "llls", 0, 0, 0, "", 0);
	CHECK(!strcmp(contents(err_fd), "ERROR: division by 0 near operator '/' at t.stp:1:22\n"
					"        source: probe begin { print(1/0) }\n"
					"                                     ^\n"
					"        while running: begin at t.stp:1:7\n"),
	      "%s", contents(err_fd));
	end();
	begin(false);
	give(SD_REC_ERROR, SD_ERR_FAULT, "llls", 1, 1, 0x10, "", 0);
	CHECK(!strncmp(contents(err_fd), "ERROR: read fault at 0x0000000000000010 at t.stp:2:4\n"
					 "        source: \t\303\251x\n"
					 "                \t ^\n"
					 "        while running: kernel.function(\"vfs_read\") at t.stp:2:7\n        hint: ", 150),
	      "%s", contents(err_fd));
	end();
	begin(false);
	give(SD_REC_ERROR, SD_ERR_USER, "llls", -1, -1, 0, "my own", 6);
	CHECK(!strcmp(contents(err_fd), "ERROR: my own\n"), "%s", contents(err_fd));
	give(SD_REC_ERROR, SD_ERR_MAXACTION, "llls", -1, 0, 0, "", 0);
	CHECK(strstr(contents(err_fd), "MAXACTION exceeded\n") && strstr(contents(err_fd), "hint: raise it with -DMAXACTION=N"), "%s",
	      contents(err_fd));
	CHECK(print.errors == 2, "%u errors", print.errors);
	end();
}

static void json_output(void)
{
	begin(true);
	give(SD_REC_PRINTF, 0, "ls", -5, 0, 0, "\"\\\n\xff\x01\303\251\355\240\200", 10);
	CHECK(!strcmp(output(), "{\"type\":\"printf\",\"text\":\"-5 <\\\"\\\\\\n\\\\xff\\u0001\303\251\\\\xed\\\\xa0\\\\x80>\\n\","
				"\"args\":[-5,\"\\\"\\\\\\n\\\\xff\\u0001\303\251\\\\xed\\\\xa0\\\\x80\"],\"time\":77}\n"),
	      "%s", output());
	end();
	begin(true);
	give(SD_REC_ERROR, SD_ERR_DIVISION, "llls", 0, 0, 0, "", 0);
	give(SD_REC_WARNING, 0, "s", 0, 0, 0, "w", 1);
	give(SD_REC_LOSS, SD_LOSS_RING, "ll", 1, 3, 0, "", 0);
	print_losses(&print, 3);
	CHECK(!strcmp(output(), "{\"type\":\"error\",\"text\":\"division by 0\",\"near\":{\"what\":\"operator '/' at t.stp:1:22\","
				"\"file\":\"t.stp\",\"line\":1,\"column\":22},\"probe\":{\"what\":\"begin\",\"file\":\"t.stp\",\"line\":1,"
				"\"column\":7},\"time\":77}\n"
				"{\"type\":\"warning\",\"text\":\"w\",\"time\":77}\n"
				"{\"type\":\"loss\",\"probe\":\"kernel.function(\\\"vfs_read\\\")\",\"cause\":\"ring\",\"count\":3}\n"),
	      "%s", output());
	end();
}

static void losses(void)
{
	begin(false);
	print_losses(&print, 0);
	CHECK(!*contents(err_fd), "nothing lost: %s", contents(err_fd));
	give(SD_REC_LOSS, SD_LOSS_REENTRANT, "ll", 1, 10, 0, "", 0);
	give(SD_REC_LOSS, SD_LOSS_REENTRANT, "ll", 1, 2, 0, "", 0);
	give(SD_REC_LOSS, SD_LOSS_RING, "ll", 1, 3, 0, "", 0);
	give(SD_REC_LOSS, SD_LOSS_MISSED, "ll", 999, 1, 0, "", 0);
	give(SD_REC_LOSS, 99, "ll", 0, 4, 0, "", 0);
	print_losses(&print, 5);
	CHECK(!strncmp(contents(err_fd), "WARNING: lost: probe begin: 4 for a cause this sonderun does not know\n"
					 "WARNING: lost: probe kernel.function(\"vfs_read\"): 12 hits skipped (a handler was running on "
					 "the CPU), 3 records dropped (ring full; try -s MB)\n"
					 "WARNING: lost: probe (unknown): 1 hit missed (", 240),
	      "%s", contents(err_fd));
	CHECK(strstr(contents(err_fd), "WARNING: lost: 2 more records dropped"), "%s", contents(err_fd));
	end();
}

static void damaged_bodies(void)
{
	static const long long lengths[] = { -1, 1, 1LL << 62, -8 };

	begin(false);
	give(SD_REC_PRINTF, 7, "l", 0, 0, 0, "", 0);
	give(SD_REC_PRINTF, 0, "l", 0, 0, 0, "", 0);
	give(SD_REC_PRINTF, 0, "", 0, 0, 0, "", 0);
	for (unsigned int i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		give(SD_REC_PRINTF, 2, "l", lengths[i], 0, 0, "", 0);
		give(SD_REC_TEXT, 0, "l", lengths[i], 0, 0, "", 0);
	}
	give(SD_REC_ERROR, 3, "l", 0, 0, 0, "", 0);
	give(SD_REC_LOSS, 0, "l", 0, 0, 0, "", 0);
	give(99, 0, "", 0, 0, 0, "", 0);
	CHECK(print.bad == 14, "%u noticed", print.bad);
	CHECK(!*output(), "%s", output());
	CHECK(!strncmp(contents(err_fd), "ERROR: sonderun: a record", 25) && !strstr(contents(err_fd) + 1, "ERROR"), "%s",
	      contents(err_fd));
	end();
}

int main(void)
{
	RUN(text_output);
	RUN(wide_output);
	RUN(error_texts);
	RUN(json_output);
	RUN(losses);
	RUN(damaged_bodies);
	return check_status;
}
