/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Calls whose numbers are known, through a chain and around it, for tests/vm/cases/process-callees.sh. With PART=1 only what calls,
 * with PART=2 only what is called at the end: two files that are compiled differently. With FORGET the stack's pages are not there
 * where middle() calls: it lies in shared memory, which is mapped again when it is touched.
 */
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#ifndef PART
#define PART 3
#endif

#define KEEP(x) __asm__ volatile("" : "+r"(x) : : "memory")
#define APART __attribute__((noipa))

#ifdef FORGET
enum { STACK = 1 << 20, PAGE = 4096 };
static char *stack;

APART static void forget(void)
{
	char *from = (char *)(((uintptr_t)__builtin_frame_address(0) + PAGE) & -(uintptr_t)PAGE);

	madvise(from, (size_t)(stack + STACK - from), MADV_DONTNEED);
}

/* Through a pointer: it is nobody's callee. */
static void (*volatile forgets)(void) = forget;
#define FORGET_CALLERS char gap[4 * PAGE]; __asm__ volatile("" : : "r"(gap) : "memory"); forgets()
#else
#define FORGET_CALLERS
#endif

struct big { long v[4]; };

long leaf(long x);
long by_value(struct big b, long x);
long top(long x);
long elsewhere(long x);
long recursive(long n);

#if PART & 2
APART long leaf(long x)
{
	KEEP(x);
	return x + 1;
}

APART long by_value(struct big b, long x)
{
	KEEP(x);
	return b.v[3] + x;
}
#endif

#if PART & 1
APART long middle(long x)
{
	FORGET_CALLERS;
	long y = leaf(x);

	KEEP(y);
	return y + leaf(y);
}

static inline __attribute__((always_inline)) long inlined(long x)
{
	KEEP(x);
	x = leaf(x);
	KEEP(x);
	return x * 3;
}

APART long around(long x)
{
	long y = x + 1;

	KEEP(y);
	y = inlined(y);
	return x + y;
}

APART long values(long x)
{
	struct big b = { { x, 2, 3, 4 } };
	long y = by_value(b, x);

	KEEP(y);
	return x + y;
}

APART long tail(long x)
{
	KEEP(x);
	return leaf(x + 2);
}

static long (*volatile pointer)(long) = leaf;

APART long by_pointer(long x)
{
	long y = pointer(x);

	KEEP(y);
	return x + y;
}

/* 2 middle (4 leaf), 1 around (1 inlined, 1 leaf), 1 values (1 by_value), 1 tail and 1 by_pointer (1 leaf each, nobody's), 1 leaf. */
APART long top(long x)
{
	long y = middle(x);

	KEEP(y);
	y += middle(y);
	y += around(x) + values(x) + tail(x) + by_pointer(y);
	y += leaf(x);
	KEEP(y);
	return x + y;
}

/* The same by another way. */
APART long elsewhere(long x)
{
	long y = middle(x) + around(x) + values(x) + leaf(x);

	KEEP(y);
	return x + y;
}

APART long recursive(long n)
{
	long rest = n ? recursive(n - 1) : leaf(n);

	KEEP(rest);
	return n + rest;
}

#endif

#if (PART & 1 && !defined(LIBRARY)) || defined(MAIN)
long middle(long x);

static void *all(void *sum)
{
	long *n = sum;

	for (long i = 0; i < 100; i++)
		*n += top(i);
	for (long i = 0; i < 70; i++)
		*n += elsewhere(i);
	for (long i = 0; i < 50; i++)
		*n += leaf(i) + middle(i);
	*n += recursive(5);
	return NULL;
}

int main(void)
{
	long sum = 0;

#ifdef FORGET
	pthread_attr_t attr;
	pthread_t thread;

	stack = mmap(NULL, STACK, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (stack == MAP_FAILED || pthread_attr_init(&attr) || pthread_attr_setstack(&attr, stack, STACK) ||
	    pthread_create(&thread, &attr, all, &sum) || pthread_join(thread, NULL))
		return 2;
#else
	all(&sum);
#endif
	return sum == 0;
}
#endif
