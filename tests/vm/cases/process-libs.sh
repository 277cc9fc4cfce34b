# SPDX-License-Identifier: GPL-2.0-or-later
# Libraries: malloc of the C library in a program of the system, against what a library that is loaded before it counts; the
# program of -c and of -x; a page that nobody has touched; a process that runs already, and its number.
# native
# timeout 240
#@ cat >count.c <<'END'
#@ #define _GNU_SOURCE
#@ #include <dlfcn.h>
#@ #include <stdio.h>
#@ #include <stdlib.h>
#@ #include <string.h>
#@ #include <unistd.h>
#@ static unsigned long calls, bytes;
#@ void *malloc(size_t n)
#@ {
#@ 	static void *(*next)(size_t);
#@ 	if (!next)
#@ 		next = dlsym(RTLD_NEXT, "malloc");
#@ 	calls++;
#@ 	bytes += n;
#@ 	return next(n);
#@ }
#@ void *realloc(void *p, size_t n) /* of nothing: the library's own calls malloc in itself */
#@ {
#@ 	static void *(*next)(void *, size_t);
#@ 	if (!next)
#@ 		next = dlsym(RTLD_NEXT, "realloc");
#@ 	if (!p) {
#@ 		calls++;
#@ 		bytes += n;
#@ 	}
#@ 	return next(p, n);
#@ }
#@ __attribute__((destructor)) static void tell(void)
#@ {
#@ 	char text[64];
#@ 	int fd = open_log(), n = snprintf(text, sizeof(text), "%lu %lu\n", calls, bytes);
#@ 	if (write(fd, text, n) != n) abort();
#@ }
#@ END
#@ sed -i 's/^static unsigned/#include <fcntl.h>\nstatic int open_log(void) { return open(getenv("COUNTS"), O_WRONLY | O_CREAT | O_TRUNC, 0600); }\nstatic unsigned/' count.c
#@ gcc -shared -fPIC -o count.so count.c -ldl
#@ cat >wait.c <<'END'
#@ #include <fcntl.h>
#@ #include <stdio.h>
#@ #include <stdlib.h>
#@ #include <sys/mman.h>
#@ #include <unistd.h>
#@ static volatile long seen;
#@ __attribute__((noinline)) long look(const char *text, long *numbers) { seen++; return (long)text ^ (long)numbers; }
#@ int main(int argc, char **argv)
#@ {
#@ 	for (int i = 0; i < atoi(argv[2]); i++) {
#@ 		int fd = open(argv[1], O_RDONLY);
#@ 		char *p = mmap(NULL, 8192, PROT_READ, MAP_PRIVATE, fd, 0);
#@ 		long *n = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
#@ 		seen ^= look(p + 4090, n);
#@ 		munmap(p, 8192);
#@ 		close(fd);
#@ 		if (argc > 3)
#@ 			usleep(20000);
#@ 	}
#@ 	return 0;
#@ }
#@ END
#@ gcc -g -O2 -o wait wait.c
#@ cat >malloc.stp <<'END'
#@ global count, bytes, all, zero
#@ probe process("ls").library("libc.so.6").function("malloc*") { all[probefunc()]++ }
#@ probe process("ls").library("libc.so.6").function("malloc").return { count++; bytes += @entry($arg1); if (!$return) zero++ }
#@ probe end { println(all["malloc"], " ", count, " ", bytes, " ", zero) }
#@ END
#@ "$SONDE_BUILD/sonde" -p4 -r "$RELEASE" -m t_malloc malloc.stp
#@ cat >plain.stp <<'END'
#@ global n, plt
#@ probe process.function("look") { n++; if (n == 1) println(user_string_n($text, 12), " ", $numbers[100], " ", pid() == target()) }
#@ probe process.plt("munmap").return { plt++ }
#@ probe end { println(n, " ", plt) }
#@ END
#@ "$SONDE_BUILD/sonde" -p4 -r "$RELEASE" -m t_plain -c "$PWD/wait x 5" plain.stp
#@ cat >begun.stp <<END
#@ global n
#@ probe process("$PWD/wait").function("look") { if (++n == 5) exit() }
#@ probe process("$PWD/wait").function("main").return { println("ended") }
#@ END
#@ "$SONDE_BUILD/sonde" -p4 -r "$RELEASE" -m t_begun begun.stp
#@ sed 's/process("[^"]*")/process(PID)/; s/++n == 5/++n == 5 \&\& pid() == PID/' begun.stp >number.in
# module none
#| probe never { }

# In the file there is text over the end of a page.
seq -w 1 3000 >/tmp/text

COUNTS=/tmp/counts "$SONDERUN" -c "env LD_PRELOAD=$MODULES/count.so COUNTS=/tmp/counts ls / >/tmp/program" "$MODULES/t_malloc.ko" >out 2>err || fail "malloc: $(cat out err)"
read -r calls bytes </tmp/counts
[ "$calls" -gt 10 ] || fail "ls calls malloc $calls times"
expect_eq "malloc in ls" "$(tail -n 1 out)" "$calls $calls $bytes 0"

"$SONDERUN" -c "$MODULES/wait /tmp/text 5" "$MODULES/t_plain.ko" >out 2>err || fail "plain: $(cat out err)"
expect_eq "the program of -c" "$(cat out)" "$(dd if=/tmp/text bs=1 skip=4090 count=12 2>/dev/null) 0 1
5 5"
! grep -q fault err || fail "$(cat err)"

"$MODULES/wait" /tmp/text 100000 slowly &
pid=$!
sleep 0.3
"$SONDERUN" "$MODULES/t_begun.ko" >out 2>err || fail "begun before: $(cat out err)"
expect_eq begun "$(cat out)" ""
kill $pid
exit 0
