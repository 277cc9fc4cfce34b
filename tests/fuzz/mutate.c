// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * mutate syntax|sema SEED SECONDS KEEP TOP KERNEL [FILE...]
 *
 * Takes the scripts of TOP apart, by bytes and by tokens, and gives what comes
 * out to the scanner, the parser and the printer of trees (syntax), or to the
 * passes up to the C text, some of which is compiled, for the build tree KERNEL and for --runtime=user
 * (sema). Found is what crashes, does not end, is refused without a message,
 * or is printed as something that does not parse; it is written to KEEP. With
 * FILEs, these are taken as they are.
 */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/util.h"
#include "emit/emit.h"
#include "sema/library.h"
#include "sema/sema.h"
#include "syntax/syntax.h"

enum { INPUT_MAX = 1 << 16, ROUND = 100, HANG = 20, COMPILE = 30 };

struct piece {
	const char *s;
	unsigned n;
};

/* What parent and child both see: the input at work, and what is wrong with it. */
static struct shared {
	char why[200];
	unsigned long done;
	unsigned n;
	char input[INPUT_MAX + 1];
} *shared;

static struct corpus VEC(struct piece) corpus, words;
static const char *keep, *top, *kernel;
static struct kernel *tree;
static bool sema;
static uint64_t state;
static FILE *nowhere;

/* ---- Chance, and the scripts ---------------------------------------------------- */

static unsigned below(unsigned n)
{
	uint64_t z = state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return n ? (unsigned)((z ^ z >> 31) >> 20) % n : 0;
}

static unsigned token_length(const char *s, unsigned n)
{
	static const char word[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$@";
	unsigned i = 0;

	while (i < n && memchr(word, s[i], sizeof(word) - 1))
		i++;
	if (i)
		return i;
	if (s[0] == '"') {
		for (i = 1; i < n && s[i] != '"' && s[i] != '\n'; i++)
			i += s[i] == '\\' && i + 1 < n;
		return i < n ? i + 1 : n;
	}
	while (i < n && memchr(" \t\n", s[i], 3))
		i++;
	if (i)
		return i;
	while (i < n && i < 3 && memchr("<>=&|+-.%*/!^:", s[i], 14))
		i++;
	return i ? i : 1;
}

static void add_file(const char *path)
{
	struct piece p;
	char *text;
	size_t len;

	if (file_read(path, &text, &len) || len >= INPUT_MAX)
		return;
	p = (struct piece){ text, (unsigned)len };
	vec_push(arena_permanent(), &corpus, p);
	for (unsigned i = 0; i < p.n;) {
		struct piece t = { p.s + i, token_length(p.s + i, p.n - i) };

		vec_push(arena_permanent(), &words, t);
		i += t.n;
	}
}

static void add_files(void)
{
	static const char *const where[] = {
		"tests/*/*.stp", "tests/*/*/*.stp", "examples/*.stp", "examples/*/*.stp", "tapset/*.stp", "tapset/*/*.stp", "tapset/*.stpm",
	};

	for (unsigned i = 0; i < ARRAY_SIZE(where); i++) {
		char pattern[4096];
		glob_t g = { 0 };

		snprintf(pattern, sizeof(pattern), "%s/%s", top, where[i]);
		if (!glob(pattern, 0, NULL, &g))
			for (size_t j = 0; j < g.gl_pathc; j++)
				add_file(g.gl_pathv[j]);
		globfree(&g);
	}
}

/* ---- Taking apart --------------------------------------------------------------- */

static void splice(unsigned at, unsigned out, const char *in, unsigned n)
{
	static char copy[INPUT_MAX];

	if (shared->n - out + n > INPUT_MAX)
		return;
	memcpy(copy, in, n); /* may be of the input itself */
	memmove(shared->input + at + n, shared->input + at + out, shared->n - at - out);
	memcpy(shared->input + at, copy, n);
	shared->n += n - out;
}

static void mutate_bytes(void)
{
	static const char odd[] = "\0\377\200\"\\%(){}[]'@$#*/\n\r\t;:,.?!<>=&|^~+-09azAZ_";
	unsigned at = below(shared->n + 1), len = below(8), n = shared->n - at;
	char c = odd[below(sizeof(odd) - 1)];

	if (len > n)
		len = n;
	switch (below(5)) {
	case 0: splice(at, n ? 1 : 0, &c, 1); break;
	case 1: splice(at, 0, &c, 1); break;
	case 2: splice(at, len, "", 0); break;
	case 3: splice(at, 0, shared->input + at, len); break;
	default:
		if (n)
			shared->input[at] = (char)(shared->input[at] ^ 1 << below(8));
		break;
	}
}

/* A token of the input, found from its beginning. */
static unsigned pick_token(unsigned *len)
{
	unsigned want = below(shared->n + 1), at = 0;

	*len = 0;
	while (at < shared->n) {
		*len = token_length(shared->input + at, shared->n - at);
		if (at + *len > want)
			return at;
		at += *len;
	}
	*len = 0;
	return at;
}

static struct piece odd_word(void)
{
	static const char *const odd[] = {
		"0x7fffffffffffffff", "9223372036854775808", "-9223372036854775808", "18446744073709551616", "\"\\x00\\377%s%n%d\"", "\"\"",
		"$return", "$$parms", "$$vars", "$$return", "&$w->parts", "@defined(", "@cast(0, \"widget\")", "@entry(", "%( 1 == 1 %? ",
		" %: ", " %)", "@define m(a) %( @a @a %) ", "@m(1)", "@1", "$1", "$#", "/*", "*/", "%{ ", " %}", "#", "<<<", "=~", "->",
		"foreach (a in b) ", "[1,2]", "next ", "return ", "break ", "try { ", "} catch (e) { ", "probe begin { ", "function f(x) { ",
		"global ", "private ", "probe x = ", "kernel.function(\"*\")", ".return", ".call?", "{a,b}", "!", "printf(\"%*.*s%b\", ",
		"sprint(", "delete ", "x++", "--x", "? 1 : ", "kernel.function(\"widget_*\").return ", "timer.ms(0) ", "end(-1) ", "if (", "else ",
	};
	const char *s = odd[below(ARRAY_SIZE(odd))];

	return (struct piece){ s, (unsigned)strlen(s) };
}

static void mutate_tokens(void)
{
	unsigned len, at = pick_token(&len), len2, at2;
	struct piece w = below(4) ? words.v[below(words.n)] : odd_word();

	switch (below(7)) {
	case 0: splice(at, len, "", 0); break;
	case 1: splice(at, len, w.s, w.n); break;
	case 2: case 3: splice(at, 0, w.s, w.n); break;
	case 4: splice(at, 0, shared->input + at, len); break;
	case 5: /* a part of the input, somewhere else in it */
		at2 = pick_token(&len2);
		if (at2 > at)
			splice(below(2) ? at : at2, 0, shared->input + at, at2 - at < 400 ? at2 - at : 400);
		break;
	default: /* a part of another script */
		at2 = below(words.n);
		for (unsigned i = 0, n = below(30); i < n && at2 < words.n; i++, at2++) {
			splice(at, 0, words.v[at2].s, words.v[at2].n);
			at += words.v[at2].n;
			if (at > shared->n)
				break;
		}
		break;
	}
}

static void make_input(void)
{
	struct piece p = corpus.v[below(corpus.n)];

	memcpy(shared->input, p.s, p.n);
	shared->n = p.n;
	if (below(8) == 0) {
		p = corpus.v[below(corpus.n)];
		splice(shared->n, 0, p.s, p.n);
	}
	for (unsigned i = 0, n = 1 + below(6); i < n; i++)
		below(sema ? 8 : 3) ? mutate_tokens() : mutate_bytes();
	shared->input[shared->n] = '\0';
}

/* ---- The passes ----------------------------------------------------------------- */

static _Noreturn void found(const char *why)
{
	snprintf(shared->why, sizeof(shared->why), "%s", why);
	_exit(1);
}

static const char *config(void *data, const char *name)
{
	(void)data;
	return tree ? kernel_config(tree, name) : NULL;
}

static struct source *copy_of(struct arena *a, const char *name, const char *text, size_t n, bool guru)
{
	struct source *s = source_add(name, arena_strndup(a, text, n), n);

	s->guru = guru;
	return s;
}

static void run_syntax(struct syntax *s, enum syntax_kind kind, bool guru)
{
	unsigned mark = diag_errors();
	struct node *n = syntax_parse(s, copy_of(s->arena, "in.stp", shared->input, shared->n, guru), kind);
	struct syntax again;
	struct buf b;

	if (!n && diag_errors() == mark)
		found("refused by the parser without a message");
	if (!n)
		return;
	buf_init(&b);
	buf_puts(&b, "");
	ast_dump(&b, n);
	node_clone(s->arena, n);
	syntax_init(&again, s->arena, s->env);
	if (kind != SYNTAX_MACROS && !syntax_parse(&again, copy_of(s->arena, "<dump>", b.s, b.n, true), kind))
		found("what is printed of the tree does not parse");
	buf_deinit(&b);
}

/* What is accepted can be compiled. */
static void compile(const struct buf *b)
{
	char command[4096];
	FILE *f;

	snprintf(command, sizeof(command), "${CC:-gcc} -std=gnu11 -w -fsyntax-only -I'%s/runtime' -x c - 2>/dev/null", top);
	f = popen(command, "w");
	if (!f)
		return;
	fwrite(b->s, 1, b->n, f);
	if (pclose(f))
		found("accepted, and its C text does not compile");
}

static void run_sema(struct syntax *s, bool user)
{
	static const struct limits limits = {
		.maxaction = 1000, .maxaction_interruptible = 10000, .maxstringlen = 512, .maxnesting = 10, .maxskipped = 100,
		.maxtrylock = 1000, .trylockdelay = 10, .minstackspace = 1024,
	};
	const char *dirs[] = { arena_printf(s->arena, "%s/tapset", top) };
	struct emit_options o = { .limits = limits, .release = "", .version = "", .script_name = "in.stp", .language = s->env->systemtap_v };
	struct plan plan = { .arena = s->arena };
	struct sema a = { .arena = s->arena, .kernel = user ? NULL : tree, .user = user, .plan = &plan, .maxstringlen = 512,
			  .syntax = s, .guru = below(2), .unoptimized = below(4) == 0 };
	unsigned mark = diag_errors();
	struct node *n;
	struct buf b, c;

	map_init(&a.functions, s->arena);
	map_init(&a.globals, s->arena);
	a.library = library_open(s->arena, &(struct library_place){ .dirs = dirs, .ndirs = 1, .release = s->env->kernel_release, .arch = s->env->arch });
	n = library_macros(a.library, s) ? syntax_parse(s, copy_of(s->arena, "in.stp", shared->input, shared->n, a.guru), SYNTAX_SCRIPT) : NULL;
	if (!n || !library_reach(a.library, &a, s, n)) {
		if (diag_errors() == mark)
			found("refused without a message, by the parser or the library");
		return;
	}
	sema_declare(&a, n, false);
	if (diag_errors() > mark)
		return;
	if (!sema_run(&a, n)) {
		if (diag_errors() == mark)
			found("refused by the analysis without a message");
		return;
	}
	if (diag_errors() > mark)
		found("accepted by the analysis, with an error in the queue");
	buf_init(&b);
	o.unoptimized = a.unoptimized;
	emit_c(&plan, &o, &b);
	buf_init(&c);
	emit_embedded_file(&plan, &o, &c);
	buf_deinit(&c);
	if (below(COMPILE) == 0)
		compile(&b);
	buf_deinit(&b);
}

static void run_one(void)
{
	static const char *args[] = { "1", "begin", "\"x\" {", "a b", "" };
	struct arena *a = arena_create();
	struct syntax s;
	bool user = sema && below(2);
	struct syntax_env env = {
		.kernel_release = "6.1.0-9-amd64", .arch = "x86_64", .runtime = user ? "user" : "kernel", .systemtap_v = "5.0",
		.privilege = "stapdev", .config = config, .args = args, .nargs = below(6),
	};

	alarm(HANG);
	syntax_init(&s, a, &env);
	if (sema)
		run_sema(&s, user);
	else
		run_syntax(&s, below(6) ? SYNTAX_SCRIPT : below(2) ? SYNTAX_LIBRARY : SYNTAX_MACROS, below(2));
	diag_flush(nowhere);
	alarm(0);
	shared->done++;
	/* not destroyed: interned names and sources may point into it */
}

/* ---- Parent and children ----------------------------------------------------------- */

static void save(unsigned long number)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s-%lu.stp", keep, sema ? "sema" : "syntax", number);
	f = fopen(path, "w");
	if (f) {
		fwrite(shared->input, 1, shared->n, f);
		fclose(f);
	}
	printf("%s: %s\n", path, shared->why);
	fflush(stdout);
}

/* Runs inputs made from one state in a child. False: something was found. */
static bool round_of(uint64_t seed, unsigned n, bool given)
{
	int status;
	pid_t child;

	shared->why[0] = '\0';
	fflush(stdout);
	child = fork();
	if (!child) {
		state = seed;
		for (unsigned i = 0; i < n; i++) {
			if (!given)
				make_input();
			run_one();
		}
		_exit(0);
	}
	if (child < 0 || waitpid(child, &status, 0) != child)
		return true;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return true;
	if (WIFSIGNALED(status))
		snprintf(shared->why, sizeof(shared->why), WTERMSIG(status) == SIGALRM ? "no end" : "signal %d", WTERMSIG(status));
	else if (!shared->why[0])
		snprintf(shared->why, sizeof(shared->why), "ended with status %d", WEXITSTATUS(status));
	return false;
}

int main(int argc, char **argv)
{
	unsigned long bad = 0, number = 0;
	time_t end;

	if (argc < 7) {
		fprintf(stderr, "usage: mutate syntax|sema SEED SECONDS KEEP TOP KERNEL [FILE...]\n");
		return 2;
	}
	sema = !strcmp(argv[1], "sema");
	keep = argv[4];
	top = argv[5];
	kernel = argv[6];
	end = time(NULL) + atol(argv[3]);
	nowhere = fopen("/dev/null", "w");
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (!nowhere || shared == MAP_FAILED)
		return 2;
	if (sema && !((tree = kernel_find(kernel)) && kernel_types(tree))) {
		diag_flush(stderr);
		return 2;
	}
	for (int i = 7; i < argc; i++) {
		add_file(argv[i]);
		memcpy(shared->input, corpus.v[0].s, shared->n = corpus.v[0].n);
		/* all that chance decides besides the input */
		for (unsigned j = 0; j < 20; j++)
			if (!round_of(j * 7919, 1, true)) {
				printf("%s: %s\n", argv[i], shared->why);
				bad++;
				break;
			}
		corpus.n = 0;
	}
	if (argc > 7)
		return bad > 0;
	add_files();
	for (; time(NULL) < end && bad < 20; number++)
		if (!round_of(strtoull(argv[2], NULL, 10) * 1000003 + number * 10007, ROUND, false)) {
			save(number);
			bad++;
		}
	printf("%s: %lu broken scripts of %u, %lu found wrong\n", argv[1], shared->done, corpus.n, bad);
	return bad > 0;
}
