// SPDX-License-Identifier: GPL-2.0-or-later
/* Did you mean: the nearest name by edit distance (insert, delete, replace, swap of neighbours); case is no difference. */
#include "base/diag.h"

#include <ctype.h>
#include <limits.h>
#include <string.h>

#include "base/util.h"

#define MAX_LEN 64

static unsigned distance(const char *a, const char *b, unsigned bound)
{
	unsigned row[3][MAX_LEN + 1];
	size_t na = strlen(a), nb = strlen(b);

	if (na > MAX_LEN || nb > MAX_LEN || (na > nb ? na - nb : nb - na) > bound)
		return UINT_MAX;
	for (unsigned j = 0; j <= nb; j++)
		row[0][j] = j;
	for (unsigned i = 1; i <= na; i++) {
		unsigned *cur = row[i % 3], *prev = row[(i - 1) % 3], *prev2 = row[(i + 1) % 3];
		unsigned least;

		cur[0] = i;
		least = i;
		for (unsigned j = 1; j <= nb; j++) {
			unsigned d = prev[j - 1] + (tolower((unsigned char)a[i - 1]) != tolower((unsigned char)b[j - 1]));

			d = MIN(d, prev[j] + 1);
			d = MIN(d, cur[j - 1] + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				d = MIN(d, prev2[j - 2] + 1);
			cur[j] = d;
			least = MIN(least, d);
		}
		if (least > bound)
			return UINT_MAX;
	}
	return row[na % 3][nb];
}

void suggest_init(struct suggest *s, const char *want)
{
	size_t n = strlen(want);

	s->want = want;
	s->best = NULL;
	s->distance = n <= 2 ? 1 : n <= 5 ? 2 : 3; /* the largest distance that still looks like a slip */
	s->distance++;
}

void suggest_offer(struct suggest *s, const char *candidate)
{
	unsigned d = distance(s->want, candidate, s->distance - 1);

	if (d < s->distance) {
		s->distance = d;
		s->best = candidate;
	}
}

const char *suggest_best(const struct suggest *s)
{
	return s->best;
}
