# SPDX-License-Identifier: GPL-2.0-or-later
# Two scripts at once do not disturb each other; the same one twice is refused and the first goes on.
# module one
#| global n
#| probe begin { println("one begins") }
#| probe kernel.function("vfs_write") { if ($count == 4321) n++ }
#| probe kernel.function("vfs_write").return { if ($return == 4321) n += 100 }
#| probe end { printf("one %d\n", n) }
# module two
#| global n
#| probe begin { println("two begins") }
#| probe kernel.function("vfs_write") { if ($count == 4321) n++ }
#| probe kernel.function("vfs_write").return { if ($return == 4321) n += 100 }
#| probe timer.ms(10) { }
#| probe end { printf("two %d\n", n) }

write() { dd if=/dev/zero of=/dev/null bs=4321 count=$1 status=none; }
# Attached: a write of that size is seen.
ready() { grep -q begins "/tmp/$1.out" && sleep 0.5; }

start_module one
one=$PID
wait_for 5 ready one
write 3
start_module two
two=$PID
wait_for 5 ready two
write 5

began=$SECONDS
run_module one
expect_eq "status of the second run" $STATUS 1
expect_eq "output of the second run" "$OUT" ""
name=$(basename "$MOD_one" .ko)
expect_eq "message of the second run" "$ERR" "ERROR: a script of that name is already running: module $name
  remedy: stop it first, or give this one another name: sonde -m NAME"
write 2
kill -INT "$one"
wait "$one"
expect_eq "status of one" $? 0
expect_eq "what one saw" "$(</tmp/one.out)" "one begins
one 1010"
write 1
loaded two || fail "two went with one"
kill -INT "$two"
wait "$two"
expect_eq "status of two" $? 0
expect_eq "what two saw" "$(</tmp/two.out)" "two begins
two 808"
expect_eq stderr "$(cat /tmp/one.err /tmp/two.err)" ""
gone one && gone two || fail "still loaded"
run_module one -c true
expect_eq "once more: status" $STATUS 0
