# SPDX-License-Identifier: GPL-2.0-or-later
# main() of programs without symbols: entered once in each run, with what it was given. And a function by the library that had it before libc took it in.
# native
# timeout 120
#@ cat >main.c <<'END'
#@ #include <pthread.h>
#@ #include <stdio.h>
#@ int main(int argc, char **argv)
#@ {
#@ 	pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
#@ 	for (int i = 0; i < argc; i++) pthread_mutex_trylock(&m);
#@ 	puts(argv[argc - 1]);
#@ 	return argc + 40;
#@ }
#@ END
#@ gcc -O2 -s -o pie main.c && gcc -O2 -s -fno-pie -no-pie -o fixed main.c && gcc -O2 -s -static -o static main.c || exit
#@ for p in pie fixed static; do
#@ 	echo "probe process(\"$PWD/$p\").function(\"main\") { printf(\"$p %d %s\\n\", int_arg(1), user_string(user_uint64(pointer_arg(2) + 8 * (int_arg(1) - 1)))) }"
#@ 	echo "probe process(\"$PWD/$p\").function(\"main\").return { printf(\"$p %d\\n\", \$return & 0xffffffff) }"
#@ done >main.stp
#@ echo 'global n probe process("/lib*/libpthread.so.0").function("pthread_mutex_trylock") { if (execname() == "pie") n++ } probe end { println("tries ", n) }' >>main.stp
#@ "$SONDE_BUILD/sonde" -p4 -r "$RELEASE" -m t_main main.stp || exit
# module none
#| probe never { }

MOD_main=$MODULES/t_main.ko
run_module main -c "sh -c 'cd $MODULES && { ./pie one two; ./fixed one; ./static; ./pie; } >/dev/null'"
expect_eq status "$STATUS" 0
expect_eq "what main was given, and gave" "$OUT" 'pie 3 two
pie 43
fixed 2 one
fixed 42
static 1 ./static
static 41
pie 1 ./pie
pie 41
tries 4'
