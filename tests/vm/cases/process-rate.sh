# SPDX-License-Identifier: GPL-2.0-or-later
# A thousand short processes a second and more, while all are probed: none is lost, and it takes hardly longer. The guest's clock counts instructions, one a
# nanosecond, so that the rate is one, whatever the emulator does beside; process-many.sh has two processors.
# native
# timeout 400
# machine --icount
#@ gcc -O1 -static -o spawn "$SONDE_TOP/tests/vm/programs/spawn.c"
#@ gcc -O1 -static -nostdlib -Wl,-n,--build-id=none -s -o nothing "$SONDE_TOP/tests/vm/programs/nothing.c"
# module all
#| global begun, ended, programs, ends, open, ready
#| probe process.begin { begun++ open[pid()]++ }
#| probe process.end { ended++ if (!--open[pid()]) delete open[pid()] }
#| probe process("/tmp/mnt/nothing").begin { programs++ }
#| probe process("/tmp/mnt/nothing").end { ends++ }
#| probe timer.ms(10) { if (!ready++) println("ready") }
#| probe end {
#| 	foreach (p in open)
#| 		if (open[p] != 1)
#| 			printf("process %d: %d more beginnings than ends\n", p, open[p])
#| 	printf("%d %d %d\n", programs, ends, begun >= 2 * programs && ended >= 2 * programs)
#| }

mkdir -p /tmp/mnt
mount -t tmpfs none /tmp/mnt
cp "$MODULES/spawn" "$MODULES/nothing" /tmp/mnt
n=1000
churn() { us=$(/tmp/mnt/spawn $n /tmp/mnt/nothing 4) || fail "a program does not run"; }
# The first are slower: caches.
/tmp/mnt/spawn 50 /tmp/mnt/nothing >/dev/null
churn
alone=$us
start_module all
wait_for 200 grep -q ready /tmp/all.out
churn
end_module all
expect_eq "none is lost" "$(tail -n +2 /tmp/all.out)" "$n $n 1"
rate() { echo $((n * 1000000 / $1)); }
echo "processes a second: $(rate $alone), probed $(rate $us)"
# A kernel that watches itself is not meant to be fast.
[ $(rate $us) -ge 1000 ] || [ -e /sys/kernel/debug/kmemleak ] || fail "these are few processes: $(rate $us) a second"
[ $us -lt $((alone * 12 / 10)) ] || fail "it takes too long: $us us for $alone us"
umount /tmp/mnt || fail "the file system is still in use"
