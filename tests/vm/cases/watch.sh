# SPDX-License-Identifier: GPL-2.0-or-later
# A variable of the kernel is watched: every write by sysctl is seen, with the writer's name; the registers are counted.
# timeout 90
# module write
#| global n, who
#| probe kernel.data("panic_on_oops").write { n++ who[execname()]++ if (!probefunc_ok()) println("no place") }
#| function probefunc_ok:long () { return strlen(pp()) > 0 }
#| probe end { printf("%d\n", n) foreach (w+ in who) printf("%s %d\n", w, who[w]) }
# module rw
#| global n
#| probe kernel.data("panic_on_oops").length(4).rw { n[execname()]++ }
#| probe end { foreach (w+ in n) printf("%s %s ", w, n[w] ? "some" : "none") }
# module many
#| probe kernel.data("panic_on_oops").write, kernel.data("panic_timeout").write, kernel.data("sysctl_oom_dump_tasks").write { }
#| probe kernel.data("pid_max_max").write, kernel.data("pid_max_min").write { println(pp()) }
#| probe begin { println("begin") }
# module optional
#| probe kernel.data("panic_on_oops").write, kernel.data("panic_timeout").write, kernel.data("sysctl_oom_dump_tasks").write { }
#| probe kernel.data("pid_max_max").write ?, kernel.data("pid_max_min").write ?, kernel.data("no_such_thing").write ? { }
#| probe begin { println("begin") }
# module nothing
#| probe kernel.data("no_such_thing").write { }
# module bad
#| probe kernel.data(4096).write { }
# module odd
#| probe kernel.data(0xffffffff81000001).length(4).write { }
# module percpu
#| probe kernel.data("current_task").write ?, kernel.data("runqueues").write { }

run_module write -c 'echo 0 >/proc/sys/kernel/panic_on_oops; busybox sh -c "echo 1 >/proc/sys/kernel/panic_on_oops; echo 0 >/proc/sys/kernel/panic_on_oops"; cat /proc/sys/kernel/panic_on_oops'
expect_eq status $STATUS 0
expect_eq output "$OUT" $'0\n3\nbusybox 2\nsh 1'
expect_eq stderr "$ERR" ""
gone write || fail "still loaded"

run_module rw -c 'cat /proc/sys/kernel/panic_on_oops >/dev/null; echo 0 >/proc/sys/kernel/panic_on_oops'
expect_eq "read and write" "$OUT" "cat some sh some "

run_module many -c true
expect_eq "status of five" $STATUS 1
expect_match "five" "$ERR" 'debug registers of this machine are all in use: x86 has 4'
gone many || fail "five: still loaded"
run_module optional -c true
expect_eq "optional" "$STATUS $OUT $ERR" "0 begin "

run_module nothing -c true
expect_match "no symbol" "$ERR" 'cannot watch no_such_thing: the kernel has no such symbol'
run_module bad -c true
expect_match "a low address" "$ERR" 'the processor cannot watch 1 bytes at 0x1000'
run_module odd -c true
expect_match "not aligned" "$ERR" 'the processor cannot watch 4 bytes at 0xffffffff81000001'
run_module percpu -c true
expect_match "of each processor" "$ERR" 'each processor has one of its own'
# All registers are free again.
run_module write -c 'echo 0 >/proc/sys/kernel/panic_on_oops'
expect_eq "again" "$OUT" $'1\nsh 1'

# What the kernel does not report, because it is too much in one tick, is counted.
rate=$(</proc/sys/kernel/perf_event_max_sample_rate)
echo 250 >/proc/sys/kernel/perf_event_max_sample_rate
run_module write -c 'exec busybox sh -c "for i in 1 2 3 4 5 6 7 8 9 10; do
	for j in 1 2 3 4 5 6 7 8 9 10; do echo 0 >/proc/sys/kernel/panic_on_oops; done; done"'
echo "$rate" >/proc/sys/kernel/perf_event_max_sample_rate
seen=${OUT%%$'\n'*}
missed=$(grep -o '[0-9]* hits* missed\|missed [0-9]*\|[0-9]* missed' <<<"$ERR" | tr -dc 0-9)
[ "$seen" -lt 100 ] || fail "nothing was missed: the test tests nothing"
expect_eq "hits and missed" $((seen + missed)) 100
