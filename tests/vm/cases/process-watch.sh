# SPDX-License-Identifier: GPL-2.0-or-later
# Variables of programs are watched: whoever writes to them, functions, threads, children, the kernel, the program anew after exec; programs that
# run already; not others. And what the processor, or the script, has not enough of.
# native
# timeout 240
#@ src=$SONDE_TOP/tests/vm/programs/watched.c
#@ for p in pie no-pie; do gcc -g -O1 -f$p -$p -o w-$p "$src" -pthread; done
#@ gcc -O1 -o w-plain "$src" -pthread
#@ cat >all.stp <<'END'
#@ global n, values, kernels
#@ probe process("PROG").data("counter").write {
#@ 	n++
#@ 	if (user_mode()) values[@var("counter"), tid() != pid(), usymname(uaddr())]++; else kernels++
#@ }
#@ probe process("PROG").data("small").write { printf("small %d\n", @var("small")) }
#@ probe process("PROG").data("big").length(8).write { printf("big %d\n", @var("big")[0]) }
#@ probe process("PROG").data("looked").rw { printf("looked\n") }
#@ probe end { printf("%d writes, the kernel's %s\n", n - kernels, kernels ? "too" : "not"); foreach ([v+, t, f] in values) printf("%d %d %s %d\n", v, t, f, values[v, t, f]) }
#@ END
#@ for p in pie no_pie; do sed "s,PROG,$PWD/w-${p/_/-}," all.stp >t.stp; "$SONDE_BUILD/sonde" -p4 -r "$RELEASE" -m t_$p t.stp; done
#@ "$SONDE_BUILD/sonde" -p4 -r "$RELEASE" -m t_plain -e 'global n; probe process("'$PWD'/w-plain").data("counter").write { n += user_mode() } probe end { println(n) }'
#@ "$SONDE_BUILD/sonde" -p4 -r "$RELEASE" -m t_five -e 'probe process("'$PWD'/w-pie").data("counter").write, process("'$PWD'/w-pie").data("other").write, process("'$PWD'/w-pie").data("big").write, process("'$PWD'/w-pie").data("small").write, process("'$PWD'/w-pie").data("looked").write { println("hit") } probe begin { println("begin") }'
#@ "$SONDE_BUILD/sonde" -p4 -r "$RELEASE" -m t_two -e 'probe process("'$PWD'/w-pie").data("counter").write, process("'$PWD'/w-pie").data("other").write, process("'$PWD'/w-pie").data("big").write, process("'$PWD'/w-pie").data("small").write { } probe process("'$PWD'/w-pie").data("looked").write ? { } probe process("'$PWD'/w-no-pie").data("counter").write { println("two") }'
#@ tail -f /dev/null | "$PWD/w-no-pie" wait >addr & pid=$!
#@ sleep 1; echo $pid >pid
#@ "$SONDE_BUILD/sonde" -p4 -r "$RELEASE" -m t_by_name -e 'global n; probe process('$pid').data("counter").write { n++ } probe end { println(n) }'
#@ "$SONDE_BUILD/sonde" -p4 -r "$RELEASE" -m t_by_address -e 'global n; probe process('$pid').data('$(cat addr)').length(4).write { n++ } probe end { println(n) }'
#@ kill $pid
# module none
#| probe never { }

# A copy of the kernel's may write byte by byte. What counter is, in order: 1 3 2, threads 10 11 12 in whatever order, 100 and 200 in children, the kernel's, 1000 in another image.
for p in pie no_pie; do
	"$SONDERUN" -c "exec $MODULES/w-${p/_/-} >/tmp/program" "$MODULES/t_$p.ko" >out 2>err || fail "$p: $(cat out err)"
	expect_eq "$p: stderr" "$(cat err)" ""
	expect_eq "$p: variables" "$(grep -cE '^(small 4|big 5|looked)$' out)" 3
	expect_match "$p: writes" "$(cat out)" "9 writes, the kernel's too"
	expect_eq "$p: by threads" "$(awk '$2 == 1 && $3 ~ /bump/ {n += $4} END {print n}' out)" 3
	expect_eq "$p: by functions" "$(awk '$2 == 0 {print $1, $3, $4}' out | sort -n)" "1 bump 1
2 lower 1
3 bump 1
135 bump 1
335 bump 1
1000 bump 1"
done

# A program that runs already, by any thread of a shell, and one that comes later; others may have the same variables.
mkfifo in
"$MODULES/w-plain" wait <in >addr &
waiting=$!
exec 4>in
wait_for 10 has_lines addr 1
"$SONDERUN" "$MODULES/t_plain.ko" >out 2>err &
runner=$!
wait_for 20 grep -q '^t_plain ' /proc/modules
sleep 1
"$MODULES/w-pie" >/dev/null
"$MODULES/w-plain" >/dev/null
printf '\n\n\n' >&4
exec 4>&-
wait $waiting
kill -INT $runner
wait $runner
expect_eq "ran already, came later" "$(cat out) $(cat err)" "13 "

# Numbers of processes: one that had that number when the script was compiled, until it calls exec.
echo 4194304 >/proc/sys/kernel/pid_max
for of in name address; do
	want=$(cat "$MODULES/pid")
	mkfifo in.$of
	for try in 1 2 3 4 5; do
		echo $((want - 1)) >/proc/sys/kernel/ns_last_pid
		"$MODULES/w-no-pie" wait <in.$of >addr &
		waiting=$!
		exec 4>in.$of
		[ $waiting = "$want" ] && break
		exec 4>&-
		wait $waiting
	done
	expect_eq "number of a process" $waiting "$want"
	wait_for 10 has_lines addr 1
	"$SONDERUN" "$MODULES/t_by_$of.ko" >out 2>err &
	runner=$!
	wait_for 20 grep -q "^t_by_$of " /proc/modules
	sleep 1
	"$MODULES/w-no-pie" >/dev/null
	printf '\n\n\n' >&4
	exec 4>&-
	wait $waiting
	kill -INT $runner
	wait $runner
	# The program's name is known anew in what it becomes, an address is not.
	expect_eq "of a process by $of" "$(cat out) $(cat err)" "$([ $of = name ] && echo 4 || echo 3) "
done

"$SONDERUN" -c true "$MODULES/t_five.ko" >out 2>err && fail "five: $(cat out)"
expect_match "five" "$(cat err)" 'debug registers of this machine do not suffice: x86 has 4'
"$SONDERUN" -c "$MODULES/w-no-pie >/dev/null" "$MODULES/t_two.ko" >out 2>err || fail "two: $(cat err)"
expect_eq "of two programs" "$(sort -u out) $(cat err)" "two "
