// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of runtime/core in user space: the formatter and the string functions, with guarded buffers. */
#include <stdlib.h>
#include <string.h>

#include "core/format.h"
#include "run-check.h"

const struct sd_script sd_script = { .abi = SD_ABI, .limits = { .maxstringlen = 32 } };

static int cuts;

void sd_raised(struct sd_ctx *c)
{
	(void)c;
}

void sd_truncated(struct sd_ctx *c)
{
	(void)c;
	cuts++;
}

void sd_raise(struct sd_ctx *c, int error, const struct sd_site *site, sd_int arg)
{
	if (c->error)
		return;
	c->error = error;
	c->error_site = site;
	c->error_arg = arg;
}

static struct sd_ctx ctx;

static struct sd_str str(const char *s)
{
	return (struct sd_str){ s, strlen(s) };
}

#define I(v) { .is_string = 0, .i = (v) }
#define S(v) { .is_string = 1, .s = { (v), sizeof(v) - 1 } }

struct row {
	const char *fmt;
	struct sd_value arg[3];
	unsigned int nargs;
	const char *want;
};

static const struct row rows[] = {
	{ "plain", { I(0) }, 0, "plain" },
	{ "", { I(0) }, 0, "" },
	{ "100%%", { I(0) }, 0, "100%" },
	{ "%d", { I(0) }, 1, "0" },
	{ "%d|%i", { I(-1), I(42) }, 2, "-1|42" },
	{ "%d", { I(-9223372036854775807LL - 1) }, 1, "-9223372036854775808" },
	{ "%u", { I(-1) }, 1, "18446744073709551615" },
	{ "%ld %llu %hd", { I(1), I(2), I(65536) }, 3, "1 2 65536" },
	{ "%5d|%-5d|%05d", { I(42), I(42), I(42) }, 3, "   42|42   |00042" },
	{ "%05d|%-05d|%+05d", { I(-42), I(-42), I(42) }, 3, "-0042|-42  |+0042" },
	{ "%+d|% d|% d", { I(7), I(7), I(-7) }, 3, "+7| 7|-7" },
	{ "%.3d|%6.3d|%-6.3d|", { I(7), I(7), I(-7) }, 3, "007|   007|-007  |" },
	{ "%06.3d|%.0d|%.d", { I(7), I(0), I(0) }, 3, "   007||" },
	{ "%*d|%-*d", { I(4), I(7), I(3) }, 3, 0 },
	{ "%*d", { I(4), I(7) }, 2, "   7" },
	{ "%*d|", { I(-4), I(7) }, 2, "7   |" },
	{ "%*.*d", { I(6), I(3), I(7) }, 3, "   007" },
	{ "%.*s", { I(2), S("abc") }, 2, "ab" },
	{ "%.*s", { I(-1), S("abc") }, 2, "abc" },
	{ "%x %X %o", { I(0xbeef), I(0xbeef), I(8) }, 3, "beef BEEF 10" },
	{ "%#o %#x %#X", { I(1), I(2), I(3) }, 3, "01 0x2 0X3" },
	{ "%#o %#x %#X", { I(0), I(0), I(0) }, 3, "0 0 0" },
	{ "%#.0o|%#08x|%#8x", { I(0), I(255), I(255) }, 3, "0|0x0000ff|    0xff" },
	{ "%x", { I(-1) }, 1, "ffffffffffffffff" },
	{ "%o", { I(-1) }, 1, "1777777777777777777777" },
	{ "%p %p", { I(0x1234abcd), I(0) }, 2, "0x1234abcd 0x0" },
	{ "%p", { I(-1) }, 1, "0xffffffffffffffff" },
	{ "%12p|%-12p|%012p", { I(16), I(16), I(16) }, 3, "        0x10|0x10        |0x0000000010" },
	{ "%s", { S("") }, 1, "" },
	{ "%5s|%-5s|%.2s", { S("abc"), S("abc"), S("abc") }, 3, "  abc|abc  |ab" },
	{ "%2s|%.0s|%5.1s", { S("abc"), S("abc"), S("abc") }, 3, "abc||    a" },
	{ "%c%c|%3c", { I('a'), I(256 + 'b'), I('c') }, 3, "ab|  c" },
	{ "%#c %#c %#c", { I(0), I(9), I(42) }, 3, "\\000 \\t *" },
	{ "%#c %#c %#5c", { I(127), I('\n'), I(200) }, 3, "\\177 \\n  \\310" },
	{ "%1b%1b%1b", { I(97), I(65), I(33) }, 3, "aA!" },
	{ "%2b|%4b", { I(0x6261), I(0x64636261) }, 2, "ab|abcd" },
	{ "%b|%8b", { I(0x6867666564636261LL), I(0x6867666564636261LL) }, 2, "abcdefgh|abcdefgh" },
	{ "%M|%8M|%-8M|", { S("\0\xff"), S("z"), S("z") }, 3, "00ff|      7a|7a      |" },
	{ "%M|%2M", { S(""), S("abc") }, 2, "|616263" },
	/* what cannot be done */
	{ "a%", { I(0) }, 0, 0 },
	{ "a%-", { I(0) }, 0, 0 },
	{ "%n", { I(0) }, 1, 0 },
	{ "%m", { I(0) }, 1, 0 },
	{ "%4M", { I(0) }, 1, 0 },
	{ "%3b", { I(0) }, 1, 0 },
	{ "%d", { I(0) }, 0, 0 },
	{ "%d", { S("x") }, 1, 0 },
	{ "%s", { I(1) }, 1, 0 },
	{ "%*d", { S("x"), I(1) }, 2, 0 },
	{ "%.*d", { I(1) }, 1, 0 },
};

static void format(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct row *r = &rows[i];
		char *buf = malloc(128); /* of exact sizes, so that a sanitizer sees every byte beyond */
		sd_uint used;
		enum sd_format_result res = sd_format(buf, 128, str(r->fmt), r->arg, r->nargs, &used);

		CHECK((res == SD_FORMAT_OK) == (r->want != 0), "'%s' gives %d", r->fmt, res);
		if (r->want)
			CHECK(used == strlen(r->want) && !memcmp(buf, r->want, used), "'%s' gives '%.*s', not '%s'", r->fmt,
			      (int)used, buf, r->want);
		free(buf);
	}
}

/* Every format of the table with every smaller capacity: cut, and the front of the whole. */
static void format_cut(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct row *r = &rows[i];
		size_t n = r->want ? strlen(r->want) : 0;

		for (size_t cap = 0; cap < n; cap++) {
			char *buf = malloc(cap ? cap : 1);
			sd_uint used;
			enum sd_format_result res = sd_format(buf, cap, str(r->fmt), r->arg, r->nargs, &used);

			CHECK(res == SD_FORMAT_CUT && used <= cap && !memcmp(buf, r->want, used), "'%s' in %zu", r->fmt, cap);
			free(buf);
		}
	}
}

static void format_huge(void)
{
	static const struct sd_value v[] = { I(9223372036854775807LL), I(1) };
	char buf[64];
	sd_uint used;

	CHECK(sd_format(buf, sizeof(buf), str("%*d"), v, 2, &used) == SD_FORMAT_CUT && used == sizeof(buf), "width");
	CHECK(sd_format(buf, sizeof(buf), str("%.99999999999999999999d"), v, 1, &used) == SD_FORMAT_CUT, "precision");
	CHECK(sd_format(buf, sizeof(buf), str("%-99999999999999999999d"), v, 1, &used) == SD_FORMAT_CUT, "left");
	CHECK(sd_format(0, 0, str(""), v, 0, &used) == SD_FORMAT_OK && used == 0, "nothing");
}

static void is(struct sd_str v, const char *want, int line)
{
	CHECK(v.n == strlen(want) && !memcmp(v.s, want, v.n), "line %d: '%.*s', not '%s'", line, (int)v.n, v.s, want);
}
#define IS(v, want) is(v, want, __LINE__)

static void copying(void)
{
	char d[8];

	cuts = 0;
	IS(sd_str_copy(&ctx, d, 8, str("12345678")), "12345678");
	CHECK(!cuts, "cut");
	IS(sd_str_copy(&ctx, d, 8, str("123456789")), "12345678");
	CHECK(cuts == 1, "not counted");
	IS(sd_concat(&ctx, d, 8, str("ab"), str("cd")), "abcd");
	IS(sd_concat(&ctx, d, 8, (struct sd_str){ d, 4 }, str("ef")), "abcdef");
	IS(sd_concat(&ctx, d, 8, str("x"), (struct sd_str){ d, 6 }), "xabcdef");
	IS(sd_concat(&ctx, d, 8, (struct sd_str){ d, 3 }, (struct sd_str){ d, 3 }), "xabxab");
	IS(sd_concat(&ctx, d, 8, (struct sd_str){ d, 6 }, str("123")), "xabxab12");
	CHECK(cuts == 2, "not counted");
	IS(sd_concat(&ctx, d, 8, str("123456789"), str("x")), "12345678");
	CHECK(cuts == 3, "counted %d", cuts);
	IS(sd_concat(&ctx, d, 8, str(""), str("")), "");
}

static void comparing(void)
{
	CHECK(sd_str_cmp(str("a"), str("b")) < 0 && sd_str_cmp(str("b"), str("a")) > 0, "a b");
	CHECK(sd_str_cmp(str("a"), str("ab")) < 0 && sd_str_cmp(str("ab"), str("a")) > 0, "a ab");
	CHECK(sd_str_cmp(str("\xff"), str("a")) > 0, "unsigned");
	CHECK(!sd_str_cmp(str(""), str("")) && sd_str_eq(str("x"), str("x")) && !sd_str_eq(str("x"), str("y")), "equal");
}

static void putting(void)
{
	for (sd_uint n = 0; n <= 17; n++) {
		char *p = malloc(SD_STR_BYTES(n));
		char *e = sd_put_str(p, (struct sd_str){ "abcdefghijklmnopq", n });

		CHECK(e == p + SD_STR_BYTES(n) && *(sd_uint *)p == n && !memcmp(p + 8, "abcdefghijklmnopq", n), "%llu", n);
		for (char *q = p + 8 + n; q < e; q++)
			CHECK(!*q, "padding of %llu", n);
		free(p);
	}
}

static sd_int tol(const char *s, sd_int base)
{
	return sd_fn_strtol(&ctx, 0, str(s), base);
}

static void functions(void)
{
	char d[16];

	CHECK(sd_fn_strlen(&ctx, 0, str("abc")) == 3, "strlen");
	IS(sd_fn_substr(&ctx, 0, d, 16, str("hello"), 1, 3), "ell");
	IS(sd_fn_substr(&ctx, 0, d, 16, str("hello"), 3, 99), "lo");
	IS(sd_fn_substr(&ctx, 0, d, 16, str("hello"), 5, 1), "");
	IS(sd_fn_substr(&ctx, 0, d, 16, str("hello"), -1, 1), "");
	IS(sd_fn_substr(&ctx, 0, d, 16, str("hello"), 0, 0), "");
	CHECK(sd_fn_stringat(&ctx, 0, str("ab\xff"), 2) == 255 && sd_fn_stringat(&ctx, 0, str("ab"), 2) == 0, "stringat");
	CHECK(!ctx.error, "error");
	CHECK(sd_fn_stringat(&ctx, 0, str("ab"), -1) == 0 && ctx.error == SD_ERR_RANGE, "stringat below");
	ctx.error = 0;
	sd_fn_stringat(&ctx, 0, str("ab"), 32);
	CHECK(ctx.error == SD_ERR_RANGE, "stringat above");
	ctx.error = 0;
	CHECK(sd_fn_isinstr(&ctx, 0, str("hello"), str("llo")) && !sd_fn_isinstr(&ctx, 0, str("hello"), str("lll")), "isinstr");
	CHECK(sd_fn_isinstr(&ctx, 0, str("x"), str("")) && !sd_fn_isinstr(&ctx, 0, str(""), str("x")), "isinstr of nothing");
	CHECK(sd_fn_strpos(&ctx, 0, str("hello"), str("l")) == 2 && sd_fn_strpos(&ctx, 0, str("hello"), str("z")) == -1, "strpos");
	CHECK(tol("42", 10) == 42 && tol("-42", 10) == -42 && tol(" +7x", 10) == 7 && tol("", 10) == 0, "decimal");
	CHECK(tol("0x1F", 16) == 31 && tol("1f", 16) == 31 && tol("0x1f", 0) == 31 && tol("017", 0) == 15, "bases");
	CHECK(tol("0x", 16) == 0 && tol("0xg", 0) == 0 && tol("zz", 36) == 1295 && tol("12", 2) == 1, "odd ones");
	CHECK(tol("9", 1) == 0 && ctx.error == SD_ERR_RANGE, "bad base");
	ctx.error = 0;
	cuts = 0;
	IS(sd_fn_str_replace(&ctx, 0, d, 16, str("a.b.c"), str("."), str("--")), "a--b--c");
	IS(sd_fn_str_replace(&ctx, 0, d, 16, str("aaa"), str("aa"), str("")), "a");
	IS(sd_fn_str_replace(&ctx, 0, d, 16, str("abc"), str(""), str("x")), "abc");
	IS(sd_fn_str_replace(&ctx, 0, d, 16, str(""), str("x"), str("y")), "");
	CHECK(!cuts, "cut");
	IS(sd_fn_str_replace(&ctx, 0, d, 16, str("xxxxxx"), str("x"), str("123")), "1231231231231231");
	CHECK(cuts == 1, "not counted");
	IS(sd_fn_text_str(&ctx, 0, d, 16, str("a\n\"\\\001z")), "a\\n\\\"\\\\\\001z");
	IS(sd_fn_text_str(&ctx, 0, d, 16, str("123456789012345\001")), "123456789012345");
	CHECK(cuts == 2, "not counted");
}

static void sprintf_errors(void)
{
	static const struct sd_value v[] = { I(1) };
	char d[8];

	cuts = 0;
	IS(sd_sprintf(&ctx, d, 8, str("%d"), v, 1, 0), "1");
	IS(sd_sprintf(&ctx, d, 8, str("%9d"), v, 1, 0), "        ");
	CHECK(cuts == 1 && !ctx.error, "cut");
	sd_sprintf(&ctx, d, 8, str("%m"), v, 1, 0);
	CHECK(ctx.error == SD_ERR_FORMAT, "format");
	ctx.error = 0;
}

int main(void)
{
	RUN(format);
	RUN(format_cut);
	RUN(format_huge);
	RUN(copying);
	RUN(comparing);
	RUN(putting);
	RUN(functions);
	RUN(sprintf_errors);
	return check_status;
}
