# SPDX-License-Identifier: GPL-2.0-or-later
# Much output: all of it, in order, from process context and from two processors.
# timeout 90
# module begin -DMAXACTION_INTERRUPTIBLE=1000000
#| probe begin { for (i = 1; i <= 100000; i++) printf("%d\n", i) exit() }
#| probe end { println("end") }
# module cpus
#| global n
#| probe kernel.function("vfs_read") { if ($count == 3) { printf("%d %d\n", cpu(), local_clock_ns()) } }

run_module begin -o /tmp/begin.out
expect_eq status $STATUS 0
expect_eq stderr "$ERR" ""
{ seq 1 100000; echo end; } | cmp - /tmp/begin.out || fail "100,000 records: not all, or not in order"

# Less than fills a ring, so that nothing may be lost whatever the reader does.
run_module cpus --format=json -o /tmp/cpus.out -c '
	for cpu in 0 1; do
		taskset -c $cpu sh -c "while [ ! -e /tmp/go ]; do :; done; exec dd if=/dev/zero of=/dev/null bs=3 count=15000 status=none" &
	done
	sleep 0.5
	: >/tmp/go
	wait'
expect_eq status $STATUS 0
expect_eq stderr "$ERR" ""
sed -nE 's/^\{"type":"printf","text":"[^"]*","args":\[([0-9]+),([0-9]+)\],"time":([0-9]+)\}$/\1 \2 \3/p' /tmp/cpus.out >/tmp/cpus
expect_eq "lines that are what they should be" "$(wc -l </tmp/cpus)" "$(wc -l </tmp/cpus.out)"
expect_eq "records" "$(wc -l </tmp/cpus)" 30000
expect_eq "records of each processor" "$(awk '{n[$1]++} END {print n[0], n[1]}' /tmp/cpus)" "15000 15000"
# The stamp of a record is taken after its arguments: between processors only stamps are in order.
awk '$3 < last {print "line " NR ": " $0; exit 1} {last = $3}' /tmp/cpus || fail "not in the order of time"
awk '$2 <= last[$1] {print "line " NR ": " $0; exit 1} {last[$1] = $2}' /tmp/cpus || fail "a processor's own clock goes back"
