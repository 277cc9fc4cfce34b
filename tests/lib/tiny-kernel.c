// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What stands in for a kernel where a test is about types and not about any
 * kernel: tests/lib/tiny-kernel turns this into a build tree with a vmlinux.
 * Its names never change, so what is said about them can be compared byte by
 * byte. Never run.
 */

struct list {
	struct list *next, *prev;
};

union word {
	unsigned long whole;
	unsigned char bytes[8];
};

struct flags {
	unsigned int ready : 1;
	unsigned int level : 3;
	int delta : 5;
	unsigned long wide : 40;
};

struct widget;

struct operations {
	int (*open)(struct widget *w, int mode);
	void (*release)(struct widget *w);
};

struct part {
	short weight;
	char label[12];
};

struct widget {
	int id;
	unsigned int colour;
	long long serial;
	char name[16];
	const char *title;
	struct list link;
	struct flags flags;
	struct part parts[4];
	union {
		int as_int;
		struct {
			unsigned short low, high;
		};
	};
	union word word;
	const struct operations *ops;
	struct widget *parent;
	double ratio;
};

/* Trace events: what the kernel's own are made of, as far as a name's system is found by it. */
struct tracepoint {
	const char *name;
	int key;
};

struct trace_entry {
	unsigned short type;
	unsigned char flags, preempt_count;
	int pid;
};

struct trace_event_fields {
	const char *type;
	union {
		struct {
			const char *name;
			const int size, align, is_signed, filter_type;
		};
		int (*define_fields)(void *);
	};
};

struct trace_event_class {
	const char *system;
	void *probe;
	struct trace_event_fields *fields_array;
};

struct trace_event_call {
	struct list list;
	struct trace_event_class *class;
	union {
		const char *name;
		struct tracepoint *tp;
	};
	int flags;
};

/* One that is alone in its class, and one whose class is called otherwise; the third only has the name of an event. */
struct trace_event_raw_widget_moved {
	struct trace_entry ent;
	char kind;
	unsigned long widget_id;
	char name[12];
	short distance;
	unsigned __data_loc_label;
	unsigned __rel_loc_steps;
	unsigned __data_loc_cpus;
	char __data[];
};

struct trace_event_raw_shop_template {
	struct trace_entry ent;
	unsigned long address;
	int serial;
	char __data[];
};

struct trace_event_raw_widget_sold {
	struct trace_entry ent;
	int nothing;
	char __data[];
};

struct trace_event_fields fields_moved[] = {
	{ .type = "char", .name = "kind", .size = 1, .align = 1 },
	{ .type = "unsigned long", .name = "widget_id", .size = 8, .align = 8 },
	{ .type = "char[12]", .name = "name", .size = 12, .align = 1 },
	{ .type = "short", .name = "distance", .size = 2, .align = 2 },
	{ .type = "__data_loc char[]", .name = "label", .size = 4, .align = 4 },
	{ .type = "__rel_loc const short[]", .name = "steps", .size = 4, .align = 4 },
	{ .type = "__data_loc union word", .name = "cpus", .size = 4, .align = 4 },
	{},
};

struct trace_event_fields fields_sold[] = {
	{ .type = "unsigned long", .name = "address", .size = 8, .align = 8 },
	{ .type = "int", .name = "serial", .size = 4, .align = 4 },
	{},
};

struct trace_event_raw_widget_moved *widget_moved_record;
struct trace_event_raw_shop_template *shop_record;
struct trace_event_raw_widget_sold *no_record;
struct tracepoint tracepoint_widget_moved = { "widget_moved" }, tracepoint_widget_sold = { "widget_sold" };
struct trace_event_class class_shop = { "shop", 0, fields_moved }, class_sales = { "shop", 0, fields_sold };
struct trace_event_call events[] = {
	{ .class = &class_shop, .tp = &tracepoint_widget_moved },
	{ .class = &class_sales, .tp = &tracepoint_widget_sold },
};

/* The first is the caller's own; five more in registers, the others on the stack. */
int __traceiter_widget_moved(void *__data, struct widget *widget, unsigned char kind, signed char by, struct widget *const *all,
			     unsigned short n, long sixth, int seventh)
{
	return widget->id + kind + by + (*all)->id + n + (int)sixth + seventh;
}

int __traceiter_widget_sold(void *__data, struct widget *widget, struct part part)
{
	return widget->id + part.weight;
}

int __traceiter_lonely(void *__data)
{
	return 0;
}

/* Six in registers, two on the stack. */
int widget_open(struct widget *widget, int mode, unsigned char kind, long size, const char *path, unsigned short port,
		long seventh, int eighth)
{
	return widget->id + mode + kind + (int)size + *path + port + (int)seventh + eighth;
}

void widget_close(struct widget *widget, int reason)
{
	widget->id = reason;
}

long widget_read(struct widget *widget, char *buffer, unsigned long count, long long *position)
{
	*position += (long long)count;
	return widget->id + *buffer;
}

struct widget *widget_find(const char *name)
{
	return (struct widget *)name;
}

signed char widget_sign(signed char value)
{
	return value;
}

int widget_nothing(void)
{
	return 0;
}

int widget_by_value(struct part part, struct widget big, int last)
{
	return part.weight + big.id + last;
}

struct part widget_returns_part(int n)
{
	struct part p = { .weight = (short)n };

	return p;
}

double widget_float(double x)
{
	return x;
}

/* By its name, one that patterns leave out. */
int nmi_widget(struct widget *widget)
{
	return widget->id;
}
