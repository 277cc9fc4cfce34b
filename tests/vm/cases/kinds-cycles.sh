# SPDX-License-Identifier: GPL-2.0-or-later
# Two scripts with probes of all kinds start at once, over and over, and end in both ways; neither is in the other's way.
# (Each watches a variable of its own: QEMU's processors report only one of two debug registers that have the same address.)
# timeout 240
# module one
#| global n
#| probe timer.profile.freq.hz(100), perf.sw.cpu_clock.hz(100) { n[pp()]++ }
#| probe perf.sw.context_switches.sample(1) { n["switch"]++ }
#| probe kernel.data("panic_timeout").write { n["write"]++ }
#| probe netfilter.hook("NF_INET_LOCAL_IN").pf("NFPROTO_IPV4") { n["packet"] += $skb->len }
#| probe procfs("x/y").read { $value = sprint(n["switch"] > 0) n["read"]++ }
#| probe input.line { n["line"]++ }
#| probe end { printf("%d %d %d\n", n["write"], n["read"], n["line"]) }
# module two
#| global n
#| probe timer.profile, perf.sw.task_clock.hz(100) { n++ }
#| probe kernel.data("panic_on_oops").rw { n++ }
#| probe procfs("x/y").write { n += strlen($value) }
#| probe end { println(n > 0 ? "ok" : "no hits") }

one=/proc/sonde/$(basename "$MOD_one" .ko)/x/y two=/proc/sonde/$(basename "$MOD_two" .ko)/x/y
for i in 1 2 3 4 5 6; do
	start_module two
	second=$PID
	start_module one < <(echo line)
	wait_for 8 test -e "$one" -a -e "$two"
	echo 0 >/proc/sys/kernel/panic
	echo 0 >/proc/sys/kernel/panic_on_oops
	cat "$one" >/dev/null
	cat "$one" >/tmp/said
	echo hello >"$two"
	sleep 0.2
	if [ $((i % 2)) = 0 ]; then
		kill -9 "$PID"
		wait "$PID" 2>/dev/null
		wait_for 6 gone one
	else
		kill -INT "$PID"
		wait "$PID" || fail "status of run $i"
		expect_eq "run $i" "$(cat /tmp/one.out)" "1 2 1"
	fi
	[ -e "$two" ] || fail "the files of the other have gone"
	kill -INT "$second"
	wait "$second" || fail "status of the other in run $i"
	expect_eq "the other in run $i" "$(cat /tmp/two.out)" ok
	expect_eq "what a reader got" "$(cat /tmp/said)" 1
	gone one && gone two || fail "still loaded after run $i"
done
expect_eq "what stays" "$(ls /proc/sonde | wc -l) $(readlink /proc/systemtap)" "0 sonde"
