# SPDX-License-Identifier: GPL-2.0-or-later
# Many short processes while all are probed: none is lost, each ends as often as it begins, nothing is kept, and it takes hardly longer.
# native
# timeout 400
#@ gcc -O1 -static -o spawn "$SONDE_TOP/tests/vm/programs/spawn.c"
# module all
#| global changes, programs, ends, open, ready
#| probe process.begin { open[pid()]++ }
#| probe process.end { if (!--open[pid()]) delete open[pid()] }
#| probe process("/tmp/mnt/spawn").begin { programs++ }
#| probe process("/tmp/mnt/spawn").end { ends++ }
#| probe process.thread.begin, process.thread.end { changes++ }
#| probe timer.ms(10) { if (!ready++) println("ready") }
#| probe end {
#| 	foreach (p in open)
#| 		if (open[p] != 1)
#| 			printf("process %d: %d more beginnings than ends\n", p, open[p])
#| 	printf("%d %d%s\n", programs, ends, changes ? " threads?" : "")
#| }

mkdir -p /tmp/mnt
mount -t tmpfs none /tmp/mnt
cp "$MODULES/spawn" /tmp/mnt/spawn
n=1500
best=
for i in 1 2 3; do
	us=$(/tmp/mnt/spawn $n /tmp/mnt/spawn 4)
	[ -n "$best" ] && [ "$best" -lt "$us" ] || best=$us
done
probed=
for i in 1 2 3; do
	start_module all
	wait_for 20 grep -q ready /tmp/all.out
	us=$(/tmp/mnt/spawn $n /tmp/mnt/spawn 4)
	kill -INT $PID
	wait $PID || fail "status $?: $(cat /tmp/all.err)"
	expect_eq stderr "$(cat /tmp/all.err)" ""
	# Each is one from the moment it is made, as what made it, and then runs the program itself.
	expect_eq "none is lost" "$(tail -n +2 /tmp/all.out)" "$((2 * n + 1)) $((2 * n + 1))"
	[ -n "$probed" ] && [ "$probed" -lt "$us" ] || probed=$us
	[ $i != 1 ] || kept=$(awk '/^VmallocUsed|^Slab/ {s += $2} END {print s}' /proc/meminfo)
done
echo "unprobed $best us, probed $probed us, for $n processes"
[ "$probed" -lt $((best * 14 / 10)) ] || fail "it takes too long: $probed us for $best us"
now=$(awk '/^VmallocUsed|^Slab/ {s += $2} END {print s}' /proc/meminfo)
[ "$now" -lt $((kept + 2048)) ] || fail "memory is kept: $kept kB, then $now kB"
# Nothing holds the program's file any more.
umount /tmp/mnt || fail "the file system is still in use"
