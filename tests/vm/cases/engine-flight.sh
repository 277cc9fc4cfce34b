# SPDX-License-Identifier: GPL-2.0-or-later
# A script that is left running, keeps what is newest, and is taken up again; and one in the background.
# timeout 240
# module flight
#| probe kernel.function("vfs_read") { if ($count == 3) printf("%d\n", n++) }
#| global n
#| probe begin { println("begin") }
#| probe end { println("end") }
# module ends
#| probe timer.ms(100) { println("over") exit() }
# module back
#| probe begin { println("begin") }
#| probe end { println("end") }

run_module flight -L
expect_eq "status of -L" $STATUS 0
expect_eq "until it is left" "$OUT" begin
expect_match "what -L says" "$ERR" 'to see what it prints: sonderun -A t_engine_flight_flight$'
loaded flight || fail "the script is not there any more"
dd if=/dev/zero of=/dev/null bs=3 count=60000 status=none
"$SONDERUN" "$MOD_flight" 2>/tmp/err && fail "a second one was started"
expect_match "a second one" "$(</tmp/err)" 'already running'
dd if=/dev/zero of=/dev/null bs=3 count=10 status=none
timeout --preserve-status -s INT 3 "$SONDERUN" -A "$(basename "$MOD_flight" .ko)" >/tmp/out 2>/tmp/err || fail "cannot be taken up: $(</tmp/err)"
expect_eq "the last lines" "$(tail -n 3 /tmp/out)" "60008
60009
end"
expect_match "what was lost" "$(</tmp/err)" 'lost: [0-9]+ records were overwritten by newer ones while nobody read them'
kept=$(($(wc -l </tmp/out) - 1))
[ "$kept" -gt 30000 ] && [ "$kept" -lt 60010 ] || fail "$kept records were kept"
expect_match "how many" "$(</tmp/err)" "lost: $((60010 - kept)) records"
sort -n /tmp/out | sed '/end/d' | cmp - <(seq $((60010 - kept)) 60009) || fail "those that were kept are not the newest"
loaded flight && fail "the script is still there"
"$SONDERUN" -A "$(basename "$MOD_flight" .ko)" 2>/tmp/err && fail "what is not there was taken up"
expect_match "what is not there" "$(</tmp/err)" 'there is no such script'

# It ends by itself, and waits to be read.
run_module ends -L
expect_eq "status of -L" $STATUS 0
sleep 1
"$SONDERUN" -A "$(basename "$MOD_ends" .ko)" >/tmp/out 2>/tmp/err || fail "cannot be taken up: $(</tmp/err)"
expect_eq "its output" "$(head -n 1 /tmp/out)" over
loaded ends && fail "the script is still there"

run_module back -D -o /tmp/back
expect_eq "status of -D" $STATUS 0
kill -0 "$OUT" || fail "-D printed '$OUT'"
kill -INT "$OUT"
wait_for 20 grep -q end /tmp/back
wait_for 20 eval '! kill -0 $OUT'
expect_eq "its file" "$(</tmp/back)" "begin
end"

# Removed while it runs, by hand.
run_module flight -L
rmmod "$(basename "$MOD_flight" .ko)" || fail "it cannot be removed"
loaded flight && fail "the script is still there"
true
