// SPDX-License-Identifier: GPL-2.0-or-later
/* Floating point in integers against the machine's own: chosen numbers, each with each, and random ones. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/fp.h"
#include "run-check.h"

const struct sd_script sd_script = { .abi = SD_ABI, .limits = { .maxstringlen = 512 } };

static struct sd_ctx ctx;
static int cuts;

void sd_truncated(struct sd_ctx *c) { cuts += c == &ctx; }
void sd_raised(struct sd_ctx *c) { (void)c; }
void sd_raise(struct sd_ctx *c, int error, const struct sd_site *site, sd_int arg)
{
	(void)site, (void)arg;
	c->error = error;
}
void sd_fn_error(struct sd_ctx *c, const struct sd_site *s, struct sd_str msg)
{
	(void)s, (void)msg;
	c->error = SD_ERR_USER;
}

static double number(uint64_t bits)
{
	double d;

	memcpy(&d, &bits, sizeof(d));
	return d;
}

static uint64_t bits(double d)
{
	uint64_t b;

	memcpy(&b, &d, sizeof(b));
	return b;
}

static uint64_t seed = 88172645463325252ULL;
static uint64_t next(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	return seed ^= seed << 17;
}

/* Any bits, or numbers of like size, or with few bits set, where ties are. */
static uint64_t any(void)
{
	uint64_t r = next();

	switch (next() % 4) {
	case 0: return r;
	case 1: return (r & 0x800fffffffffffffULL) | (1023 - 30 + next() % 60) << 52;
	case 2: return (r & 0x8000000000000000ULL) | (1023 - 3 + next() % 60) << 52 | (r & 7) << (next() % 50);
	default: return (r & 0x800fffffffffffffULL) | (next() % 3) << 52; /* subnormal, or nearly */
	}
}

static int same(uint64_t got, double want)
{
	return isnan(want) ? isnan(number(got)) : got == bits(want);
}

static sd_int fp(enum sd_fp what, uint64_t a, uint64_t b)
{
	return sd_fn___fp(&ctx, 0, what, (sd_int)a, (sd_int)b);
}

static void arithmetic(uint64_t a, uint64_t b)
{
	double x = number(a), y = number(b);
	/* volatile: done by the processor, at run time */
	volatile double sum = x + y, difference = x - y, product = x * y, quotient = x / y, rest = remainder(x, y), root = sqrt(x);

	CHECK(same((uint64_t)fp(SD_FP_ADD, a, b), sum), "%a + %a", x, y);
	CHECK(same((uint64_t)fp(SD_FP_SUB, a, b), difference), "%a - %a", x, y);
	CHECK(same((uint64_t)fp(SD_FP_MUL, a, b), product), "%a * %a", x, y);
	CHECK(same((uint64_t)fp(SD_FP_DIV, a, b), quotient), "%a / %a", x, y);
	CHECK(same((uint64_t)fp(SD_FP_REM, a, b), rest), "%a rem %a: %a, not %a", x, y, number((uint64_t)fp(SD_FP_REM, a, b)), rest);
	CHECK(same((uint64_t)fp(SD_FP_SQRT, a, 0), root), "sqrt %a", x);
	CHECK(fp(SD_FP_EQ, a, b) == (x == y) && fp(SD_FP_LT, a, b) == (x < y) && fp(SD_FP_LE, a, b) == (x <= y), "%a <=> %a", x, y);
}

static void whole(uint64_t a)
{
	static const enum sd_fp_round modes[] = { SD_FP_NEAR_EVEN, SD_FP_TO_ZERO, SD_FP_DOWN, SD_FP_UP, SD_FP_NEAR_AWAY, SD_FP_ODD };
	double x = number(a), r;

	CHECK(same((uint64_t)fp(SD_FP_FROM_LONG, a, 0), (double)(int64_t)a), "%lld", (long long)a);
	for (unsigned i = 0; i < sizeof(modes) / sizeof(*modes); i++) {
		int64_t want = INT64_MIN, got = sd_fn___fp_to_long(&ctx, 0, (sd_int)a, modes[i], 0);

		switch (modes[i]) {
		case SD_FP_NEAR_EVEN: r = nearbyint(x); break;
		case SD_FP_TO_ZERO: r = trunc(x); break;
		case SD_FP_DOWN: r = floor(x); break;
		case SD_FP_UP: r = ceil(x); break;
		case SD_FP_NEAR_AWAY: r = round(x); break;
		default: r = fmod(trunc(x), 2) == 0 && trunc(x) != x ? trunc(x) + (signbit(x) ? -1 : 1) : trunc(x); break;
		}
		if (r >= -0x1p63 && r < 0x1p63)
			want = (int64_t)r;
		CHECK(got == want, "%a to a number, %d: %lld, not %lld", x, modes[i], (long long)got, (long long)want);
	}
	CHECK(!ctx.error, "an error");
	sd_fn___fp_to_long(&ctx, 0, (sd_int)a, SD_FP_TO_ZERO, 1);
	CHECK((ctx.error == SD_ERR_USER) == (isfinite(x) && fabs(x) < 0x1p62 && trunc(x) != x), "%a exactly", x);
	ctx.error = 0;
}

static void single(uint32_t b)
{
	float f;

	memcpy(&f, &b, sizeof(f));
	CHECK(same((uint64_t)fp(SD_FP_FROM_SINGLE, b, 0), f), "%a from single", (double)f);
}

static void text(uint64_t a, int precision)
{
	char want[2000], got[2000];
	struct sd_str v;
	double x = number(a);
	int n;

	if (isnan(x))
		return;
	n = snprintf(want, sizeof(want), "%.*f", precision, x);
	v = sd_fn___fp_to_string(&ctx, 0, got, sizeof(got), (sd_int)a, precision);
	CHECK((int)v.n == n && !memcmp(v.s, want, v.n), "%.*s, not %s", (int)v.n, v.s, want);
	v = sd_fn___fp_to_string(&ctx, 0, got, 10, (sd_int)a, precision);
	CHECK(v.n <= 10, "too long");
}

static void from_text(const char *s)
{
	struct sd_str v = { s, strlen(s) };
	double want = strtod(s, NULL), got = number((uint64_t)sd_fn___string_to_fp(&ctx, 0, v));

	CHECK(bits(got) == bits(want), "%s is %a, not %a", s, got, want);
}

/* What a number is printed as, and what lies exactly between it and the next, and a little beside that. */
static void text_and_back(uint64_t a)
{
	char s[2000];
	double x = number(a);
	long double middle;
	size_t n;

	if (!isfinite(x))
		return;
	snprintf(s, sizeof(s), "%.*e", (int)(next() % 25), x);
	from_text(s);
	snprintf(s, sizeof(s), "%.*f", (int)(next() % 25), x);
	from_text(s);
	middle = ((long double)x + (long double)nextafter(x, HUGE_VAL)) / 2;
	snprintf(s, sizeof(s), "%.1100Lf", middle);
	from_text(s);
	n = strlen(s);
	strcpy(s + n, "1");
	from_text(s);
	snprintf(s, sizeof(s), "%.780Le", middle);
	from_text(s);
}

static void choice(void)
{
	static const uint64_t chosen[] = {
		0, 1, 2, 0xfffffffffffffULL, 0x10000000000000ULL, 0x10000000000001ULL, 0x3ff0000000000000ULL, 0x3ff0000000000001ULL,
		0x3fe0000000000000ULL, 0x3fefffffffffffffULL, 0x4000000000000000ULL, 0x4004000000000000ULL, 0x400c000000000000ULL,
		0x4330000000000000ULL, 0x4330000000000001ULL, 0x433fffffffffffffULL, 0x43dfffffffffffffULL, 0x43e0000000000000ULL,
		0x7fefffffffffffffULL, 0x7ff0000000000000ULL, 0x7ff8000000000000ULL, 0x7ff0000000000001ULL, 0x3fb999999999999aULL
	};
	unsigned n = sizeof(chosen) / sizeof(*chosen);

	for (unsigned i = 0; i < 2 * n; i++) {
		uint64_t a = chosen[i % n] | (uint64_t)(i >= n) << 63;

		for (unsigned k = 0; k < 2 * n; k++)
			arithmetic(a, chosen[k % n] | (uint64_t)(k >= n) << 63);
		whole(a);
		for (int precision = 0; precision < 30; precision++)
			text(a, precision);
		text(a, 1074);
		text_and_back(a);
	}
}

static void random_ones(void)
{
	for (int i = 0; i < 200000; i++) {
		uint64_t a = any();

		arithmetic(a, next() % 4 ? any() : a + next() % 3 - 1);
		whole(a);
		whole(bits((double)((int64_t)next() >> next() % 64) + (double)(next() % 5) / 4));
		single((uint32_t)next());
	}
	for (int i = 0; i < 4000; i++) {
		text(any(), (int)(next() % 40));
		text(bits((double)(next() % 100000) / 8), (int)(next() % 4));
		text_and_back(any());
	}
}

static void texts(void)
{
	static const char *const list[] = {
		"0", "-0", "0.0", "", ".", "1", "-1", "+1.5", ".5", "5.", "1e3", "1E-3", "1e", "1e+", "1e+2x", "00012.500", "0.000000001",
		"9007199254740993", "9007199254740992.9999", "1.7976931348623157e308", "1.7976931348623158e308", "1.7976931348623159e308",
		"1e309", "1e-400", "4.9e-324", "2.4703282292062327e-324", "2.4703282292062328e-324", "2.2250738585072011e-308",
		"2.2250738585072014e-308", "  12", "1e99999999999", "-1e-99999999999", "0e99999999999", "inf", "-Infinity", "0.1",
		"123456789012345678901234567890", "1e23", "8.5e22", "179769313486231580793728971405303415079934132710037826936173778980444968292764750946649017977587207096330286416692887910946555547851940402630657488671505820681908902000708383676273854845817711531764475730270069855571366959622842914819860834936475292719074168444365510704342711559699508093042880"
	};

	for (unsigned i = 0; i < sizeof(list) / sizeof(*list); i++)
		from_text(list[i]);
}

static void limits(void)
{
	char s[8];

	sd_fn___fp_to_string(&ctx, 0, s, 4, 0, -1);
	CHECK(ctx.error == SD_ERR_RANGE, "digits below 0");
	ctx.error = 0;
	cuts = 0;
	CHECK(sd_fn___fp_to_string(&ctx, 0, s, 4, (sd_int)bits(9.9996), 3).n == 4 && cuts, "not counted");
	CHECK(sd_fn___fp_to_long(&ctx, 0, 0, 5, 0) == 0 && ctx.error == SD_ERR_RANGE, "no such rounding");
	ctx.error = 0;
}

int main(void)
{
	RUN(choice);
	RUN(random_ones);
	RUN(texts);
	RUN(limits);
	return check_status;
}
