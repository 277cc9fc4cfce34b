# SPDX-License-Identifier: GPL-2.0-or-later
# Signals end a script properly: end probes run, everything is printed, the module goes.
# module stream
#| global n
#| probe begin { println("begin") }
#| probe timer.ms(20) { printf("hit %d\n", ++n) }
#| probe end { printf("end %d\n", n) }
# module late
#| probe begin { println("begin") }
#| probe end { println("end") }

for signal in INT TERM HUP; do
	start_module stream
	wait_for 5 grep -q "hit 3" /tmp/stream.out
	kill -$signal "$PID"
	wait "$PID"
	expect_eq "status after SIG$signal" $? 0
	expect_eq "stderr after SIG$signal" "$(</tmp/stream.err)" ""
	# Every hit is printed, and in order.
	n=$(grep -c '^hit ' /tmp/stream.out)
	expect_eq "output after SIG$signal" "$(</tmp/stream.out)" "begin
$(seq -f 'hit %g' 1 $n)
end $n"
	gone stream || fail "still loaded after SIG$signal"
done

# The command of -c is told as well.
start_module late -c 'trap "echo told >/tmp/told; exit" TERM; while :; do sleep 0.1; done'
wait_for 5 grep -q begin /tmp/late.out
sleep 0.5
kill -TERM "$PID"
wait "$PID"
expect_eq "status with -c" $? 0
expect_eq "output with -c" "$(</tmp/late.out)" "begin
end"
wait_for 3 grep -q told /tmp/told
