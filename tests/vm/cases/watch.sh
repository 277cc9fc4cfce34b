# SPDX-License-Identifier: GPL-2.0-or-later
# A variable of the kernel is watched: every write by sysctl is seen, with the writer's name; the registers are counted.
# timeout 180
# module write
#| global n, who
#| probe kernel.data("panic_on_oops").write { n++ who[execname()]++ if (!(probefunc() =~ "proc_")) println(probefunc()) }
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

# As fast as can be: none is lost.
command -v perl >/dev/null || exit 0
cat >/tmp/writes.pl <<'END'
open(F, "+<", "/proc/sys/kernel/panic_on_oops") or die;
for (1 .. 500) { sysseek(F, 0, 0); syswrite(F, "0\n") }
END
run_module write -c 'exec perl /tmp/writes.pl'
expect_eq "many writes" "$OUT $ERR" $'500\nperl 500 '
