// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Arguments of system calls as text, as strace prints them. What an argument
 * is comes with the call, from the library (tools/syscalls.tab): a letter for
 * each, behind some of them the names of the values or bits. So a handler for
 * a system call is data, and hundreds of them cost a compiler little.
 *
 * A list is items with ';' between. An item is one of the letters of one(),
 * and a row of "VALUE NAME" or, for a field of several bits, "MASK/VALUE NAME".
 */
#include "os.h"
#include "abi.h"
#include "syscall.h"

enum { CREAT = 0100, TMPFILE = 020000000 };
#define NSEC SD_STR("tv_nsec")
#define USEC SD_STR("tv_usec")

static void octal(struct sd_args *o, sd_uint v)
{
	sd_args_put(o, SD_STR("0"));
	sd_args_number(o, v, 8, v ? 1 : 2);
}

static void hexadecimal(struct sd_args *o, sd_uint v)
{
	if (v)
		sd_args_put(o, SD_STR("0x"));
	sd_args_number(o, v, 16, 1);
}

/* ---- Names of values and bits ------------------------------------------------------ */

static sd_uint parse_number(struct sd_str *v)
{
	int negative = v->n && *v->s == '-';
	sd_uint base = 10, n = 0, digit;

#define NEXT() (v->s++, v->n--)
	if (negative)
		NEXT();
	if (v->n && *v->s == '0') {
		base = 8;
		NEXT();
		if (v->n && *v->s == 'x') {
			base = 16;
			NEXT();
		}
	}
	for (; v->n; NEXT()) {
		char ch = *v->s;

		digit = ch >= '0' && ch <= '9' ? (sd_uint)(ch - '0') : ch >= 'a' && ch <= 'f' ? (sd_uint)(ch - 'a' + 10) : 16;
		if (digit >= base)
			break;
		n = n * base + digit;
	}
#undef NEXT
	return negative ? 0 - n : n;
}

/* The next entry of a table; false: there is none. mask is ~0 for a plain value. */
static int entry(struct sd_str *table, sd_uint *mask, sd_uint *value, struct sd_str *name)
{
	if (!table->n)
		return 0;
	*mask = ~(sd_uint)0;
	*value = parse_number(table);
	if (table->n && *table->s == '/') {
		table->s++, table->n--;
		*mask = *value;
		*value = parse_number(table);
	}
	if (table->n) /* the blank */
		table->s++, table->n--;
	for (*name = (struct sd_str){ table->s, 0 }; name->n < table->n && name->s[name->n] != ' ';)
		name->n++;
	table->s += name->n;
	table->n -= name->n;
	if (table->n)
		table->s++, table->n--;
	return 1;
}

/* 32 bits count, as a value may be written either way. false: it has no name. */
static int word(struct sd_args *o, struct sd_str table, sd_uint v)
{
	sd_uint mask, value;
	struct sd_str name;

	while (entry(&table, &mask, &value, &name))
		if ((unsigned int)value == (unsigned int)v) {
			sd_args_put(o, name);
			return 1;
		}
	return 0;
}

static void word_or_hex(struct sd_args *o, struct sd_str table, sd_uint v)
{
	if (!word(o, table, v))
		sd_args_hex(o, v & 0xffffffff);
}

/* The bits that have names, with '|' between; returns the others. An entry of value 0 without a mask is for no bit at all. */
static sd_uint bits(struct sd_args *o, struct sd_str table, sd_uint v, int *any)
{
	sd_uint mask, value, all = v;
	struct sd_str name;

	for (*any = 0; entry(&table, &mask, &value, &name);) {
		if (mask == ~(sd_uint)0)
			mask = value;
		if (mask ? (v & mask) != value : all != 0)
			continue;
		if (*any)
			sd_args_put(o, SD_STR("|"));
		sd_args_put(o, name);
		v &= ~mask;
		*any = 1;
	}
	return v;
}

static void flags(struct sd_args *o, struct sd_str table, sd_uint v)
{
	int any;
	sd_uint rest = bits(o, table, v, &any);

	if (any && rest)
		sd_args_put(o, SD_STR("|"));
	if (rest)
		sd_args_hex(o, rest);
	else if (!any)
		sd_args_put(o, SD_STR("0"));
}

void sd_args_signal(struct sd_args *o, sd_int v, sd_uint skip)
{
	struct sd_str name;

	if (v > 32 && v <= 64) {
		sd_args_put(o, skip ? SD_STR("RT_") : SD_STR("SIGRT_"));
		sd_args_number(o, (sd_uint)v - 32, 10, 1);
	} else if (v == 29) {
		sd_args_put(o, skip ? SD_STR("IO") : SD_STR("SIGIO"));
	} else if (v > 0 && v <= 32) {
		name = sd_fn_signal_str(o->c, 0, o->c->scratch, sizeof(o->c->scratch), v);
		sd_args_put(o, (struct sd_str){ name.s + skip, name.n - skip });
	} else {
		sd_args_decimal(o, v);
	}
}

/* Bits, and in the lowest byte a signal; bits, and permissions. */
static void flags_and_signal(struct sd_args *o, struct sd_str table, sd_uint v)
{
	int any;
	sd_uint rest = bits(o, table, v & ~(sd_uint)0x7f, &any);

	if (rest) {
		if (any)
			sd_args_put(o, SD_STR("|"));
		sd_args_hex(o, rest);
		any = 1;
	}
	if (any && (v & 0x7f))
		sd_args_put(o, SD_STR("|"));
	if ((v & 0x7f) || !any)
		sd_args_signal(o, (sd_int)(v & 0x7f), 0);
}

static void flags_and_mode(struct sd_args *o, struct sd_str table, sd_uint v)
{
	int any;
	sd_uint rest = bits(o, table, v & ~(sd_uint)0777, &any);

	if (rest) {
		if (any)
			sd_args_put(o, SD_STR("|"));
		sd_args_hex(o, rest);
		any = 1;
	}
	if (any)
		sd_args_put(o, SD_STR("|"));
	octal(o, v & 0777);
}

void sd_args_family(struct sd_args *o, sd_int v)
{
	struct sd_str name = sd_fn_sock_fam_num2str(o->c, 0, o->c->scratch, sizeof(o->c->scratch), v);

	if (!name.n || name.s == o->c->scratch) {
		sd_args_hex(o, (sd_uint)v);
		return;
	}
	sd_args_put(o, SD_STR("AF_"));
	sd_args_put(o, v == 1 ? SD_STR("UNIX") : name);
}

static void futex_op(struct sd_args *o, sd_uint v)
{
	static const char *const names[] = {
		"WAIT", "WAKE", "FD", "REQUEUE", "CMP_REQUEUE", "WAKE_OP", "LOCK_PI", "UNLOCK_PI", "TRYLOCK_PI", "WAIT_BITSET",
		"WAKE_BITSET", "WAIT_REQUEUE_PI", "CMP_REQUEUE_PI", "LOCK_PI2",
	};
	sd_uint op = v & 127;

	if (op >= sizeof(names) / sizeof(names[0])) {
		sd_args_hex(o, v);
		return;
	}
	sd_args_put(o, SD_STR("FUTEX_"));
	sd_args_put(o, (struct sd_str){ names[op], strlen(names[op]) });
	if (v & 128)
		sd_args_put(o, SD_STR("_PRIVATE"));
	if (v & 256)
		sd_args_put(o, SD_STR("|FUTEX_CLOCK_REALTIME"));
}

/* The type of a file and its permissions. */
static void file_mode(struct sd_args *o, sd_uint v)
{
	if (v & 0177000) {
		flags(o, SD_STR("0170000/0140000 S_IFSOCK 0170000/0120000 S_IFLNK 0170000/0100000 S_IFREG 0170000/060000 S_IFBLK "
				"0170000/040000 S_IFDIR 0170000/020000 S_IFCHR 0170000/010000 S_IFIFO 04000 S_ISUID 02000 S_ISGID 01000 S_ISVTX"),
		      v & 0177000);
		sd_args_put(o, SD_STR("|"));
	}
	octal(o, v & 0777);
}

static void io_priority(struct sd_args *o, sd_uint v)
{
	sd_args_put(o, SD_STR("IOPRIO_PRIO_VALUE("));
	word_or_hex(o, SD_STR("0 IOPRIO_CLASS_NONE 1 IOPRIO_CLASS_RT 2 IOPRIO_CLASS_BE 3 IOPRIO_CLASS_IDLE"), v >> 13);
	sd_args_put(o, SD_STR(", "));
	sd_args_number(o, v & 0x1fff, 10, 1);
	sd_args_put(o, SD_STR(")"));
}

static void device(struct sd_args *o, sd_uint v)
{
	sd_args_put(o, SD_STR("makedev("));
	sd_args_hex(o, v >> 8 & 0xfff);
	sd_args_put(o, SD_STR(", "));
	sd_args_hex(o, (v & 0xff) | (v >> 12 & 0xfff00));
	sd_args_put(o, SD_STR(")"));
}

/* ---- One of them, and all ------------------------------------------------------------ */

/* before and after: the arguments beside it, which some depend on. */
static void one(struct sd_args *o, struct sd_str item, sd_uint v, sd_uint before, sd_uint after)
{
	struct sd_str table = item.n ? (struct sd_str){ item.s + 1, item.n - 1 } : item;

	switch (item.n ? *item.s : 0) {
	case 'd': sd_args_decimal(o, sd_args_int(v)); break;
	case 'u': sd_args_number(o, v & 0xffffffff, 10, 1); break;
	case 'l': sd_args_decimal(o, o->word == 4 ? sd_args_int(v) : (sd_int)v); break;
	case 'L': sd_args_decimal(o, (sd_int)((v & 0xffffffff) | after << 32)); break; /* in two registers */
	case 'c': sd_args_decimal(o, (v & 0xffff) == 0xffff ? -1 : (sd_int)(v & 0xffff)); break;
	case 'n': sd_args_number(o, v, 10, 1); break;
	case 'o': octal(o, v & 0xffff); break;
	case 'x': hexadecimal(o, v & 0xffffffff); break;
	case 'h': hexadecimal(o, v); break;
	case 'p': sd_args_pointer(o, v); break;
	case 's': sd_args_string(o, v); break;
	case 'S': sd_args_signal(o, sd_args_int(v), 0); break;
	case 'w': sd_args_buffer(o, v, after); break;
	case 'a': sd_args_sockaddr(o, v, sd_args_int(after)); break;
	case 'v': sd_args_argv(o, v); break;
	case 't': sd_args_time(o, v, NSEC); break;
	case 'T': sd_args_time(o, v, USEC); break;
	case 'U': sd_args_two_times(o, v, NSEC); break;
	case 'V': sd_args_two_times(o, v, USEC); break;
	case 'i': sd_args_interval(o, v, NSEC); break;
	case 'I': sd_args_interval(o, v, USEC); break;
	case 'g': sd_args_sigset(o, v, 64); break;
	case 'G': sd_args_sigset(o, v, 32); break;
	case 'H': sd_args_signals(o, v, 32); break;
	case 'A': sd_args_family(o, sd_args_int(v)); break;
	case 'F': futex_op(o, v & 0xffffffff); break;
	case 'N': file_mode(o, v & 0xffff); break;
	case 'C': flags_and_signal(o, table, v); break;
	case 'M': flags_and_mode(o, table, v & 0xffffffff); break;
	case 'f': flags(o, table, v & 0xffffffff); break;
	case 'e': word_or_hex(o, table, v); break;
	case 'E':
		if (!word(o, table, v))
			sd_args_decimal(o, sd_args_int(v));
		break;
	case 'P': io_priority(o, v & 0xffffffff); break;
	case 'Z': device(o, v & 0xffffffff); break;
	case 'D': /* a directory that a path is relative to */
		if (sd_args_int(v) == -100)
			sd_args_put(o, SD_STR("AT_FDCWD"));
		else
			sd_args_decimal(o, sd_args_int(v));
		break;
	case 'K': /* a protocol of an Internet family, or of another */
		if (sd_args_int(before) != 2 && sd_args_int(before) != 10)
			sd_args_number(o, v & 0xffffffff, 10, 1);
		else
			word_or_hex(o, table, v);
		break;
	case 'q': /* an option of the level SOL_SOCKET, or of another */
		if (sd_args_int(before) == 1)
			word_or_hex(o, table, v);
		else
			sd_args_hex(o, v & 0xffffffff);
		break;
	}
}

/* What begins with a 4 is of a program whose words are of 32 bits. */
static struct sd_str with_word(struct sd_args *o, struct sd_str list)
{
	o->word = list.n && *list.s == '4' ? 4 : 8;
	return o->word == 4 ? (struct sd_str){ list.s + 1, list.n - 1 } : list;
}

/* next is what the item depends on: the argument behind it, or the level of an option. */
struct sd_str sd_fn___sc_arg(SD_FN_STR, struct sd_str item, sd_int value, sd_int next)
{
	struct sd_args o = { c, s, { dst, 0, cap, 0 }, 8 };

	item = with_word(&o, item);
	one(&o, item, (sd_uint)value, (sd_uint)next, (sd_uint)next);
	return (struct sd_str){ dst, o.t.n };
}

static struct sd_str next_item(struct sd_str *list)
{
	struct sd_str item = { list->s, 0 };

	while (item.n < list->n && item.s[item.n] != ';')
		item.n++;
	list->s += item.n;
	list->n -= item.n;
	if (list->n)
		list->s++, list->n--;
	return item;
}

/* The arguments of futex(2) from the fourth on, n = 3: a time or a number, another futex, a value or a set of bits. */
static struct sd_str futex_item(unsigned int n, sd_uint op)
{
	static const char *const kinds[][3] = {
		[0] = { "t" }, [1] = { "" }, [3] = { "d", "p" }, [4] = { "d", "p", "d" }, [5] = { "d", "p", "x" }, [6] = { "t" },
		[7] = { "" }, [8] = { "" }, [9] = { "t", "_", "e-1 FUTEX_BITSET_MATCH_ANY" },
		[10] = { "_", "_", "e-1 FUTEX_BITSET_MATCH_ANY" }, [11] = { "t", "p" }, [12] = { "d", "p", "d" }, [13] = { "t" },
	};
	const char *kind = op < sizeof(kinds) / sizeof(kinds[0]) && kinds[op][0] ? kinds[op][n - 3] : n == 4 ? "p" : "h";

	return kind ? (struct sd_str){ kind, strlen(kind) } : SD_STR("");
}

/*
 * Arguments that are there or not, or mean this or that, by what another one is. Given an item, returns what takes
 * its place: "" for nothing from here on.
 */
static struct sd_str depends(struct sd_str item, unsigned int n, const sd_uint *arg)
{
	sd_uint type;

	switch (*item.s) {
	case 'y': /* the mode of open(2), with O_CREAT or O_TMPFILE */
		return arg[n - 1] & (CREAT | TMPFILE) ? SD_STR("o") : SD_STR("");
	case 'z': /* the device of mknod(2), for a device */
		type = arg[n - 1] & 0170000;
		return type == 020000 || type == 060000 ? SD_STR("Z") : SD_STR("");
	case 'm': /* of mremap(2) with MREMAP_FIXED or MREMAP_DONTUNMAP */
		return arg[3] & 6 ? SD_STR("p") : SD_STR("");
	case 'R': /* of reboot(2): a command of the firmware */
		return (unsigned int)arg[2] == 0xa1b2c3d4 ? SD_STR("p") : SD_STR("");
	case 'j': /* of fcntl(2) */
		switch (sd_args_int(arg[1])) {
		case 1: case 3: case 9: case 11: case 1025: case 1032: case 1034:
			return SD_STR("");
		case 2:
			return SD_STR("f1 FD_CLOEXEC");
		case 4:
			return (struct sd_str){ item.s + 1, item.n - 1 };
		case 0: case 8: case 1030: case 1031:
			return SD_STR("d");
		}
		return SD_STR("p");
	case 'k':
		return futex_item(n, arg[1] & 127);
	}
	return item;
}

struct sd_str sd_fn___sc_args(SD_FN_STR, sd_int regs, struct sd_str list)
{
	struct sd_args o = { c, s, { dst, 0, cap, 0 }, 8 };
	sd_uint arg[6];
	unsigned int n;

	if (!sd_syscall_args(c, s, (sd_uint)regs, arg))
		return (struct sd_str){ "", 0 };
	list = with_word(&o, list);
	for (n = 0; n < 6 && list.n; n++) {
		struct sd_str item = next_item(&list);

		if (item.n)
			item = depends(item, n, arg);
		if (!item.n)
			break;
		if (*item.s == '_') /* not shown */
			continue;
		if (o.t.n)
			sd_args_put(&o, SD_STR(", "));
		one(&o, item, arg[n], *item.s == 'K' ? arg[0] : n ? arg[n - 1] : 0, n < 5 ? arg[n + 1] : 0);
	}
	return (struct sd_str){ dst, o.t.n };
}
