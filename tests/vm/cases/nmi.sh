# SPDX-License-Identifier: GPL-2.0-or-later
# Handlers in NMIs: each processor is asked for a backtrace, by an NMI, while handlers run on it all the time. Those
# that the NMI interrupts keep their context, so its own hits are skipped there, and each is counted as one or the other.
# timeout 120
# native
# module nmi -DSTP_NO_OVERLOAD
#| global n, a, busy
#| probe kernel.function("show_regs").call { n++; a[cpu(), execname()]++; printf("regs %d\n", cpu()) }
#| probe kernel.function("vfs_read") { for (i = 0; i < 50; i++) { busy++; a[i % 7, "read"]++ } }
#| probe end { printf("%d hits\n", n) }

[ -w /proc/sysrq-trigger ] || exit 0
echo 1 >/proc/sys/kernel/sysrq
dmesg -C
start_module nmi -v
sleep 1
taskset -c 1 dd if=/dev/zero of=/dev/null bs=1 status=none &
reader=$!
for _ in 1 2 3 4 5 6 7 8 9 10 11 12; do
	taskset -c 0 sh -c 'echo l >/proc/sysrq-trigger'
	sleep 0.1
done
kill $reader
wait $reader 2>/dev/null
kill -INT "$PID" || cat /tmp/nmi.err >&2
wait "$PID"
status=$?
[ $status = 0 ] || head -n 5 /tmp/nmi.err >&2
expect_eq status $status 0
hits=$(sed -n 's/ hits$//p' /tmp/nmi.out)
lost=$(sed -n 's/.*lost: probe kernel.function("show_regs").call: \([0-9]*\) hits\? skipped (a handler was running.*/\1/p' /tmp/nmi.err)
asked=$(dmesg | grep -c 'RIP: ')
echo "show_regs: $hits hits, ${lost:-0} skipped, $asked in the log"
expect_eq "lines printed" "$(grep -c '^regs' /tmp/nmi.out)" "$hits"
[ $((hits + ${lost:-0})) -gt 0 ] || fail "no NMI came"
