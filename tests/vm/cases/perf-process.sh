# SPDX-License-Identifier: GPL-2.0-or-later
# Performance events of processes, against what the kernel itself keeps of each task: programs that run already, that are
# started later, the children of both, and the target of -c. Counters by name, sampling, and what a machine does not have.
# native
# timeout 180
# module counters
#| global base, tasks, bad, reads, first, most, slow
#| probe perf.sw.context_switches.process("/usr/bin/perl").counter("switches") { println("no handler runs") }
#| probe perf.sw.task_clock.process("/usr/bin/perl").counter("clock") { println("no handler runs") }
#| probe process("/usr/bin/perl").syscall {
#| 	# The counter runs since the exec, or since the script has found the task; the kernel's own number since its birth.
#| 	t = @cast(task_current(), "task_struct")
#| 	b = t->nvcsw + t->nivcsw - @perf("switches")
#| 	c = t->se->sum_exec_runtime - @perf("clock")
#| 	if (!([tid()] in base)) {
#| 		base[tid()] = b
#| 		first[tid()] = most[tid()] = c
#| 		tasks++
#| 	}
#| 	if (base[tid()] != b) bad++
#| 	# The kernel's is brought up to date at ticks, which come late where a processor of the guest waits for its turn: it is
#| 	# behind at times, also at the first look, but it neither runs ahead for long nor stays behind.
#| 	if (c > most[tid()]) most[tid()] = c
#| 	if (most[tid()] - c > 20000000) slow++
#| 	if (most[tid()] - first[tid()] > 300000000) bad++
#| 	reads++
#| }
#| probe end { printf("%d tasks, %s, %d bad, %d slow\n", tasks, reads > 100 ? "many" : sprint(reads), bad, slow <= reads / 10 ? 0 : slow) }
# module target
#| global n, base, drift, some
#| probe perf.sw.page_faults.process.counter("faults") {}
#| probe perf.sw.task_clock.process { if (execname() == "perl") n++ }
#| probe process.syscall {
#| 	if (execname() != "perl") next
#| 	# The kernel's own numbers also have faults that it had on behalf of the task.
#| 	t = @cast(task_current(), "task_struct")
#| 	d = t->min_flt + t->maj_flt - @perf("faults")
#| 	if (!(tid() in base)) base[tid()] = d
#| 	if (d - base[tid()] > drift) drift = d - base[tid()]
#| 	if (base[tid()] > d) drift = 1000
#| 	some = @perf("faults")
#| }
#| probe end { printf("%s %s %s\n", n > 50 ? "samples" : sprint(n), drift <= 5 ? "same" : sprint(drift), some > 30 ? "faults" : sprint(some)) }
# module absent
#| probe perf.hw.cpu_cycles.process("/usr/bin/perl").counter("cycles") {}
#| probe begin { println("begin") }
# module nobody
#| probe perf.sw.task_clock.process.counter("clock") {}
#| probe begin { println("begin") }
# module each
#| global first, bad, n
#| probe perf.sw.cpu_clock.counter("clock") {}
#| probe timer.profile { v = @perf("clock"); if (cpu() in first && v <= first[cpu()]) bad++; first[cpu()] = v; n++ }
#| probe timer.s(2) { printf("%d %s\n", bad, n > 100 ? "many" : sprint(n)); exit() }
# module stranger
#| probe perf.sw.task_clock.process("/usr/bin/perl").counter("clock") {}
#| probe process("/usr/bin/dd").syscall { try { println(@perf("clock")) } catch (m) { println(m); exit() } }

cat >/tmp/work.pl <<'END'
for my $i (1 .. 60) { select(undef, undef, undef, 0.005); my @a = (1) x 3000; fork if $i == 5 || $i == 20 }
END

# No -c: all processes, with or without this script's knowledge.
perl -e 'while (1) { select(undef, undef, undef, 0.02) }' &
before=$!
start_module counters
wait_for 20 loaded counters
sleep 1
perl /tmp/work.pl
perl /tmp/work.pl
sleep 1
kill $before
kill -INT "$PID"
wait "$PID"
expect_eq status $? 0
expect_eq "one that ran before, and two times four" "$(cat /tmp/counters.out)" "9 tasks, many, 0 bad, 0 slow"
expect_eq stderr "$(cat /tmp/counters.err)" ""
gone counters || fail "still loaded"

run_module target -c 'exec perl -e "my \$x; for (1 .. 3000000) { \$x += \$_ } print 1 if fork"'
expect_eq "the target's" "$OUT" "1samples same faults"

run_module absent -c true
expect_match "no hardware" "$ERR" 'this machine has no hardware counter for type 0, config 0x0'
expect_eq status $STATUS 1
run_module nobody
expect_match "no target" "$ERR" 'nothing says which process is meant'
run_module each
expect_eq "of each processor" "$OUT $ERR" "0 many "
run_module stranger -c 'exec dd if=/dev/zero of=/dev/null count=1'
expect_match "a task that is not counted" "$OUT" 'this task has no such performance counter'
