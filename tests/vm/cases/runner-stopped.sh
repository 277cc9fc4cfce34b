# SPDX-License-Identifier: GPL-2.0-or-later
# A script that is told to stop while thousands of places are being attached, one by one, waits for no more of them: its end probes run, and it goes.
# needs debuginfo
# module slow
#| probe begin { println("begin") }
#| probe kernel.function("*@mm/[a-m]*.c").inline {}
#| probe end { println("end") }

start_module slow -v
wait_for 20 grep -q begin /tmp/slow.out
kill -TERM "$PID"
wait "$PID"
expect_eq "status" $? 0
expect_eq "output" "$(</tmp/slow.out)" "begin
end"
said=$(grep attached /tmp/slow.err)
expect_match "what -v says" "$said" 'attached [0-9]+ of [0-9]+ places in .* \(the script ended while it was attached\)'
echo "$said"
gone slow || fail "still loaded"
run_module slow -v --timeout=1
expect_eq "status and output, by time" "$STATUS $OUT" "0 begin
end"
expect_match "what -v says" "$ERR" '\(the script ended while it was attached\)'
