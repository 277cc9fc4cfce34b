# SPDX-License-Identifier: GPL-2.0-or-later
# Probes are hit all the time, and nothing of ordinary priority gets to run: the script is disarmed.
# timeout 120
# needs no-rt
# module starved -DSTP_OVERLOAD_THRESHOLD=1000000000000000 -DSTP_OVERLOAD_INTERVAL=1000000000000000
#| global n
#| probe kernel.function("vfs_read") { n++ }
#| probe error { println("disarmed ", n > 1000) }
#| probe end { println("not this one") }

# Real-time programs take both processors; one of a higher priority ends them.
echo -1 >/proc/sys/kernel/sched_rt_runtime_us
# Newer kernels keep a share for the others.
[ -d /sys/kernel/debug/sched ] || mount -t debugfs none /sys/kernel/debug
for f in /sys/kernel/debug/sched/fair_server/cpu*/runtime; do
	[ ! -e "$f" ] || echo 0 >"$f"
done
run_module starved -c '
	for cpu in 0 1; do
		taskset -c $cpu chrt -f 60 timeout -s KILL 6 chrt -f 50 dd if=/dev/zero of=/dev/null bs=1 status=none &
	done
	wait'
expect_eq status $STATUS 1
expect_eq "what the script printed" "$(head -n 1 /tmp/run.out)" "disarmed 1"
expect_match "what is said" "$ERR" 'ERROR: probes starved the machine for [0-9]+ ms: they were disarmed'
