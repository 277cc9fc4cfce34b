// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * --prepare: what is otherwise made when a script first needs it. The passes
 * before this one have compiled an empty script, and with it the runtime; here
 * the indexes follow, of tracepoints, modules and debugging information.
 */
#include <stdio.h>
#include <string.h>

#include "base/parallel.h"
#include "base/progress.h"
#include "driver/session.h"
#include "types/dwarf.h"

struct prepare {
	struct session *s;
	struct VEC(const char *) modules; /* those that may have debugging information */
	unsigned done, indexed, events;
};

static void count_event(const struct trace_event *e, void *data)
{
	struct prepare *p = data;

	(void)e;
	p->events++;
}

static void note_module(const char *module, void *data)
{
	struct prepare *p = data;

	vec_push(p->s->arena, &p->modules, module);
}

/* In a copy of this process, which lets go of the module's file when it is done. */
static void index_module(unsigned i, struct buf *out, void *data)
{
	struct prepare *p = data;

	progress_off();
	buf_putc(out, dwarf_open_quiet(p->s->kernel, p->modules.v[i]) ? '1' : '0');
}

static void count_module(unsigned i, const void *out, size_t size, void *data)
{
	struct prepare *p = data;

	(void)i;
	p->indexed += size && *(const char *)out == '1';
	progress("indexing modules with debugging information: %u of %u ...", ++p->done, p->modules.n);
}

bool prepare_kernel(struct session *s)
{
	struct prepare p = { .s = s };
	struct parallel each = { .work = index_module, .take = count_module, .data = &p };
	struct kernel *k = s->kernel;
	struct dwarf_file *dwarf;

	progress("looking for tracepoints and functions of modules (once) ...");
	if (!kernel_types(k)) {
		progress_end();
		return false;
	}
	kernel_each_event(k, true, count_event, &p);
	dwarf = dwarf_open_quiet(k, NULL);
	dwarf_each_module(k, note_module, &p);
	each.n = p.modules.n;
	parallel_run(&each);
	progress_end();
	printf("kernel %s is prepared: runtime, types, %u tracepoints", k->release, p.events);
	printf(dwarf ? ", debugging information of the kernel" : ", no debugging information of the kernel");
	printf(" and of %u module%s\n", p.indexed, p.indexed == 1 ? "" : "s");
	return true;
}

/* An empty one, for whose sake the runtime is compiled. */
const char *prepare_script(struct session *s, const char *file)
{
	const char *other = file ? file : s->list_pattern ? "-l" : s->script_text ? "-e" : s->extra.n ? "-E" : s->runtime == RUNTIME_USER ? "--runtime=user" :
			    s->vm ? "--vm" : s->disable_cache ? "--disable-cache" : s->module_name ? "-m" : s->last_pass < 5 ? "-p" : NULL;

	if (other)
		return other;
	s->script_name = "<prepare>";
	s->script_text = "probe begin { }";
	s->script_len = strlen(s->script_text);
	return NULL;
}
