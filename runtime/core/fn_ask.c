// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a handler asks the runner for: to start a command, to go on in the next file, to keep output until it is known whether it is
 * wanted. Each is a record among those of the output, so all happens in order, and a handler waits for nothing.
 */
#include "os.h"
#include "abi.h"

static void ask(struct sd_ctx *c, enum sd_ask what, sd_int number, struct sd_str text)
{
	char *p = sd_rec_begin(c, SD_REC_ASK, what, 8 + SD_STR_BYTES(text.n));

	if (!p)
		return;
	p = sd_put_int(p, number);
	sd_put_str(p, text);
	sd_rec_end(c);
}

/* From 1. */
sd_int sd_fn___speculation(SD_FN)
{
	static sd_int last;

	(void)c, (void)s;
	return __atomic_add_fetch(&last, 1, __ATOMIC_RELAXED);
}

void sd_fn___speculate(SD_FN, sd_int id, struct sd_str text) { (void)s, ask(c, SD_ASK_SPECULATE, id, text); }
void sd_fn___commit(SD_FN, sd_int id) { (void)s, ask(c, SD_ASK_COMMIT, id, SD_STR("")); }
void sd_fn___discard(SD_FN, sd_int id) { (void)s, ask(c, SD_ASK_DISCARD, id, SD_STR("")); }
void sd_fn___system(SD_FN, struct sd_str command) { (void)s, ask(c, SD_ASK_SYSTEM, 0, command); }
void sd_fn___switch_file(SD_FN) { (void)s, ask(c, SD_ASK_SWITCH_FILE, 0, SD_STR("")); }
