// SPDX-License-Identifier: GPL-2.0-or-later
// A 32-bit program without a library: a few system calls by the numbers of i386, where they mean something else than those of x86_64.
static long call5(long nr, long a, long b, long c, long d, long e)
{
	long r;

	__asm__ volatile("int $0x80" : "=a"(r) : "a"(nr), "b"(a), "c"(b), "d"(c), "S"(d), "D"(e) : "memory");
	return r;
}

static long call(long nr, long a, long b, long c) { return call5(nr, a, b, c, 0, 0); }

/* What only such programs ask for: structures of 32-bit words, users of 16 bits, offsets in two registers. */
static void narrow(void)
{
	static long duration[2] = { 0, 1000 };
	static long times[4] = { 1, 2, -3, 0x3fffffff };
	static unsigned long signals = 1 << 9 | 1 << 11; /* SIGUSR1, SIGUSR2 */
	static const char *args[3] = { "one", "two \"2\"", 0 };
	static long message[4] = { 77, 0, 4, 0x40 };

	message[1] = (long)"text";
	call(7, -1, 0, 1);                              /* waitpid */
	call(182, (long)"/nowhere", 1, 0xffff);         /* chown */
	call5(140, 77, 1, 2, 0, 2);                     /* _llseek */
	call(162, (long)duration, 0, 0);                /* nanosleep */
	call(126, 0, (long)&signals, 0);                /* sigprocmask */
	call(69, 1 << 9, 0, 0);                         /* ssetmask */
	call(68, 0, 0, 0);                              /* sgetmask */
	call(102, 9, (long)message, 0);                 /* socketcall: send */
	call(11, (long)"/nowhere", (long)args, 0);      /* execve */
	call(194, 77, 5, 1);                            /* ftruncate64 */
	call5(324, 77, 1, 1, 2, 3);                     /* fallocate; its last register holds what it held */
	call5(320, -100, (long)"/nowhere", (long)times, 0x100, 0); /* utimensat */
	call(164, 0xffff, 0xffff, 0xffff);              /* setresuid */
	call(34, 0, 0, 0);                              /* nice */
	call(17, 0, 0, 0);                              /* none */
}

void _start(void)
{
	call(20, 0, 0, 0);                              /* getpid; writev of x86_64 */
	call(5, (long)"/etc/passwd", 0, 0);             /* open; fstat */
	call(4, 77, (long)"text", 4);                   /* write; stat */
	call(90, 0, 0, 0);                              /* mmap; chmod */
	call(295, -100, (long)"/nowhere", 0);           /* openat; preadv */
	narrow();
	call(1, 0, 0, 0);                               /* exit; write */
}
