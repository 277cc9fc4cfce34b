// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A program whose variables tests/unit/types-dwarf.c looks at from outside.
 * PLACE marks where it is stopped; the section `places` says at which
 * addresses that came out. Built with -DTRUTH it stops nowhere and prints
 * what each expression is worth there: the truth. No line of it depends on
 * where things lie in memory, so all builds agree. With -DSTATEMENTS each
 * place is the beginning of a statement of the line table.
 */
#ifdef TRUTH
#include <stdio.h>
#define V(text, x) printf("%d %s %lld\n", place_, text, (long long)(x));
#define S(text, x) printf("%d %s \"%s\"\n", place_, text, x);
#define PLACE(n, ...)                          \
	do {                                   \
		int place_ = n;                \
		printf("%d hit 0\n", place_); \
		__VA_ARGS__                    \
	} while (0)
#else
#define V(text, x)
#define S(text, x)
#ifdef STATEMENTS
#define STATEMENT ".loc 1 " LINE(__LINE__) " 0 is_stmt 1\n"
#define LINE(n) LINE_(n)
#define LINE_(n) #n
#else
#define STATEMENT
#endif
#define PLACE(n, ...) \
	__asm__ volatile(STATEMENT "771:\tnop\n\t.pushsection places, \"a\"\n\t.quad 771b, " #n "\n\t.popsection")
#endif

#ifdef __clang__
#define NOINLINE __attribute__((noinline))
#else
#define NOINLINE __attribute__((noipa))
#endif
#define ALWAYS static inline __attribute__((always_inline))

typedef unsigned char byte_t;
typedef int number_t;
typedef number_t *number_ptr;

enum colour { RED, GREEN = 5, BLUE = -7 };
enum wide { HUGE_ONE = 0x123456789abcLL };

struct bits {
	unsigned int a : 1, b : 3;
	int c : 5;
	unsigned long long d : 40;
	signed char e : 4;
	unsigned short f : 9;
	_Bool g : 1;
	long long h : 33;
};

struct inner {
	short s;
	union {
		unsigned int word;
		struct {
			unsigned short low, high;
		};
	};
	char text[8];
};

struct outer {
	char c;
	signed char sc;
	unsigned char uc;
	struct inner in[3];
	int matrix[2][3];
	struct inner *link;
	struct outer *next;
	enum colour colour;
	enum wide wide;
	_Bool yes;
	struct bits bits;
	const char *title;
	long flexible[];
};

struct pair { /* passed in two registers, or taken apart */
	long first;
	int second;
	short third;
};

struct big {
	long v[5];
	int tail;
};

struct { int only; } nameless = { 77 };
static struct inner inner_one = { -12, { 0xdeadbeef }, "inner" };
int global_number = -42;
static unsigned char file_static = 200;
unsigned long long global_array[4] = { 1, 2, 0xffffffffffffffffULL, 4 };
volatile long sink;
struct { struct outer o; long more[3]; } object;
#define OBJECT (&object.o)

NOINLINE void fill(struct outer *o, int salt)
{
	o->c = 'x';
	o->sc = -3;
	o->uc = 250;
	for (int i = 0; i < 3; i++) {
		o->in[i].s = (short)(-100 - i * salt);
		o->in[i].word = 0x10002u * (unsigned)(i + salt);
		o->in[i].text[0] = (char)('a' + i);
		o->in[i].text[1] = 0;
	}
	for (int i = 0; i < 6; i++)
		o->matrix[i / 3][i % 3] = i * i - salt;
	o->link = &inner_one;
	o->next = o;
	o->colour = BLUE;
	o->wide = HUGE_ONE;
	o->yes = 1;
	o->bits.a = 1;
	o->bits.b = 5;
	o->bits.c = -9;
	o->bits.d = 0xab12345678ULL;
	o->bits.e = -8;
	o->bits.f = 300;
	o->bits.g = 1;
	o->bits.h = -4000000000LL;
	o->title = "a title";
	object.more[0] = 11;
	object.more[1] = -22;
	object.more[2] = 33;
	file_static += (unsigned char)salt;
	sink = salt;
}

NOINLINE long eight(char a, unsigned char b, short c, unsigned int d, long e, _Bool f, int g, signed char h, unsigned long i)
{
	PLACE(1, V("a", a) V("b", b) V("c", c) V("d", d) V("e", e) V("f", f) V("g", g) V("h", h) V("i", i));
	return a + b + c + d + e + f + g + h + (long)i;
}

NOINLINE long members(struct outer *o, int n)
{
	PLACE(2, V("n", n) V("o->c", o->c) V("o->sc", o->sc) V("o->uc", o->uc) V("o->in[0]->s", o->in[0].s) V("o->in[2]->s", o->in[2].s)
	      V("o->in[1]->word", o->in[1].word) V("o->in[1]->low", o->in[1].low) V("o->in[1]->high", o->in[1].high)
	      S("o->in[1]->text", o->in[1].text) V("o->matrix[0][2]", o->matrix[0][2]) V("o->matrix[1][1]", o->matrix[1][1])
	      V("o->link->s", o->link->s) V("o->link->high", o->link->high) S("o->link->text", o->link->text)
	      V("o->next->next->uc", o->next->next->uc) V("o->colour", o->colour) V("o->wide", o->wide) V("o->yes", o->yes)
	      V("o->bits->a", o->bits.a) V("o->bits->b", o->bits.b) V("o->bits->c", o->bits.c) V("o->bits->d", o->bits.d)
	      V("o->bits->e", o->bits.e) V("o->bits->f", o->bits.f) V("o->bits->g", o->bits.g) V("o->bits->h", o->bits.h)
	      V("o->title[2]", o->title[2]) V("o->flexible[1]", o->flexible[1]) V("o->flexible[2]", o->flexible[2]));
	return n + o->matrix[1][2];
}

ALWAYS int shade(enum colour in_colour, int factor)
{
	int product = (int)in_colour * factor;
	static int calls = 9;

	PLACE(3, V("in_colour", in_colour) V("factor", factor) V("product", product) V("calls", calls));
	sink += product;
	return product + calls;
}

NOINLINE int inlined(int x)
{
	int sum = shade(GREEN, x);

	PLACE(4, V("x", x) V("sum", sum));
	sum += shade(BLUE, x + 1);
	PLACE(5, V("x", x) V("sum", sum));
	sink = x;
	return sum;
}

NOINLINE long blocks(int count)
{
	long total = 0;

	for (int i = 0; i < count; i++) {
		int value = i * 3;

		if (i & 1) {
			long value_ = value, inner_only = value_ << 33; /* NOLINT */

			PLACE(6, V("i", i) V("value", value) V("inner_only", inner_only) V("total", total) V("count", count));
			total += inner_only;
		} else {
			unsigned short value = (unsigned short)(i + 60000); /* another of that name */

			PLACE(7, V("i", i) V("value", value) V("total", total) V("count", count));
			total += value;
		}
	}
	PLACE(8, V("total", total));
	return total;
}

NOINLINE long by_value(struct pair p, struct big b, struct inner small)
{
	PLACE(9, V("p->first", p.first) V("p->second", p.second) V("p->third", p.third) V("b->v[0]", b.v[0]) V("b->v[4]", b.v[4])
	      V("b->tail", b.tail) V("small->s", small.s) V("small->high", small.high));
	return p.first + p.second + p.third + b.v[4] + b.tail + small.s;
}

NOINLINE long pieces(long n)
{
	struct pair p = { n + 1, (int)n * 2, (short)(n - 5) }; /* the optimiser takes it apart */

	PLACE(10, V("p->first", p.first) V("p->second", p.second) V("p->third", p.third) V("n", n));
	sink = p.first;
	PLACE(11, V("p->second", p.second) V("p->third", p.third));
	return p.second ^ p.third;
}

NOINLINE int globals(void)
{
	const int constant = 1234;
	int derived = global_number + 1;

	PLACE(12, V("global_number", global_number) V("file_static", file_static) V("global_array[2]", global_array[2])
	      V("global_array[0]", global_array[0]) V("nameless->only", nameless.only) V("constant", constant) V("derived", derived)
	      V("inner_one->s", inner_one.s) V("sink", sink));
	return constant + derived;
}

NOINLINE unsigned recursive(unsigned depth, number_ptr p)
{
	unsigned below = 0;

	if (depth)
		below = recursive(depth - 1, p);
	PLACE(13, V("depth", depth) V("below", below) V("p[0]", p[0]));
	return below + depth + (unsigned)*p;
}

NOINLINE long locals(int seed)
{
	byte_t bytes[4];
	number_t numbers[5];
	struct inner here = { .s = (short)(seed * -3), .word = 0xcafe0000u + (unsigned)seed, .text = "here" };
	long long squared = (long long)seed * seed;
	volatile int kept = seed + 100;

	for (int i = 0; i < 4; i++)
		bytes[i] = (byte_t)(seed * (i + 50));
	for (int i = 0; i < 5; i++)
		numbers[i] = seed - i * 1000;
	__asm__ volatile("" : : "r"(bytes), "r"(numbers), "r"(&here) : "memory"); /* they have to be in memory */
	PLACE(14, V("bytes[0]", bytes[0]) V("bytes[3]", bytes[3]) V("numbers[0]", numbers[0]) V("numbers[4]", numbers[4])
	      V("here->s", here.s) V("here->low", here.low) V("here->high", here.high) S("here->text", here.text) V("squared", squared)
	      V("kept", kept) V("seed", seed));
	return bytes[1] + numbers[2] + here.s + squared + kept;
}

int main(void)
{
	int number = 5;

	fill(OBJECT, 7);
	sink = eight('A', 0xf0, -300, 4000000000u, -5000000000L, 1, -1, -128, 0xfffffffffffffff0UL);
	sink = members(OBJECT, 3);
	sink = inlined(6);
	sink = blocks(4);
	sink = by_value((struct pair){ -7, 8, -9 }, (struct big){ { 10, 11, 12, 13, -14 }, 15 },
			(struct inner){ -16, { 0x00170018 }, "by val" });
	sink = pieces(21);
	sink = 99;
	sink = globals() ? 1 : 0;
	sink = recursive(3, &number);
	sink = locals(17);
	return 0;
}
