// SPDX-License-Identifier: GPL-2.0-or-later
/* Records to text. PRINTF records are formatted straight into the output buffer; all else is rare. */
#include "print.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/format.h"
#include "core/hist.h"
#include "msg.h"
#include "wire.h"

enum {
	PRINT_TEXT_MAX = 1 << 27, /* of one record; a few widths of SD_FORMAT_WIDTH */
	PRINT_LINE = 1024,
	PRINT_INDENT = 8,
};

/* The rest of a body. */
struct body {
	const char *p, *end;
};

bool print_init(struct print *p, struct out *out, const struct meta *meta, bool json)
{
	memset(p, 0, sizeof(*p));
	p->out = out;
	p->meta = meta;
	p->json = json;
	return ledger_init(&p->ledger, meta);
}

void print_deinit(struct print *p)
{
	ledger_deinit(&p->ledger);
	ask_deinit(&p->ask);
	free(p->text);
	p->text = NULL;
}

static bool get_int(struct body *b, sd_int *v)
{
	if (b->end - b->p < 8)
		return false;
	memcpy(v, b->p, 8);
	b->p += 8;
	return true;
}

static bool get_str(struct body *b, struct sd_str *v)
{
	sd_int n;

	if (!get_int(b, &n) || n < 0 || n > b->end - b->p)
		return false;
	v->s = b->p;
	v->n = (sd_uint)n;
	b->p += n;
	b->p += b->end - b->p < (-n & 7) ? b->end - b->p : (-n & 7);
	return true;
}

/* A record that makes no sense: said once, counted always. */
static void bad_record(struct print *p, const struct sd_record_header *h, const char *why)
{
	if (!p->bad++)
		msg_error("sonderun: a record of the module makes no sense (type %u, id %u, %u bytes): %s", h->type, h->id, h->size,
			  why);
}

/* Formats at the end of the output buffer without making it part of the output. NULL: no memory or a bad format. */
static char *format_text(struct print *p, const struct meta_format *f, const struct sd_value *args, unsigned int nargs,
			 size_t guess, size_t *n)
{
	struct sd_str fmt = { f->text.s, f->text.n };

	for (size_t want = guess;; want *= 2) {
		char *to = out_room(p->out, want);
		sd_uint used;
		enum sd_format_result r;

		if (!to)
			return NULL;
		r = sd_format(to, p->out->cap - p->out->n, fmt, args, nargs, &used);
		*n = used;
		if (r == SD_FORMAT_OK)
			return to;
		if (r != SD_FORMAT_CUT || want > PRINT_TEXT_MAX)
			return NULL;
	}
}

static void print_printf(struct print *p, const struct sd_record_header *h, struct body b)
{
	const struct meta_format *f = meta_format(p->meta, h->id);
	struct sd_value args[META_MAX_ARGS], shown[META_MAX_ARGS]; /* sent; with the literals that the text of the format has */
	unsigned int nargs = 0, nliterals = 0;
	size_t guess, n;
	char *text;

	if (!f) {
		bad_record(p, h, "the script has no such format");
		return;
	}
	guess = f->text.n + 64;
	for (unsigned int i = 0; i < f->nargs; i++) {
		struct sd_value *v = &shown[i];

		v->is_string = f->types[i] != 'l';
		if (f->types[i] == 'c') {
			const struct meta_str *c = &f->literals[nliterals++];

			v->s = (struct sd_str){ c->s, c->n };
			continue;
		}
		if (v->is_string ? !get_str(&b, &v->s) : !get_int(&b, &v->i)) {
			bad_record(p, h, "too short for its format");
			return;
		}
		guess += v->is_string ? v->s.n : 24;
		args[nargs++] = *v;
	}
	text = format_text(p, f, args, nargs, guess, &n);
	if (!text) {
		bad_record(p, h, "it cannot be formatted");
		return;
	}
	if (!p->json) {
		p->out->n += n;
		return;
	}
	/* The text lies where the JSON is to go. */
	if (n > p->text_cap) {
		char *t = realloc(p->text, n * 2);

		if (!t)
			return;
		p->text = t;
		p->text_cap = n * 2;
	}
	if (n)
		memcpy(p->text, text, n);
	json_printf(p->out, p->text, n, shown, f->nargs, h->ts);
}

static sd_int bucket_of(const void *data, unsigned int i)
{
	return ((const sd_int *)data)[i];
}

/* A histogram's buckets: the table is made here. */
static void print_hist(struct print *p, const struct sd_record_header *h, struct body b)
{
	struct sd_hist_shape s = { .linear = h->id & SD_HIST_LINEAR };
	sd_uint newline = h->id & SD_HIST_NEWLINE ? 1 : 0, n;
	sd_int count;
	char *text;

	if (!get_int(&b, &s.low) || !get_int(&b, &s.high) || !get_int(&b, &s.width) || !get_int(&b, &count) || count < 3 ||
	    count > (b.end - b.p) / 8 || (!s.linear && count != SD_HIST_LOG_BUCKETS)) {
		bad_record(p, h, "too short for its histogram");
		return;
	}
	s.n = (unsigned int)count;
	n = sd_hist_text(NULL, 0, &s, bucket_of, b.p) + newline;
	text = malloc(n);
	if (!text)
		return;
	sd_hist_text(text, n, &s, bucket_of, b.p);
	if (newline)
		text[n - 1] = '\n';
	if (p->json)
		json_text(p->out, "printf", (struct sd_str){ text, n }, h->ts);
	else
		out_put(p->out, text, n);
	free(text);
}

static const char *const error_texts[] = {
#define SD_ERR(id, text) [SD_ERR_##id] = text,
#include "errors.def"
#undef SD_ERR
};

/* The text of errors.def with its argument, if it takes one. */
static void error_message(char *buf, size_t cap, unsigned int id, sd_int arg, struct sd_str user)
{
	const char *text = id < SD_ERR_COUNT && id ? error_texts[id] : NULL, *at;

	if (id == SD_ERR_USER || ((!text || id == SD_ERR_OVERLOAD || id == SD_ERR_STARVED) && user.n))
		snprintf(buf, cap, "%.*s", (int)(user.n < cap ? user.n : cap), user.s);
	else if (!text)
		snprintf(buf, cap, "run-time error %u", id);
	else if ((at = strstr(text, "%016llx")))
		snprintf(buf, cap, "%.*s%016llx%s", (int)(at - text), text, (sd_uint)arg, at + 7);
	else if ((at = strstr(text, "%lld")))
		snprintf(buf, cap, "%.*s%lld%s", (int)(at - text), text, arg, at + 4);
	else
		snprintf(buf, cap, "%s", text);
}

static const char *error_hint(unsigned int id, sd_int arg)
{
	switch (id) {
	case SD_ERR_MAXACTION:
		return arg ? "raise it with -DMAXACTION_INTERRUPTIBLE=N; a loop that never ends exceeds any limit"
			   : "raise it with -DMAXACTION=N; a loop that never ends exceeds any limit";
	case SD_ERR_MAXNESTING:
		return "raise it with -DMAXNESTING=N; a recursion that never ends exceeds any limit";
	case SD_ERR_OVERFLOW:
		return "raise it with -DMAXMAPENTRIES=N or size the array: global name[N]; name[N]% drops old entries instead";
	case SD_ERR_OVERFLOW_SIZE:
		return "declare the array larger: global name[N]; name[N]% drops old entries instead";
	case SD_ERR_FAULT:
		return "the address is not mapped; try { } catch { } lets the handler go on";
	case SD_ERR_EMPTY_STATS:
		return "ask @count(…) first";
	case SD_ERR_OVERLOAD:
		return "probe less, or do less in the handlers; the limit is -DSTP_OVERLOAD_THRESHOLD=CYCLES in -DSTP_OVERLOAD_INTERVAL=CYCLES, "
		       "and --suppress-time-limits (with -g) turns it off";
	case SD_ERR_STARVED:
		return "probe less; --suppress-time-limits (with -g) turns this off";
	case SD_ERR_STORM:
		return "a narrower pattern, or less in the handler of this probe, which was hit most often; the limit is "
		       "-DSTP_OVERLOAD_THRESHOLD=CYCLES in -DSTP_OVERLOAD_INTERVAL=CYCLES, and --suppress-time-limits (with -g) turns it off";
	case SD_ERR_LOCK:
		return "raise it with -DMAXTRYLOCK=N";
	}
	return NULL;
}

/* Spaces up to col (bytes, from 1) of a source line, as wide as the text above: tabs stay, UTF-8 sequences count one. */
static size_t caret_line(char *to, size_t cap, const struct meta_place *s)
{
	size_t n = 0;

	for (unsigned int i = 0; i + 1 < s->col && i < s->source.n && n + 1 < cap; i++) {
		unsigned char c = (unsigned char)s->source.s[i];

		if ((c & 0xc0) != 0x80)
			to[n++] = c == '\t' ? '\t' : ' ';
	}
	to[n++] = '^';
	return n;
}

/* "identifier 'f' at t.stp:2:28" without its first word. */
static const char *call_text(const struct meta_place *p)
{
	const char *name = strchr(p->what.s, '\'');

	return name ? name : p->what.s;
}

static void error_text(const struct print_error *e)
{
	char caret[PRINT_LINE];
	const struct meta_place *s = e->site;
	bool joined = s && (!strncmp(s->what.s, "at ", 3) || !strncmp(s->what.s, "near ", 5));
	FILE *f;
	char *text = NULL;
	size_t n;

	f = open_memstream(&text, &n);
	if (!f)
		return;
	fputs(e->message, f);
	if (s)
		fprintf(f, " %s%s", joined ? "" : "near ", s->what.s);
	if (s && s->source.n) {
		fprintf(f, "\n%*ssource: %s", PRINT_INDENT, "", s->source.s);
		if (s->col)
			fprintf(f, "\n%*s%.*s", PRINT_INDENT + 8, "", (int)caret_line(caret, sizeof(caret), s), caret);
	}
	for (unsigned int i = 0; i < e->ncalls; i++)
		if (e->calls[i])
			fprintf(f, "\n%*sby the call of %s", PRINT_INDENT, "", call_text(e->calls[i]));
	if (e->probe) {
		fprintf(f, "\n%*swhile running: %s", PRINT_INDENT, "", e->probe->what.s);
		if (e->probe->line)
			fprintf(f, " at %s:%u:%u", e->probe->file.s, e->probe->line, e->probe->col);
	}
	if (e->hint)
		fprintf(f, "\n%*shint: %s", PRINT_INDENT, "", e->hint);
	if (!fclose(f))
		msg_error("%s", text);
	free(text);
}

static void print_error(struct print *p, const struct sd_record_header *h, struct body b)
{
	sd_int site, probe, arg, calls;
	struct sd_str user = { "", 0 };
	char message[PRINT_LINE];
	struct print_error e;

	p->errors++;
	if (!get_int(&b, &site) || !get_int(&b, &probe) || !get_int(&b, &arg)) {
		bad_record(p, h, "too short for an error");
		return;
	}
	get_str(&b, &user);
	error_message(message, sizeof(message), h->id, arg, user);
	e = (struct print_error){ .message = message, .hint = error_hint(h->id, arg), .site = meta_site(p->meta, (sd_uint)site),
				  .probe = meta_probe(p->meta, (sd_uint)probe) };
	if (!get_int(&b, &calls))
		calls = 0;
	while ((sd_int)e.ncalls < calls && e.ncalls < SD_TRACE_MAX && get_int(&b, &site))
		e.calls[e.ncalls++] = meta_site(p->meta, (sd_uint)site);
	if (p->json) {
		json_error(p->out, &e, h->ts);
		return;
	}
	out_flush(p->out); /* what was printed before the error stands before it */
	error_text(&e);
}

static void print_string(struct print *p, const struct sd_record_header *h, struct body b)
{
	struct sd_str text;

	if (!get_str(&b, &text)) {
		bad_record(p, h, "too short for its string");
		return;
	}
	switch (h->type) {
	case SD_REC_TEXT:
		if (p->json)
			json_text(p->out, "printf", text, h->ts);
		else
			out_put(p->out, text.s, text.n);
		break;
	case SD_REC_LOG:
		if (p->json) {
			json_text(p->out, "log", text, h->ts);
		} else {
			out_put(p->out, text.s, text.n);
			out_puts(p->out, "\n");
		}
		break;
	default:
		p->warnings++;
		if (msg_no_warnings)
			break;
		if (p->json) {
			json_text(p->out, "warning", text, h->ts);
		} else {
			out_flush(p->out);
			msg_warning("%.*s", (int)(text.n < PRINT_LINE * 2 ? text.n : PRINT_LINE * 2), text.s);
		}
	}
}

static void print_count(struct print *p, const struct sd_record_header *h, struct body b)
{
	sd_int probe, count;

	if (!get_int(&b, &probe) || !get_int(&b, &count))
		bad_record(p, h, "too short for a count");
	else if (h->type == SD_REC_LOSS)
		ledger_loss(&p->ledger, h->id, (sd_uint)probe, (sd_uint)count);
	else
		ledger_hits(&p->ledger, (sd_uint)probe, (sd_uint)count);
}

static void print_time(struct print *p, const struct sd_record_header *h, struct body b)
{
	unsigned long long v[4];
	sd_int probe, x;

	if (!get_int(&b, &probe)) {
		bad_record(p, h, "too short for a time");
		return;
	}
	for (unsigned int i = 0; i < 4; i++) {
		if (!get_int(&b, &x)) {
			bad_record(p, h, "too short for a time");
			return;
		}
		v[i] = (unsigned long long)x;
	}
	ledger_time(&p->ledger, (sd_uint)probe, v);
}

static void print_not_placed(struct print *p, const struct sd_record_header *h, struct body b)
{
	struct sd_str names;
	sd_int probe, count;

	if (!get_int(&b, &probe) || !get_int(&b, &count) || !get_str(&b, &names))
		bad_record(p, h, "too short for what was not attached");
	else
		ledger_unplaced(&p->ledger, h->id, (sd_uint)probe, (sd_uint)count, names);
}

static void print_ask(struct print *p, const struct sd_record_header *h, struct body b)
{
	struct sd_str text;
	sd_int number;

	if (h->id >= SD_ASK_COUNT || !get_int(&b, &number) || !get_str(&b, &text))
		bad_record(p, h, "it asks for nothing that is known");
	else if (!p->replay || (h->id != SD_ASK_SYSTEM && h->id != SD_ASK_SWITCH_FILE))
		ask_do(p, h->id, number, text, h->ts);
}

void print_record(void *arg, const struct sd_record_header *h, const char *bytes)
{
	struct print *p = arg;
	struct body b = { bytes, bytes + h->size - sizeof(*h) };

	switch (h->type) {
	case SD_REC_PRINTF:
		print_printf(p, h, b);
		break;
	case SD_REC_TEXT:
	case SD_REC_LOG:
	case SD_REC_WARNING:
		print_string(p, h, b);
		break;
	case SD_REC_ASK:
		print_ask(p, h, b);
		break;
	case SD_REC_HIST:
		print_hist(p, h, b);
		break;
	case SD_REC_ERROR:
		print_error(p, h, b);
		break;
	case SD_REC_LOSS:
	case SD_REC_HITS:
		print_count(p, h, b);
		break;
	case SD_REC_TIME:
		print_time(p, h, b);
		break;
	case SD_REC_UNPLACED:
		print_not_placed(p, h, b);
		break;
	default:
		bad_record(p, h, "unknown type");
	}
}

static void losses_json(struct print *p, const struct ledger_entry *e, const char *name)
{
	for (unsigned int c = 0; c < SD_LOSS_COUNT; c++)
		if (e->lost[c])
			json_count(p->out, "loss", name, ledger_cause(c), e->lost[c]);
	if (e->other)
		json_count(p->out, "loss", name, ledger_cause(SD_LOSS_COUNT), e->other);
	if (e->hits && msg_verbose)
		json_count(p->out, "hits", name, NULL, e->hits);
}

/* The report of -t, in the form that is known for it. */
static void print_times(struct print *p)
{
	bool any = false;

	for (unsigned int i = 0; i < p->ledger.nprobes; i++) {
		const struct ledger_entry *e = &p->ledger.entries[i];
		const struct meta_place *m = meta_probe(p->meta, i);
		char text[PRINT_LINE];

		if (!e->runs || !m)
			continue;
		if (p->json) {
			json_time(p->out, m->what.s, e, m->from.s ? m->from.s : m->what.s);
			continue;
		}
		if (!any)
			out_puts(p->out, "----- probe hit report: \n");
		any = true;
		snprintf(text, sizeof(text), "%s, (%s:%u:%u), hits: %llu, cycles: %llumin/%lluavg/%llumax, from: %s, index: %u\n", m->what.s,
			 m->file.s ? m->file.s : "", m->line, m->col, e->hits, e->min, e->cycles / e->runs, e->max,
			 m->from.s ? m->from.s : m->what.s, i);
		out_puts(p->out, text);
	}
}

static void entry_text(const struct ledger_entry *e, const char *name)
{
	char text[PRINT_LINE];
	bool any = ledger_any(e);

	if (any)
		msg_notice("lost: probe %s: %s", name, ledger_text(e, text, sizeof(text)));
	if (e->hits)
		msg_info(1, "probe %s: %llu hit%s%s", name, e->hits, e->hits == 1 ? "" : "s", any ? "" : ", nothing lost");
	if (e->lost[SD_LOSS_FAULT])
		msg_info(1, "probe %s: %llu read%s of memory failed", name, e->lost[SD_LOSS_FAULT], e->lost[SD_LOSS_FAULT] == 1 ? "" : "s");
}

bool print_losses(struct print *p, unsigned long long dropped)
{
	struct ledger *l = &p->ledger;
	bool any = false;

	print_times(p);
	ledger_close(l, dropped);
	for (unsigned int i = 0; i <= l->nprobes; i++) {
		const struct ledger_entry *e = &l->entries[i];

		any |= ledger_any(e);
		if (p->json)
			losses_json(p, e, ledger_name(p->meta, i));
		else
			entry_text(e, ledger_name(p->meta, i));
	}
	print_unplaced(p);
	if (!l->unaccounted)
		return any;
	if (p->json)
		json_count(p->out, "loss", "(unknown)", ledger_cause(SD_LOSS_RING), l->unaccounted);
	else
		msg_notice("lost: %llu more record%s dropped (ring full; try -s MB)", l->unaccounted, l->unaccounted == 1 ? "" : "s");
	return true;
}
