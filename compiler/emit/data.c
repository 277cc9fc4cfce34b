// SPDX-License-Identifier: GPL-2.0-or-later
/* What stands around the functions: globals, sites, the probe table, the meta text. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/source.h"
#include "emit/cfn.h"
#include "probe/provider.h"

enum { RUNNER_ARGS = 64 }; /* META_MAX_ARGS of run/meta.h */
#define TRIES_UNLIMITED 2000000000LL /* some hours of them */

static void quote(struct buf *out, const char *s)
{
	buf_quote(out, s, strlen(s));
}

void emit_globals(struct emit *e, struct buf *out)
{
	vec_each(i, &e->plan->globals) {
		const struct symbol *v = e->plan->globals.v[i];
		const struct node *init = v->decl->kid[GLOBAL_INIT];

		if (v->shape == SHAPE_ARRAY) {
			emit_array(e, v, out);
		} else if (v->type == VT_STATS) {
			emit_stat(v, out);
		} else if (v->type == VT_STRING) {
			uint32_t n = init ? init->len : 0, cap = (uint32_t)e->o->limits.maxstringlen - 1;

			n = n < cap ? n : cap;
			buf_printf(out, "static SD_STRVAR(SD_CAP) %s = { %u, ", v->cname, n);
			buf_quote(out, init ? init->str : "", n);
			buf_puts(out, " };\n");
		} else {
			buf_printf(out, "static sd_int %s = %lldLL;\n", v->cname, init ? (long long)init->num : 0);
		}
		if (v->lock == SHARE_LOCK || v->lock == SHARE_GROUP)
			buf_printf(out, "static struct sd_lock lock_%s;\n", v->cname);
	}
	buf_putc(out, '\n');
}

void emit_sites(struct emit *e, struct buf *out)
{
	if (!e->sites.n)
		return;
	buf_puts(out, "static const struct sd_site sites[] = {\n");
	vec_each(i, &e->sites) {
		buf_printf(out, "\t{ %u, ", i);
		quote(out, e->sites.v[i].where);
		buf_puts(out, " },\n");
	}
	buf_puts(out, "};\n\n");
}

static void places(struct plan_probe *p, struct buf *out)
{
	buf_printf(out, "static const struct sd_place places_%u[] = {\n", p->index);
	vec_each(i, &p->places) {
		const struct plan_place *pl = &p->places.v[i];

		buf_puts(out, "\t{ .function = ");
		if (pl->function)
			quote(out, pl->function);
		else
			buf_puts(out, "0");
		if (pl->module) {
			buf_puts(out, ", .module = ");
			quote(out, pl->module);
		}
		if (pl->symbol) {
			buf_puts(out, ", .symbol = ");
			quote(out, pl->symbol);
		}
		if (pl->offset)
			buf_printf(out, ", .offset = %lluULL", (unsigned long long)pl->offset);
		buf_puts(out, ", .pp = ");
		quote(out, pl->pp ? pl->pp : p->name);
		buf_puts(out, " },\n");
	}
	buf_puts(out, "};\n");
}

static void probe(const struct emit *e, struct plan_probe *p, struct buf *out)
{
	char data[32];
	bool has_data;

	places(p, out);
	snprintf(data, sizeof(data), "data_%u", p->index);
	has_data = p->provider->emit_data && p->provider->emit_data(out, p, data);
	buf_printf(out, "static const struct sd_probe probe_%u = {\n\t.kind = &%s, .handler = %s,", p->index, p->provider->kind(p),
		   p->handler);
	if (p->entries.n)
		buf_printf(out, " .entry = %s, .nentry = %u,", p->entry,
			   emit_entry_words(e, p, p->entries.n));
	if (p->touch)
		buf_printf(out, " .touch = %s,", p->touch);
	buf_printf(out, "\n\t.nplaces = %u, .places = places_%u,", p->places.n, p->index);
	if (p->ndenied) {
		buf_printf(out, " .ndenied = %u, .denied = ", p->ndenied);
		quote(out, p->denied);
		buf_puts(out, ",");
	}
	if (has_data)
		buf_printf(out, " .data = &%s,", data);
	buf_puts(out, "\n\t.name = ");
	quote(out, p->name);
	buf_printf(out, ", .index = %u, .priority = %lld, .flags = %s%s%s0,\n};\n\n", p->index, (long long)p->priority,
		   p->optional ? "SD_PROBE_OPTIONAL | " : "", p->wildcard ? "SD_PROBE_WILDCARD | " : "",
		   p->uses_regs ? "SD_PROBE_REGS | " : "");
}

/* Tables of what the runtime gives memory to. Return how many there are. */
static unsigned storage_table(struct emit *e, struct buf *out, bool arrays)
{
	unsigned n = 0;

	vec_each(i, &e->plan->globals) {
		const struct symbol *v = e->plan->globals.v[i];

		if (arrays ? v->shape != SHAPE_ARRAY : v->shape == SHAPE_ARRAY || v->type != VT_STATS)
			continue;
		if (!n++)
			buf_puts(out, arrays ? "static struct sd_map *const maps[] = {\n" : "static struct sd_stat *const stats[] = {\n");
		buf_printf(out, "\t&%s,\n", v->cname);
	}
	if (n)
		buf_puts(out, "};\n\n");
	return n;
}

/* What the library keeps private is nobody's to set. */
static bool settable(const struct symbol *v)
{
	return v->shape != SHAPE_ARRAY && v->type != VT_STATS && !(v->library && (v->decl->flags & F_PRIVATE));
}

/* Globals that can be given a value when the script is started. Returns how many there are. What sonderun has to know stands in .modinfo. */
static unsigned settings_table(struct emit *e, struct buf *out)
{
	unsigned n = 0;

	vec_each(i, &e->plan->globals) {
		const struct symbol *v = e->plan->globals.v[i];

		if (settable(v))
			buf_printf(out, "%s\t{ \"%s\", &%s, %s },\n", n++ ? "" : "static const struct sd_setting settings[] = {\n", v->name, v->cname,
				   v->type == VT_STRING ? "SD_CAP" : "0");
	}
	if (!n)
		return 0;
	buf_puts(out, "};\nstatic const char settable[] __attribute__((section(\".modinfo\"), used, aligned(1))) =\n");
	vec_each(i, &e->plan->globals) {
		const struct symbol *v = e->plan->globals.v[i];

		if (settable(v))
			buf_printf(out, "\t\"sonde_global=%s:%s%s\"\n", v->name, v->type == VT_STRING ? "string" : "number", --n ? "\\0" : "");
	}
	buf_puts(out, "\t;\n\n");
	vec_each(i, &e->plan->globals)
		n += settable(e->plan->globals.v[i]);
	return n;
}

/* Between the probe table and the script's symbol: what the runner reads before it loads the module. */
static void unchecked(const struct emit_options *o, struct buf *out)
{
	static const char *const names[] = { "release", "build-id" };
	const bool is[] = { o->any_release, o->any_build_id };

	for (unsigned i = 0; i < 2; i++)
		if (is[i])
			buf_printf(out, "static const char unchecked_%u[] __attribute__((section(\".modinfo\"), used, aligned(1))) = "
				   "\"sonde_unchecked=%s\";\n", i, names[i]);
}

static void script_options(struct emit *e, struct buf *out)
{
	const struct emit_options *o = e->o;
	const struct plan *p = e->plan;

	if (o->timed || o->quiet_errors || o->any_release || o->skip_badvars || p->user_names || p->user_stacks || p->user_callers)
		buf_printf(out, "\t.flags = %s%s%s%s%s%s%s0,\n", p->user_names ? "SD_SCRIPT_USER_NAMES | " : "",
			   p->user_stacks ? "SD_SCRIPT_USER_STACKS | " : "", p->user_callers ? "SD_SCRIPT_USER_CALLERS | " : "",
			   o->skip_badvars ? "SD_SCRIPT_SKIP_BAD | " : "", o->timed ? "SD_SCRIPT_TIMED | " : "",
			   o->quiet_errors ? "SD_SCRIPT_QUIET_ERRORS | " : "", o->any_release ? "SD_SCRIPT_ANY_RELEASE | " : "");
	if (o->limits.overload_threshold && !o->no_time_limits)
		buf_printf(out, "\t.overload_threshold = %lldULL, .overload_interval = %lldULL,\n",
			   (long long)o->limits.overload_threshold, (long long)o->limits.overload_interval);
	if (o->limits.maxmemory)
		buf_printf(out, "\t.max_memory = %lldULL * 1024,\n", (long long)o->limits.maxmemory);
}

void emit_tables(struct emit *e, struct buf *out)
{
	const struct limits *l = &e->o->limits;
	unsigned n = 0, nmaps = storage_table(e, out, true), nstats = storage_table(e, out, false), nsettings = settings_table(e, out);

	vec_each(i, &e->plan->probes)
		if (e->plan->probes.v[i]->provider->kind(e->plan->probes.v[i]))
			probe(e, e->plan->probes.v[i], out);
	buf_puts(out, "static const struct sd_probe *const probes[] = {\n");
	vec_each(i, &e->plan->probes) {
		if (!e->plan->probes.v[i]->provider->kind(e->plan->probes.v[i]))
			continue;
		buf_printf(out, "\t&probe_%u,\n", e->plan->probes.v[i]->index);
		n++;
	}
	buf_puts(out, "\t0,\n};\n\n");
	unchecked(e->o, out);
	buf_printf(out, "\nconst struct sd_script sd_script = {\n\t.abi = SD_ABI, .nprobes = %u, .probes = probes,\n\t.release = ", n);
	quote(out, e->o->release);
	buf_puts(out, ", .version = ");
	quote(out, e->o->version);
	buf_puts(out, ", .build_id = ");
	quote(out, e->o->build_id ? e->o->build_id : "");
	buf_printf(out, ",\n\t.meta = meta, .meta_len = sizeof(meta) - 1,\n\t.frame_bytes = 256%s, .ring_bytes = %u,\n", e->frame_bytes.s,
		   e->o->ring_bytes);
	buf_printf(out, "\t.limits = { .maxaction = %lld, .maxaction_interruptible = %lld, .maxstringlen = %lld, .maxnesting = %lld,\n"
		   "\t\t.maxerrors = %lld, .maxskipped = %lld, .maxtrylock = %lld, .trylockdelay = %lld, .minstackspace = %lld,\n"
		"\t\t.procfs_bufsize = %lld, .maxbacktrace = %lld, .kretactive = %lld },\n",
		   (long long)l->maxaction, (long long)l->maxaction_interruptible, (long long)l->maxstringlen,
		   (long long)l->maxnesting, (long long)l->maxerrors, (long long)l->maxskipped,
		   e->o->no_time_limits ? TRIES_UNLIMITED : (long long)l->maxtrylock, (long long)l->trylockdelay,
		   (long long)l->minstackspace, (long long)l->procfs_bufsize, (long long)l->maxbacktrace, (long long)l->kretactive);
	script_options(e, out);
	if (nmaps)
		buf_printf(out, "\t.maps = maps, .nmaps = %u,\n", nmaps);
	if (nstats)
		buf_printf(out, "\t.stats = stats, .nstats = %u,\n", nstats);
	if (nsettings)
		buf_printf(out, "\t.settings = settings, .nsettings = %u,\n", nsettings);
	if (e->symbols.n)
		buf_printf(out, "\t.symbols = symbols, .nsymbols = %u,\n", e->symbols.n);
	if (e->plan->objects.n)
		buf_printf(out, "\t.objects = objects, .nobjects = %u,\n", e->plan->objects.n);
	if (e->plan->lines.n)
		buf_puts(out, "\t.lines = lines, .nlines = sizeof(lines) / sizeof(lines[0]),\n");
	buf_puts(out, "};\n");
}

static void meta_place(struct buf *m, struct range at, bool line)
{
	struct place p;

	if (!source_locate(at.lo, &p)) {
		buf_puts(m, " \"\" 0 0");
		if (line)
			buf_puts(m, " \"\"");
		return;
	}
	buf_putc(m, ' ');
	quote(m, p.source->name);
	buf_printf(m, " %u %u", p.line, p.col);
	if (line) {
		buf_putc(m, ' ');
		buf_quote(m, p.text, p.len);
	}
}

/* Beyond what the runner takes literals are left out, which only JSON misses. */
static void meta_arguments(struct buf *m, const struct format *f)
{
	bool literals = strlen(f->shown) <= RUNNER_ARGS;
	const char *types = literals ? f->shown : f->types;

	buf_printf(m, " %s", *types ? types : "-");
	for (unsigned i = 0; literals && i < f->literals.n; i++) {
		buf_putc(m, ' ');
		buf_quote(m, f->literals.v[i]->str, f->literals.v[i]->len);
	}
	buf_putc(m, '\n');
}

/* See runtime/wire.h. The lines become one string of the module. */
void emit_meta(struct emit *e, struct buf *out)
{
	struct buf m;

	buf_init(&m);
	buf_puts(&m, "sonde 1\nscript ");
	quote(&m, e->o->script_name);
	buf_putc(&m, '\n');
	vec_each(i, &e->formats) {
		const struct format *f = e->formats.v[i];

		buf_printf(&m, "format %u ", i);
		buf_quote(&m, f->text, f->len);
		meta_arguments(&m, f);
	}
	vec_each(i, &e->sites) {
		buf_printf(&m, "site %u ", i);
		quote(&m, e->sites.v[i].where);
		meta_place(&m, e->sites.v[i].at, true);
		buf_putc(&m, '\n');
	}
	vec_each(i, &e->plan->probes) {
		const struct plan_probe *p = e->plan->probes.v[i];

		buf_printf(&m, "probe %u ", p->index);
		quote(&m, p->name);
		meta_place(&m, p->where, false);
		buf_putc(&m, '\n');
		if (p->from) {
			buf_printf(&m, "from %u ", p->index);
			quote(&m, p->from);
			buf_putc(&m, '\n');
		}
	}
	buf_puts(out, "static const char meta[] =\n");
	for (size_t at = 0; at < m.n;) {
		size_t n = strcspn(m.s + at, "\n") + 1;

		buf_putc(out, '\t');
		buf_quote(out, m.s + at, n);
		buf_putc(out, '\n');
		at += n;
	}
	buf_puts(out, "\t;\n\n");
	buf_deinit(&m);
}
