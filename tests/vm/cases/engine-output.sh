# SPDX-License-Identifier: GPL-2.0-or-later
# Where output goes: files of a limited size, bulk mode and its merge.
# timeout 240
# module rotate -DMAXACTION_INTERRUPTIBLE=10000000
#| probe begin { for (i = 1; i <= 600000; i++) printf("%d\n", i) exit() }
# module bulk
#| probe kernel.function("vfs_read") { if ($count == 3) printf("%d %d\n", cpu(), local_clock_ns()) }
#| probe end { println("end") }

run_module rotate -S 1,2 -o /tmp/rotate
expect_eq status $STATUS 0
expect_eq stderr "$ERR" ""
expect_eq files "$(cd /tmp; echo rotate.*)" "rotate.2 rotate.3"
cat /tmp/rotate.2 /tmp/rotate.3 >/tmp/rotate
seq 1 600000 | tail -n "$(wc -l </tmp/rotate)" | cmp - /tmp/rotate || fail "the last two files are not the end of the output"
[ "$(wc -c </tmp/rotate.2)" -le 1048576 ] || fail "a file is too large"

run_module bulk -b -o /tmp/bulk -c '
	for cpu in 0 1; do
		taskset -c $cpu dd if=/dev/zero of=/dev/null bs=3 count=10000 status=none &
	done
	wait'
expect_eq status $STATUS 0
expect_eq stderr "$ERR" ""
expect_eq stdout "$OUT" ""
"$SONDERUN" --merge /tmp/bulk -o /tmp/bulk.txt || fail "cannot merge"
expect_eq "records and the end" "$(wc -l </tmp/bulk.txt) $(tail -n 1 /tmp/bulk.txt)" "20001 end"
expect_eq "records of each processor" "$(awk '{n[$1]++} END {print n[0], n[1]}' /tmp/bulk.txt)" "10000 10000"
"$SONDERUN" --merge /tmp/bulk --format=json | sed -nE 's/.*"time":([0-9]+)\}$/\1/p' >/tmp/times
awk '$1 < last {print "line " NR; exit 1} {last = $1}' /tmp/times || fail "not in the order of time"
truncate -s 1000 /tmp/bulk_0
"$SONDERUN" --merge /tmp/bulk >/dev/null 2>/tmp/err && fail "damaged files were merged without a word"
expect_match "what is said of damage" "$(</tmp/err)" "makes no sense from byte"
