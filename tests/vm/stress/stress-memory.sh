# SPDX-License-Identifier: GPL-2.0-or-later
# Nearly all memory is taken: what fits runs as ever, what does not is refused in a sentence, and nobody else is killed
# for it. Handlers need none, so what runs goes on while memory runs out.
# timeout 300
# machine --smp 4 --mem 1G
# module running --no-global-var-display
#| global n, a[2000]
#| probe kernel.function("vfs_read") { n++ a[n % 1000] = n printf("%d\n", n) }
#| probe timer.ms(1) { n++ }
#| probe end { println("end ", n > 0) }
# module large
#| global a[300000], s[200000]
#| probe begin { a["x"] = "y" s[1] <<< 1 println("not this") exit() }

. "$SONDE_TOP/tests/lib/stress.sh"

available() { awk '$1 == "MemAvailable:" {print $2}' /proc/meminfo; }

trap quiet EXIT
mkdir -p /tmp/hog
mount -t tmpfs -o size=95% hog /tmp/hog || fail "no tmpfs"
traffic
start_module running
wait_for 20 has_lines /tmp/running.out 100
kb=$(($(available) - 90000))
[ $kb -gt 0 ] || fail "there is no memory to begin with"
dd if=/dev/zero of=/tmp/hog/fill bs=1024k count=$((kb / 1024)) status=none || fail "cannot fill the memory"
echo "left: $(available) kB"
: >/tmp/running.out
wait_for 20 has_lines /tmp/running.out 100
while rounds 2; do
	run_module large
	expect_eq "a large one: $OUT" $STATUS 1
	expect_match "what it says" "$ERR" 'needs [0-9]+ kB.*remedy: smaller or fewer arrays'
	gone large || fail "it is there"
done
kill -0 "$PID" || fail "the other was killed"
kill -INT "$PID"
wait "$PID"
expect_eq "the other's status" $? 0
expect_eq "its end" "$(tail -n 1 /tmp/running.out)" "end 1"
dmesg | grep -E 'Out of memory|oom-kill|invoked oom-killer|allocation failure' && fail "somebody had to pay"
quiet
rm -f /tmp/hog/fill
umount /tmp/hog
run_module running -c 'cat /etc/passwd >/dev/null'
expect_eq "with memory again" "$STATUS" 0
