# SPDX-License-Identifier: GPL-2.0-or-later
# The runner is killed: the module detaches, runs no end probe, and goes by itself.
# module stream
#| global n
#| probe begin { println("begin") }
#| probe timer.us(500) { printf("%d\n", ++n) }
#| probe kernel.function("vfs_read"), kernel.function("vfs_read").return { n++ }
#| probe end { println("not this") }
# module again
#| probe begin { println("begin") }

name=$(basename "$MOD_stream" .ko)
start_module stream
wait_for 5 has_lines /tmp/stream.out 100
kill -9 "$PID"
wait "$PID" 2>/dev/null
wait_for 6 gone stream
grep -q "not this" /tmp/stream.out && fail "an end probe ran"
[ ! -e "/proc/$name" ] || fail "/proc/$name is still there"

# Killed, and started again at once, before it has gone: the new run takes its place.
start_module stream
wait_for 5 has_lines /tmp/stream.out 100
kill -9 "$PID"
wait "$PID" 2>/dev/null
start_module stream
wait_for 8 has_lines /tmp/stream.out 100
kill -INT "$PID"
wait "$PID"
expect_eq "status of the second" $? 0
gone stream || fail "still loaded"

# Loaded by hand: nobody reads it, it does nothing, and it can go, or be taken for a leftover by the next run.
name=$(basename "$MOD_again" .ko)
insmod "$MOD_again" || fail "insmod"
expect_eq "mode of the proc file" "$(stat -c %a "/proc/$name")" 600
rmmod "$name" || fail "rmmod"
insmod "$MOD_again" || fail "insmod"
run_module again -c true
expect_eq "a run after a leftover" "$STATUS $OUT" "0 begin"
expect_eq stderr "$ERR" ""
