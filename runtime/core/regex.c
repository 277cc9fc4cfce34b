// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Runs the automata that the compiler made of regular expressions: one step
 * of a table for each byte, and for groups the moves of that step's list.
 * What the tables mean is said in abi.h.
 */
#include "os.h"
#include "abi.h"

int sd_regex_test(const struct sd_regex *re, struct sd_str v)
{
	unsigned int state = 1;

	for (sd_uint i = 0; i < v.n; i++) {
		if (re->final[state])
			return 1;
		state = re->next[state * re->nclasses + re->classes[(unsigned char)v.s[i]]];
		if (!state)
			return 0;
	}
	return re->final_end[state] != 0;
}

static void move(const unsigned char *op, unsigned int *reg, unsigned int pos)
{
	for (; *op != SD_REGEX_POS; op += 2)
		reg[op[0]] = op[1] == SD_REGEX_POS ? pos : reg[op[1]];
}

/* The tags of a match that ends at pos; at[0] and at[1] are the whole. */
static void take(const struct sd_regex *re, const unsigned char *op, const unsigned int *reg, unsigned int pos, unsigned int *at)
{
	unsigned int ntags = 2 * re->ngroups - 1;

	for (unsigned int t = 0; t < ntags; t++)
		at[t ? t + 1 : 0] = op[t] == SD_REGEX_POS ? pos : op[t] == SD_REGEX_NIL ? SD_REGEX_NONE : reg[op[t]];
	at[1] = pos;
}

int sd_regex_match(struct sd_ctx *c, const struct sd_regex *re, struct sd_str v)
{
	unsigned int reg[SD_REGEX_REGS + 1], state = 1, pos = 0, t;
	struct sd_match *m = c->match;
	int found = 0;

	for (t = 0; t < re->nregs; t++)
		reg[t] = 0;
	for (;; pos++) {
		if (re->final[state]) {
			take(re, re->ops + re->final[state], reg, pos, m->at);
			found = 1;
		}
		if (pos == v.n)
			break;
		t = state * re->nclasses + re->classes[(unsigned char)v.s[pos]];
		state = re->next[t];
		if (!state)
			break;
		if (re->op[t])
			move(re->ops + re->op[t], reg, pos + 1);
	}
	if (pos == v.n && re->final_end[state]) {
		take(re, re->ops + re->final_end[state], reg, pos, m->at);
		found = 1;
	}
	m->ngroups = found ? re->ngroups : 0;
	if (found)
		m->n = (unsigned int)sd_str_copy(c, m->s, m->cap, v).n;
	return found;
}

struct sd_str sd_fn_matched(SD_FN_STR, sd_int n)
{
	const struct sd_match *m = c->match;
	unsigned int lo, hi;

	if (!m->ngroups) {
		sd_raise(c, SD_ERR_NO_MATCH, s, 0);
		return (struct sd_str){ dst, 0 };
	}
	if (n < 0 || n >= (sd_int)m->ngroups) {
		sd_raise(c, SD_ERR_NO_GROUP, s, n);
		return (struct sd_str){ dst, 0 };
	}
	lo = m->at[2 * n];
	hi = m->at[2 * n + 1];
	if (lo == SD_REGEX_NONE || hi == SD_REGEX_NONE)
		return (struct sd_str){ dst, 0 };
	/* A literal longer than MAXSTRINGLEN was cut when it was kept. */
	hi = hi < m->n ? hi : m->n;
	lo = lo < hi ? lo : hi;
	return sd_str_copy(c, dst, cap, (struct sd_str){ m->s + lo, hi - lo });
}

sd_int sd_fn_ngroups(SD_FN)
{
	if (!c->match->ngroups)
		sd_raise(c, SD_ERR_NO_MATCH, s, 0);
	return c->match->ngroups;
}
