// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Types and variables from DWARF against truth. tests/lib/dwarf-target.c is
 * built by several compilers with several options and stopped by ptrace at
 * the places it marks; each $expression is made into a fetch program, as for
 * a probe, and run over its registers and memory. What it is worth there a
 * build of its own has printed. What the optimiser removed has no value: then
 * a reason has to be given, and without optimisation there is no excuse.
 */
#include "run-check.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/intern.h"
#include "sema/sema.h"
#include "syntax/syntax.h"
#include "types/dwarf_types.h"

enum { PLACES_MAX = 200, TRUTH_MAX = 400 };

static struct variant {
	const char *compiler, *options;
	bool optimised;
	unsigned least; /* values that have to be right; the others may be unavailable */
} variants[] = {
	{ "gcc", "-O0 -gdwarf-4", false, 0 },
	{ "gcc", "-O0 -gdwarf-5", false, 0 },
	{ "gcc", "-O0 -gdwarf-4 -fdebug-types-section", false, 0 },
	{ "gcc", "-O0 -gdwarf-2 -gstrict-dwarf", false, 0 },
	{ "gcc", "-O2 -gdwarf-4", true, 100 },
	{ "gcc", "-O2 -gdwarf-5", true, 100 },
	{ "gcc", "-Os -gdwarf-5 -fno-omit-frame-pointer", true, 100 },
	{ "clang", "-O0 -gdwarf-4", true, 113 }, /* a static variable of an inlined function is in no function */
	{ "clang", "-O2 -gdwarf-4", true, 95 },
	{ "clang", "-O2 -gdwarf-5", true, 95 },
};

struct truth {
	int place;
	char expr[64], value[64]; /* no expr: a hit begins */
};

static struct truth truth[TRUTH_MAX];
static unsigned ntruth;
static char dir[] = "/tmp/sonde-types-dwarf-XXXXXX";

struct stop {
	uint64_t addr;
	int place;
};

struct target {
	Dwarf *dw;
	struct dwarf_types *types;
	struct stop stops[PLACES_MAX];
	unsigned nstops, at;     /* at: line of the truth that comes next */
	pid_t pid;
	struct user_regs_struct regs;
	unsigned right, missing;
	bool optimised;
};

static bool build(const char *compiler, const char *options, const char *name)
{
	const char *top = getenv("SONDE_TOP") ? getenv("SONDE_TOP") : ".";
	char cmd[1024];

	snprintf(cmd, sizeof(cmd), "%s -w -no-pie %s %s/tests/lib/dwarf-target.c -o %s/%s", compiler, options, top, dir, name);
	return !system(cmd);
}

static void read_truth(void)
{
	char line[160], path[80];
	FILE *f;

	CHECK(build("gcc", "-O0 -DTRUTH", "truth"), "cannot build the truth");
	snprintf(path, sizeof(path), "%s/truth", dir);
	f = popen(path, "r");
	while (f && fgets(line, sizeof(line), f) && ntruth < TRUTH_MAX) {
		struct truth *t = &truth[ntruth];

		CHECK(sscanf(line, "%d %63s %63[^\n]", &t->place, t->expr, t->value) == 3, "cannot read %s", line);
		if (!strcmp(t->expr, "hit"))
			t->expr[0] = '\0';
		ntruth++;
	}
	CHECK(f && !pclose(f) && ntruth > 100, "%u lines of truth", ntruth);
}

/* ---- The program under observation ----------------------------------------------------- */

static bool find_stops(struct target *t, const char *path)
{
	int fd = open(path, O_RDONLY);
	Elf *elf;
	Elf_Scn *scn = NULL;
	size_t strings;

	elf_version(EV_CURRENT);
	elf = fd < 0 ? NULL : elf_begin(fd, ELF_C_READ_MMAP, NULL);
	if (!elf || elf_getshdrstrndx(elf, &strings))
		return false;
	while ((scn = elf_nextscn(elf, scn))) {
		GElf_Shdr sh;
		Elf_Data *d;

		if (!gelf_getshdr(scn, &sh) || strcmp(elf_strptr(elf, strings, sh.sh_name), "places"))
			continue;
		d = elf_getdata(scn, NULL);
		for (size_t i = 0; d && i + 16 <= d->d_size && t->nstops < PLACES_MAX; i += 16) {
			uint64_t v[2];

			memcpy(v, (char *)d->d_buf + i, sizeof(v));
			t->stops[t->nstops++] = (struct stop){ v[0], (int)v[1] };
		}
	}
	t->dw = dwarf_begin_elf(elf, DWARF_C_READ, NULL);
	return t->dw && t->nstops;
}

static bool read_memory(void *data, uint64_t addr, unsigned size, uint64_t *value)
{
	const struct target *t = data;
	uint64_t v = 0;

	for (unsigned i = 0; i < size; i++) {
		long w;

		errno = 0;
		w = ptrace(PTRACE_PEEKDATA, t->pid, (addr + i) & ~7ULL, 0);
		if (errno)
			return false;
		v |= ((uint64_t)w >> (addr + i) % 8 * 8 & 0xff) << i * 8;
	}
	*value = v;
	return true;
}

static bool start_program(struct target *t, const char *path)
{
	int status;

	t->pid = fork();
	if (!t->pid) {
		ptrace(PTRACE_TRACEME, 0, 0, 0);
		execl(path, path, NULL);
		_exit(1);
	}
	if (waitpid(t->pid, &status, 0) != t->pid || !WIFSTOPPED(status))
		return false;
	for (unsigned i = 0; i < t->nstops; i++) {
		uint64_t word = (uint64_t)ptrace(PTRACE_PEEKTEXT, t->pid, t->stops[i].addr, 0);

		CHECK((word & 0xff) == 0x90, "no nop at the place %d", t->stops[i].place);
		ptrace(PTRACE_POKETEXT, t->pid, t->stops[i].addr, (word & ~0xffULL) | 0xcc);
	}
	return true;
}

/* ---- Expressions -------------------------------------------------------------------------- */

static bool innermost(struct target *t, uint64_t pc, Dwarf_Die *func)
{
	Dwarf_Die cu, *scopes = NULL;
	Dwarf_CU *unit = NULL;
	bool found = false;
	int n;

	while (!dwarf_get_units(t->dw, unit, &unit, NULL, NULL, &cu, NULL) && dwarf_haspc(&cu, pc) <= 0)
		;
	n = !unit ? 0 : dwarf_getscopes(&cu, pc, &scopes);
	for (int i = 0; i < n && !found; i++)
		if (dwarf_tag(&scopes[i]) == DW_TAG_subprogram || dwarf_tag(&scopes[i]) == DW_TAG_inlined_subroutine) {
			*func = scopes[i];
			found = true;
		}
	free(scopes);
	return found;
}

static struct node *parse(const char *expr)
{
	static struct syntax_env env = { .kernel_release = "6.1.0", .arch = "x86_64", .runtime = "kernel", .systemtap_v = "5.0",
					 .privilege = "stapdev", .guru = true };
	const char *text = arena_printf(arena_permanent(), "probe begin { x = $%s }", expr);
	struct syntax s;
	struct node *n;

	syntax_init(&s, arena_permanent(), &env);
	n = syntax_parse(&s, source_add("expression", text, strlen(text)), SYNTAX_SCRIPT);
	return n ? n->list.v[0]->kid[PROBE_BODY]->list.v[0]->kid[EXPRSTMT_EXPR]->kid[ASSIGN_R] : NULL;
}

static bool is_text(struct target *t, uint64_t addr, const char *want)
{
	uint64_t c = 0;

	for (want++; *want != '"'; want++, addr++)
		if (!read_memory(t, addr, 1, &c) || (char)c != *want)
			return false;
	return read_memory(t, addr, 1, &c) && !c;
}

static void check_one(struct target *t, const struct target_ctx *ctx, const struct truth *tr)
{
	struct sema s = { .arena = arena_permanent(), .guru = true };
	struct fetch_machine m = { .regs = (const uint64_t *)&t->regs, .read = read_memory, .data = t };
	struct node *n = parse(tr->expr);
	unsigned mark = diag_mark();
	struct fetch *f = n ? target_build(&s, n, ctx) : NULL;
	uint64_t v = 0;

	if (!f) {
		CHECK(t->optimised, "place %d: $%s has no value", tr->place, tr->expr);
		if (getenv("SONDE_TEST_VERBOSE"))
			diag_flush(stderr);
		t->missing++;
		diag_rewind(mark);
		return;
	}
	diag_rewind(mark);
	CHECK(fetch_run(f, &m, &v), "place %d: $%s cannot be read", tr->place, tr->expr);
	if (tr->value[0] == '"')
		CHECK(f->address && is_text(t, v, tr->value), "place %d: $%s is not %s", tr->place, tr->expr, tr->value);
	else
		CHECK((int64_t)v == strtoll(tr->value, NULL, 10), "place %d: $%s is %lld, not %s", tr->place, tr->expr, (long long)v,
		      tr->value);
	t->right++;
}

static void check_hit(struct target *t, const struct stop *stop)
{
	struct target_ctx ctx = { .types = &t->types->db, .arch = t->types->arch, .function = "target" };
	Dwarf_Die func;

	CHECK(t->at < ntruth && truth[t->at].place == stop->place && !truth[t->at].expr[0], "stopped at %d, out of order", stop->place);
	t->at++;
	if (!innermost(t, stop->addr, &func)) {
		CHECK(false, "no function at the place %d", stop->place);
		return;
	}
	ctx.scope = dwarf_scope_new(t->types, &func, stop->addr);
	for (; t->at < ntruth && truth[t->at].expr[0]; t->at++)
		check_one(t, &ctx, &truth[t->at]);
}

static void run_program(struct target *t)
{
	int status;

	for (;;) {
		unsigned i;

		ptrace(PTRACE_CONT, t->pid, 0, 0);
		if (waitpid(t->pid, &status, 0) != t->pid || !WIFSTOPPED(status))
			break;
		if (WSTOPSIG(status) != SIGTRAP) {
			CHECK(false, "signal %d", WSTOPSIG(status));
			kill(t->pid, SIGKILL);
			break;
		}
		ptrace(PTRACE_GETREGS, t->pid, 0, &t->regs);
		t->regs.rip--;
		for (i = 0; i < t->nstops && t->stops[i].addr != t->regs.rip; i++)
			;
		if (i < t->nstops)
			check_hit(t, &t->stops[i]);
	}
	CHECK(WIFEXITED(status) && !WEXITSTATUS(status), "it ended badly: %#x", status);
	CHECK(t->at == ntruth, "it passed %u of %u places", t->at, ntruth);
}

static void check_variant(const struct variant *v)
{
	struct target *t = arena_new(arena_permanent(), struct target);
	char path[80];

	t->optimised = v->optimised;
	if (!build(v->compiler, v->options, "target")) {
		CHECK(false, "cannot build");
		return;
	}
	snprintf(path, sizeof(path), "%s/target", dir);
	if (!find_stops(t, path) || !start_program(t, path)) {
		CHECK(false, "cannot start");
		return;
	}
	t->types = dwarf_types_new(t->dw, arch_find("x86_64"), NULL);
	run_program(t);
	CHECK(t->right >= v->least, "only %u values", t->right);
	if (!check_failed)
		printf("ok %s %s: %u values right, %u removed by the optimiser\n", v->compiler, v->options, t->right, t->missing);
}

int main(void)
{
	if (!mkdtemp(dir))
		return 1;
	read_truth();
	for (unsigned i = 0; i < sizeof(variants) / sizeof(variants[0]); i++) {
		if (system(strcmp(variants[i].compiler, "clang") ? "gcc --version >/dev/null 2>&1" : "clang --version >/dev/null 2>&1"))
			continue;
		check_failed = false;
		check_variant(&variants[i]);
		if (check_failed) {
			printf("not ok %s %s\n", variants[i].compiler, variants[i].options);
			check_status = 1;
		}
		fflush(stdout);
	}
	for (unsigned i = 0; i < 2; i++) {
		char path[80];

		snprintf(path, sizeof(path), "%s/%s", dir, i ? "truth" : "target");
		unlink(path);
	}
	rmdir(dir);
	return check_status;
}
