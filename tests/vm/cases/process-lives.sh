# SPDX-License-Identifier: GPL-2.0-or-later
# process.begin, .end, .thread.begin, .thread.end: fork, exec, threads, processes that are there already; by program, number and target.
# native
# timeout 240
#@ gcc -O1 -pthread -o threads "$SONDE_TOP/tests/vm/programs/threads.c"
# module program
#| probe process("true").begin { printf("begin %s %s %d\n", execname(), pp(), pid() == tid()) }
#| probe process("true").end { printf("end %s\n", execname()) }
# module tree
#| global name
#| probe process.begin { name[pid()] = execname() printf("+%s ", execname()) }
#| probe process.end { printf("-%s%s ", name[pid()], name[pid()] == execname() ? "" : "*") }
#| probe process.thread.begin { printf("(%d ", tid() != pid()) }
#| probe process.thread.end { printf("%d) ", tid() != pid()) }
#| probe end { println("") }
# module old
#| global n, seen
#| probe process.begin {
#| 	n++
#| 	if (execname() == "sleeper")
#| 		printf("%s %s %d %d %d %d\n", execname(), pexecname(), uid(), ns_uid(), ns_pid() == pid(), task_current() == pid2task(pid()))
#| }
#| probe process("/tmp/sleeper").begin {
#| 	printf("%s\n", user_string_n(@cast(@cast(task_current(), "task_struct")->mm, "mm_struct")->arg_start, 100))
#| }
#| probe process("/tmp/sleeper").end { println("end of it") exit() }
#| probe process(1).begin { printf("init: %d\n", pid()) }
#| probe timer.ms(300) { if (!seen++) printf("many: %d\n", n > 3) }

run_module program -c 'true; /bin/true; for i in 1 2 3; do /bin/true; done; ls / >/dev/null'
expect_eq stderr "$ERR" ""
expect_eq "by program" "$(sort <<<"$OUT" | uniq -c | sed 's/^ *//')" $'4 begin true process("/usr/bin/true").begin 1\n4 end true'

# The command is no process of ours before it runs. Processes that exchange their program end and begin; the shell's name for a
# child is that of the shell until then.
run_module tree -c "sh -c '/bin/true; exec $MODULES/threads 2 /bin/true'"
expect_eq stderr "$ERR" ""
expect_eq tree "$OUT" '+sh +sh -sh +sh +sh -sh +true -true -sh +threads (1 1) (1 1) (1 1) -threads +true -true -sh '

# A process that was there before: its names, ids and memory, and its end.
cp /usr/bin/sleep /tmp/sleeper
/tmp/sleeper 1000 &
sleeper=$!
"$SONDERUN" "$MOD_old" >/tmp/old.out 2>/tmp/old.err &
PID=$!
wait_for 20 grep -q many: /tmp/old.out
kill $sleeper
wait $PID || fail "status $?"
expect_eq stderr "$(cat /tmp/old.err)" ""
expect_eq "what was there" "$(sort /tmp/old.out)" $'/tmp/sleeper\nend of it\ninit: 1\nmany: 1\nsleeper bash 0 0 1 1'
