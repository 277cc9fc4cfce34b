# SPDX-License-Identifier: GPL-2.0-or-later
# Many short processes while all are probed: none is lost, each ends as often as it begins, and nothing is kept.
# What they cost is in process-rate.sh: two emulated processors take their turns as they like.
# native
# timeout 400
#@ gcc -O1 -static -o spawn "$SONDE_TOP/tests/vm/programs/spawn.c"
#@ gcc -O1 -static -nostdlib -Wl,-n,--build-id=none -s -o nothing "$SONDE_TOP/tests/vm/programs/nothing.c"
# module all
#| global changes, makers, maker_ends, programs, ends, open, ready
#| probe process.begin { open[pid()]++ }
#| probe process.end { if (!--open[pid()]) delete open[pid()] }
#| probe process("/tmp/mnt/spawn").begin { makers++ }
#| probe process("/tmp/mnt/spawn").end { maker_ends++ }
#| probe process("/tmp/mnt/nothing").begin { programs++ }
#| probe process("/tmp/mnt/nothing").end { ends++ }
#| probe process.thread.begin, process.thread.end { changes++ }
#| probe timer.ms(10) { if (!ready++) println("ready") }
#| probe end {
#| 	foreach (p in open)
#| 		if (open[p] != 1)
#| 			printf("process %d: %d more beginnings than ends\n", p, open[p])
#| 	printf("%d %d %d %d%s\n", makers, maker_ends, programs, ends, changes ? " threads?" : "")
#| }

mkdir -p /tmp/mnt
mount -t tmpfs none /tmp/mnt
cp "$MODULES/spawn" "$MODULES/nothing" /tmp/mnt
n=1000
# So many on each processor, a few at a time. Each stays there: emulated processors take turns, and one that wakes another waits for its turn.
churn()
{
	local cpu pids=
	for cpu in 0 1; do
		taskset -c $cpu /tmp/mnt/spawn $n /tmp/mnt/nothing 4 >/dev/null &
		pids="$pids $!"
	done
	for cpu in $pids; do
		wait $cpu || fail "a program does not run"
	done
}
churn
for i in 1 2 3; do
	start_module all
	wait_for 20 grep -q ready /tmp/all.out
	churn
	end_module all
	# Each is one from the moment it is made, as what made it, and then runs the program itself.
	expect_eq "none is lost" "$(tail -n +2 /tmp/all.out)" "$((2 * n + 2)) $((2 * n + 2)) $((2 * n)) $((2 * n))"
	[ $i != 1 ] || kept=$(awk '/^VmallocUsed|^Slab/ {s += $2} END {print s}' /proc/meminfo)
done
now=$(awk '/^VmallocUsed|^Slab/ {s += $2} END {print s}' /proc/meminfo)
[ "$now" -lt $((kept + 2048)) ] || fail "memory is kept: $kept kB, then $now kB"
# Nothing holds the program's file any more.
umount /tmp/mnt || fail "the file system is still in use"
