# SPDX-License-Identifier: GPL-2.0-or-later
# A processor goes while probes run on it, and comes back: they go on there, and the end is in order.
# timeout 240
# native
#@ printf 'int calls;\n__attribute__((noinline)) int turn(int n) { return calls += n; }\nint main(void) { for (;;) turn(1); }\n' >turn.c
#@ gcc -g -O1 -static -o turn turn.c
#@ "$SONDE_BUILD/sonde" -p4 -r "$RELEASE" -m t_hotplug_turn -e "global n, m; probe process(\"$PWD/turn\").function(\"turn\") { n[cpu()]++ }
#@ 	probe process(\"$PWD/turn\").function(\"turn\").return { m += @entry(\$n) } probe procfs(\"turns\").read { \$value = sprintf(\"%d %d %d\n\", n[0], n[1], m) }
#@ 	probe end { println(n[0] + n[1] - m <= 1) }"
# module all
#| global tick, clock, n, faults
#| probe timer.profile.freq.hz(50) { tick[cpu()]++ }
#| probe perf.sw.cpu_clock.hz(50) { clock[cpu()]++ }
#| probe perf.sw.page_faults.sample(1) { if (cpu() == 1) faults++ }
#| probe procfs("faults").read { $value = sprintf("%d\n", faults) }
#| probe kernel.data("panic_on_oops").write { n++ }
#| probe procfs("ticks").read { $value = sprintf("%d %d\n", tick[1], clock[1]) }
#| probe end { println(n) }
# module code -DSTP_NO_OVERLOAD
#| global n, out, inside, task, other
#| probe kernel.function("vfs_write") { if ($count == 3) n[cpu()]++ }
#| probe kernel.function("vfs_write").return { if (@entry($count) == 3) out++ }
#| probe kernel.trace("sys_exit") { if (cpu() == 1) other++ }
#| probe perf.sw.task_clock.process("/bin/dd").counter("clock") { }
#| probe process("/bin/dd").syscall { task++ inside += @perf("clock") >= 0 }
#| probe procfs("writes").read { $value = sprintf("%d %d %d %d %d\n", n[0], n[1], out, task, other) }
#| probe end { println(n[0] + n[1] - out <= 1, " ", inside == task) }

online=/sys/devices/system/cpu/cpu1/online
[ -w $online ] || exit 0
d=/proc/sonde/$(basename "$MOD_all" .ko)
start_module all
wait_for 5 test -e "$d/ticks"
read -r ticks clocks <"$d/ticks"
sleep 0.5
echo 0 >$online || fail "the processor does not go"
read -r t1 c1 <"$d/ticks"
[ $((t1 - ticks)) -gt 5 ] && [ $((c1 - clocks)) -gt 5 ] || fail "no ticks before: $ticks $t1, $clocks $c1"
sleep 0.5
expect_eq "no ticks while it is away" "$(cat "$d/ticks")" "$t1 $c1"
echo 1 >$online || fail "the processor does not come back"
sleep 0.5
read -r t2 c2 <"$d/ticks"
[ $((t2 - t1)) -gt 5 ] && [ $((c2 - c1)) -gt 5 ] || fail "no ticks after: $t1 $t2, $c1 $c2"
busybox taskset 2 sh -c 'echo 0 >/proc/sys/kernel/panic_on_oops'
read -r f1 <"$d/faults"
busybox taskset 2 bash -c 'true'
read -r f2 <"$d/faults"
[ $((f2 - f1)) -gt 20 ] || fail "no page faults after: $f1 $f2"
# And it ends while one is away.
echo 0 >$online
kill -INT "$PID"
wait "$PID"
expect_eq status $? 0
echo 1 >$online
expect_eq output "$(cat /tmp/all.out)" 1
expect_eq stderr "$(cat /tmp/all.err)" ""
gone all || fail "still loaded"

# Killed: nothing stays behind.
start_module all
wait_for 5 test -e "$d/ticks"
kill -9 "$PID"
wait "$PID" 2>/dev/null
wait_for 6 gone all
grep -q sonde /sys/devices/system/cpu/hotplug/states && fail "a hotplug state is still there"
echo 0 >$online
echo 1 >$online

# moves FILE PROGRAM...: what runs on a processor that goes away goes on on another, and is met there.
moves()
{
	local file=$1 a0 a1 b0 b1 rest
	shift
	busybox taskset 2 "$@" &
	busy=$!
	sleep 1
	read -r a0 a1 rest <"$file"
	[ "$a1" -gt 0 ] || fail "$file: nothing on the processor: $a0 $a1"
	echo 0 >$online || fail "the processor does not go"
	read -r a0 a1 rest <"$file"
	sleep 1
	read -r b0 b1 rest <"$file"
	echo "$file: $a0 $a1, and when it is away $b0 $b1"
	expect_eq "$file: hits on what is away" "$b1" "$a1"
	[ "$b0" -gt "$a0" ] || fail "$file: nothing on the other processor: $a0 $b0"
	echo 1 >$online
	busybox taskset -p 2 $busy >/dev/null
	sleep 1
	read -r b0 b1 rest <"$file"
	[ "$b1" -gt "$a1" ] || fail "$file: nothing on the processor that came back: $a1 $b1"
	echo 0 >$online
	kill $busy
	wait $busy 2>/dev/null
}

MOD_turn=$MODULES/t_hotplug_turn.ko
for m in code turn; do
	var=MOD_$m
	d=/proc/sonde/$(basename "${!var}" .ko)
	start_module $m
	wait_for 8 test -e "$d"
	case $m in
	code)	moves "$d/writes" dd if=/dev/zero of=/dev/null bs=3 ;;
	turn)	moves "$d/turns" "$MODULES/turn" ;;
	esac
	kill -INT "$PID"
	wait "$PID"
	expect_eq "status of $m" $? 0
	echo 1 >$online
	expect_match "output of $m" "$(cat /tmp/$m.out)" '^1( 1)?$'
	expect_eq "stderr of $m" "$(cat /tmp/$m.err)" ""
	gone $m || fail "$m is still loaded"
done
