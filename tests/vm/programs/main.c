/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A program with known values at known lines, for tests/vm/cases/process-code.sh. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEEP(x) __asm__ volatile("" : "+r"(x) : : "memory")

enum colour { RED = 1, GREEN = 5 };

struct item {
	int id;
	short kind;
	unsigned low : 5, high : 11;
	char name[16];
	struct item *next;
	enum colour colour;
};

struct pair { int a, b; };

static int total;
long shared_counter = 1000;
static struct item second = { .id = 22, .kind = -3, .low = 17, .high = 1025, .name = "second", .colour = GREEN };

static inline __attribute__((always_inline)) int twice(int x)
{
	int doubled = x * 2;

	KEEP(doubled);
	return doubled;
}

__attribute__((noinline)) int leaf(int x)
{
	KEEP(x);
	return x + 1;
}

__attribute__((noinline)) int factorial(int n)
{
	int rest;

	if (n < 2)
		return 1;
	rest = factorial(n - 1);
	KEEP(rest);
	return n * rest;
}

__attribute__((noinline)) int by_value(struct pair p, int factor)
{
	int product = (p.a + p.b) * factor;

	KEEP(product);
	return product;
}

__attribute__((noinline)) long many(long a, long b, long c, long d, long e, long f, long g, long h)
{
	KEEP(a);
	return a + b + c + d + e + f + g + h;
}

__attribute__((noinline)) void change(int *where, int value)
{
	*where = value;
	KEEP(value);
}

#line 190
__attribute__((noinline)) int work(int a, long b, unsigned char c, struct item *it, const char *text, enum colour colour)
{
	int sum = a + (int)b, again;
	struct item *other = it->next;

	KEEP(sum);
	KEEP(other);
	again = twice(sum + c);
	shared_counter++;
	sum += leaf(again);
	total += sum;	/* this is line 200 */
	if (a == 2)
		goto done;
	KEEP(text);
done:
	KEEP(sum);
	KEEP(other);
	KEEP(it);
	return sum + (int)colour;
}

int main(int argc, char **argv)
{
	struct item first = { .id = 11, .kind = 7, .low = 3, .high = 2000, .name = "first", .next = &second, .colour = RED };
	struct pair p = { 3, 4 };
	int result = 0, changed = 1;

	(void)argv;
	for (int i = 0; i < 3; i++)
		result += work(i, 100, 200, &first, "some text", GREEN);
	result += factorial(5);
	result += by_value(p, 10);
	result += (int)many(1, 2, 3, 4, 5, 6, 7, 8);
	change(&changed, 5);
	printf("%d %d %ld %d\n", result, total, shared_counter, changed);
	return argc > 1;
}
