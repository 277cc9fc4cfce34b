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

struct trace_event_class {
	const char *system;
	void *probe;
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

struct trace_event_raw_widget_moved {
	int widget_id;
	int distance;
};

struct trace_event_raw_widget_moved *widget_moved_record;
struct tracepoint tracepoint_widget_moved = { "widget_moved" }, tracepoint_widget_sold = { "widget_sold" };
struct trace_event_class class_shop = { "shop" };
struct trace_event_call events[] = {
	{ .class = &class_shop, .tp = &tracepoint_widget_moved },
	{ .class = &class_shop, .tp = &tracepoint_widget_sold },
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
