# SPDX-License-Identifier: GPL-2.0-or-later
# Every function of the kernel is probed for ten seconds, and the machine goes on working: a program that wants
# to run each tenth of a second does, nothing is lost but nested hits, and detaching leaves nothing behind.
# timeout 150
# module storm
#| global n
#| probe kernel.function("*").call { n++ }
#| probe timer.s(10) { printf("counted %d\n", n > 100000) exit() }
# module several
#| global n
#| probe kernel.function("[a-e]*").call { n++ }
#| probe timer.ms(200) { println("hits ", n > 0) exit() }
# module thousand
#| global n
#| probe kernel.function("tcp_*").call, kernel.function("ip*").call { n++ }
#| probe timer.ms(20) { exit() }
# module returns
#| global n
#| probe kernel.function("tcp_*").return, kernel.function("ip*").return { n++ }
#| probe timer.ms(20) { exit() }

rm -f /tmp/beats
(while :; do
	read -r now _ </proc/uptime
	echo "$now" >>/tmp/beats
	sleep 0.1
done) &
heart=$!
read -r from _ </proc/uptime
run_module storm
read -r to _ </proc/uptime
kill $heart
wait $heart 2>/dev/null
expect_eq status $STATUS 0
expect_eq "what the script printed" "$(head -n 1 /tmp/run.out)" "counted 1"
took=$(awk -v a="$from" -v b="$to" 'BEGIN { print int(b - a) }')
echo "kernel.function(\"*\"): $took s with ten of counting, $(wc -l </tmp/beats) beats"
[ "$took" -le 60 ] || fail "it took $took s"
# The guest is emulated: a second of pause is normal while the kernel rewrites its text.
longest=$(awk 'NR > 1 && $1 - last > most { most = $1 - last } { last = $1 } END { print most + 0 }' /tmp/beats)
echo "longest pause $longest s"
expect_eq "a pause of more than five seconds" "$(awk -v m="$longest" 'BEGIN { print (m > 5) }')" 0
[ "$(wc -l </tmp/beats)" -ge 20 ] || fail "only $(wc -l </tmp/beats) beats"
run_module several
expect_eq status $STATUS 0
expect_eq "what the script printed" "$(head -n 1 /tmp/run.out)" "hits 1"
# Figures for doc/performance.md; the bounds are wide, for a busy machine.
for m in thousand returns; do
	read -r from _ </proc/uptime
	run_module $m
	read -r to _ </proc/uptime
	expect_eq "status of $m" $STATUS 0
	took=$(awk -v a="$from" -v b="$to" 'BEGIN { print b - a }')
	echo "$m: $took s from start to end"
	expect_eq "$m took more than 15 s" "$(awk -v t="$took" 'BEGIN { print (t > 15) }')" 0
done
