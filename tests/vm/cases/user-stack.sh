# SPDX-License-Identifier: GPL-2.0-or-later
# Stacks of programs: frame by frame those that gdb saw here, of bash, python3 and stripped programs of our own, with and without
# frame pointers, tables, signals, return probes; from system calls, kernel functions and timers; and names when all is over.
# native
# timeout 300
#@ src=$SONDE_TOP/tests/vm/programs
#@ gcc -O2 -fomit-frame-pointer -o named "$src/stacks.c" && strip -o stripped named
#@ gcc -O2 -fno-pie -no-pie -Wl,-z,now -fomit-frame-pointer -o fixed "$src/stacks.c"
#@ gcc -O1 -g -fno-asynchronous-unwind-tables -fno-exceptions -fomit-frame-pointer -o debug "$src/stacks.c"
#@ gcc -O1 -fno-asynchronous-unwind-tables -fno-omit-frame-pointer -fno-optimize-sibling-calls -o pointers "$src/stacks.c"
#@ cat >sorts.py <<'END'
#@ import os
#@ class Key:
#@     def __init__(self, v): self.v = v
#@     def __lt__(self, other):
#@         os.umask(0o22)
#@         return self.v < other.v
#@ def deep(n):
#@     return sorted([Key(3), Key(1), Key(2)]) if not n else list(map(deep, [n - 1]))
#@ for i in range(6):
#@     deep(i % 3)
#@ # Libraries that are loaded late, and calls through code that is made.
#@ import ctypes
#@ def compare(a, b):
#@     os.umask(0o22)
#@     return a[0] - b[0]
#@ number = ctypes.POINTER(ctypes.c_int)
#@ kind = ctypes.CFUNCTYPE(ctypes.c_int, number, number)
#@ ctypes.CDLL(None).qsort((ctypes.c_int * 5)(3, 1, 4, 5, 2), 5, 4, kind(compare))
#@ END
#@ echo 'f() { g $1; }; g() { case $1 in *) eval "umask &>/dev/null" ;; esac; }; for i in 1 2 3 4 5 6 7 8 9 10; do f $i; umask &>/dev/null; done' >loops.sh
#@ gdb_saw()
#@ {
#@ 	PLACE=$2 LIMIT=40 gdb -batch -nx -x "$src/gdb-stacks.py" --args "${@:3}" 2>gdb.err | sed -n 's/^stack //p' >"$1.want"
#@ 	[ "$(wc -l <"$1.want")" -ge 15 ] || { cat gdb.err; return 1; }
#@ }
#@ gdb_saw bash umask /bin/bash --norc loops.sh && gdb_saw python umask /usr/bin/python3 -S -E -s sorts.py || exit
#@ for p in named stripped fixed debug; do gdb_saw $p umask ./$p || exit; done
#@ program() { case $1 in bash) echo /bin/bash ;; python) readlink -f /usr/bin/python3 ;; *) echo "$PWD/$1" ;; esac; }
#@ for p in bash python named stripped fixed debug pointers; do
#@ 	{ echo "probe process(\"$(program $p)\").library(\"libc.so.6\").function(\"umask\") {"
#@ 	echo '	at[tid()] = ucallers(-1); here = ustack(0); last = ubacktrace()'
#@ 	echo '	println(str_replace(sprint_uraw(ubacktrace()), "\n", " "))'
#@ 	[ $p != pointers ] || echo '	println(str_replace(sprint_ubacktrace(), "\n", ", "))'
#@ 	echo '}'
#@ 	echo 'global at, same, here, last, differ'
#@ 	echo 'probe kernel.trace("raw_syscalls:sys_enter") { if (tid() in at) { if (at[tid()] == ucallers(-1) && ustack(0) - here < 16) same["trace"]++; else differ[ubacktrace()] = 1 } }'
#@ 	echo "probe kernel.function(\"__x64_sys_umask\") { if (tid() in at) { if (at[tid()] == ucallers(-1)) same[\"function\"]++; else differ[ubacktrace()] = 1; } }"
#@ 	echo "probe kernel.function(\"__x64_sys_umask\").return { if (tid() in at) { if (at[tid()] == ucallers(-1)) same[\"return\"]++; else differ[ubacktrace()] = 1; delete at[tid()] } }"
#@ 	echo 'probe end { printf("same %d %d %d\n", same["trace"], same["function"], same["return"]); foreach (d in differ limit 3) println("differs ", d)'
#@ 	echo '	println("begins ", usymname(strtol(tokenize(last, " "), 16))); print_usyms(last) }'
#@ 	# Calls that a return probe is on return to the kernel.
#@ 	[ $p != named ] || printf 'probe process("%s").function("%s").return { }\n' "$PWD/named" stretched "$PWD/named" busy "$PWD/named" leaf
#@ 	} >$p.stp
#@ 	"$SONDE_BUILD/sonde" -p4 -DMAXBACKTRACE=80 -DMAXSTRINGLEN=8192 -r "$RELEASE" -m "t_$p" $p.stp || exit
#@ done
#@ cat >lines.stp <<END
#@ global n
#@ probe process("$PWD/debug").library("libc.so.6").function("umask") {
#@ 	if (n++) next
#@ 	print_ubacktrace_fileline()
#@ 	printf("leaf %s, %s, line %s, none %s\n", usymfileline(ustack(1)), usymfile(ustack(1)), usymline(ustack(1)), usymline(3))
#@ }
#@ END
#@ "$SONDE_BUILD/sonde" -p4 -r "$RELEASE" -m t_lines lines.stp
#@ cat >spin.stp <<END
#@ global whole, part
#@ probe timer.profile {
#@ 	if (execname() != "named" || !user_mode()) next
#@ 	bt = ubacktrace(); first = strtol(last_of(bt), 16)
#@ 	if (usymname(first) == "_start") whole++; else if (umodname(first) !~ "^ld-linux") part[bt]++ // that loads the program first
#@ }
#@ function last_of(bt) { t = tokenize(bt, " "); while (t != "") { r = t; t = tokenize("", " ") } return r }
#@ probe end { printf("%d\n", whole); foreach (p in part limit 5) { println("part"); print_usyms(p) } }
#@ END
#@ "$SONDE_BUILD/sonde" -p4 -r "$RELEASE" -m t_spin -d "$PWD/named" spin.stp
#@ (cat stripped.stp; echo 'probe begin { println("begun") }') >stripped_too.stp
#@ "$SONDE_BUILD/sonde" -p4 -DMAXBACKTRACE=80 -DMAXSTRINGLEN=8192 -r "$RELEASE" -m t_stripped_too stripped_too.stp
# module none
#| probe never { }
MOD_stripped_too=$MODULES/t_stripped_too.ko

frames=0 samples=0
for p in bash python named stripped fixed debug; do
	case $p in
	bash) command="/bin/bash --norc $MODULES/loops.sh" ;;
	python) command="/usr/bin/python3 -S -E -s $MODULES/sorts.py" ;;
	*) command=$MODULES/$p ;;
	esac
	"$SONDERUN" -c "$command" "$MODULES/t_$p.ko" >out 2>err || fail "$p: $(cat err)"
	n=$(wc -l <"$MODULES/$p.want")
	head -n "$n" out | sed 's/ $//' >got
	diff got "$MODULES/$p.want" >differs || fail "$p: $(head -n 4 differs)"
	samples=$((samples + n)) frames=$((frames + $(wc -w <got)))
	all=$(sed -n '/^same/q;p' out | wc -l)
	expect_eq "$p in the kernel" "$(grep -E '^(same|differs)' out)" "same $all $all $all"
	expect_match "$p afterwards" "$(sed -n '/^begins/,$p' out)" "begins _*umask
 0x[0-9a-f]+ : _*umask\+0x0/0x[0-9a-f]+ \[[^]]*libc.so.6\]"
done
echo "$samples stacks of $frames frames"
[ "$samples" -ge 100 ] || fail "only $samples stacks"

"$SONDERUN" -c "$MODULES/pointers" "$MODULES/t_pointers.ko" >out 2>err || fail "pointers: $(cat err)"
expect_match "by frame pointers" "$(cat out)" "umask\+0x0 \[[^]]*\], leaf\+0x[0-9a-f]+ \[[^]]*\], stretched\+0x[0-9a-f]+ \[[^]]*\], busy\+0x[0-9a-f]+ \[[^]]*\], compare\+0x"

"$SONDERUN" -v -c "$MODULES/debug" "$MODULES/t_lines.ko" >out 2>err || fail "lines: $(cat err)"
expect_match "what the tables of frames take" "$(cat err)" 'memory: .*, buffers [0-9]+, tables of frames [1-9][0-9]*\)'
expect_match "lines" "$(cat out)" ' : leaf\+0x[0-9a-f]+/0x[0-9a-f]+ at [^ ]*stacks\.c:1[67] \[.* : compare\+[^ ]* at [^ ]*stacks\.c:4[0-3] \[.*
leaf [^ ]*stacks\.c:1[67], [^ ]*stacks\.c, line 1[67], none 0x3$'

# One that ran before the script.
mkfifo gate
"$MODULES/stripped" wait <gate &
exec 9>gate
start_module stripped_too
wait_for 20 grep -q begun stripped_too.out
echo >&9
wait %1
kill -INT -$PID; wait $PID
head -n "$(wc -l <"$MODULES/stripped.want")" stripped_too.out | sed '1d; s/ $//' >got
head -n 20 "$MODULES/stripped.want" >some
head -n 20 got | diff - some >differs || fail "one that ran before: $(head -n 4 differs)"

"$SONDERUN" -c "$MODULES/named spin" "$MODULES/t_spin.ko" >out 2>err || fail "spin: $(cat err)"
read -r whole _ <out
echo "$whole whole samples"
[ "$whole" -ge 50 ] && ! grep -q part out || fail "spin: $(cat out)"
exit 0
