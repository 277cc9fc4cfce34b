# SPDX-License-Identifier: GPL-2.0-or-later
# A million records at the default buffer: none is lost, and each comes once and in order.
# timeout 240
# needs no-rt
# module million
#| global n
#| probe kernel.function("vfs_read") { if ($count == 3) printf("%d %s %d\n", pid(), execname(), n++) }

# Two processors print in bursts that a buffer holds: the emulator lets one processor run for a tenth of a second while the
# other, and the reader on it, stand still.
run_module million -o /tmp/million -c '
	for i in $(seq 100); do
		for cpu in 0 1; do
			taskset -c $cpu dd if=/dev/zero of=/dev/null bs=3 count=5000 status=none &
		done
		wait
		sleep 0.1
	done'
expect_eq status $STATUS 0
expect_eq stderr "$ERR" ""
expect_eq records "$(wc -l </tmp/million)" 1000000
awk '{if ($3 in seen) {print "twice " $3; exit 1} seen[$3]} $3 < last[$1] {print "line " NR; exit 1} {last[$1] = $3}' /tmp/million ||
	fail "not each one once, or not in order"
