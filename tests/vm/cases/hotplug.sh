# SPDX-License-Identifier: GPL-2.0-or-later
# A processor goes while probes run on it, and comes back: they go on there, and the end is in order.
# timeout 180
# module all
#| global tick, clock, n
#| probe timer.profile.freq.hz(50) { tick[cpu()]++ }
#| probe perf.sw.cpu_clock.hz(50) { clock[cpu()]++ }
#| probe kernel.data("panic_on_oops").write { n++ }
#| probe procfs("ticks").read { $value = sprintf("%d %d\n", tick[1], clock[1]) }
#| probe end { println(n) }

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
