# SPDX-License-Identifier: GPL-2.0-or-later
# process.syscall: by program, and of the target and its descendants only. exit_group does not return, and the return of
# execve is the new program's.
# native
# timeout 120
# module calls
#| global entered, returned, others, sent
#| probe process("ls").syscall {
#| 	if (execname() != "ls")
#| 		println("wrong program: ", execname())
#| 	entered++
#| 	if ($arg1 == 1 && $arg3 == 2)
#| 		sent = $syscall
#| }
#| probe process("/usr/../usr/bin/ls").syscall.return {
#| 	returned++
#| 	if ($syscall == sent && $return == 2)
#| 		println(pp(), " returned ", $return)
#| }
#| probe process.syscall { others[execname()]++ }
#| probe end {
#| 	println(entered - returned, " ", entered > 40, " ", others["ls"] == entered)
#| 	foreach (e+ in others)
#| 		if (e != "sh" && e != "ls" && e != "sonderun")
#| 			println("also ", e)
#| }

# Another process of the same program runs all the time.
(while sleep 0.1; do head -c 1 /dev/zero; ls /; done) >/dev/null &
other=$!
run_module calls -c 'ls -d /; true; /bin/true; ls -d /'
kill $other
expect_eq status "$STATUS" 0
expect_eq stderr "$ERR" ""
expect_eq output "$OUT" $'/\nprocess("/usr/../usr/bin/ls").syscall.return returned 2
/\nprocess("/usr/../usr/bin/ls").syscall.return returned 2\n0 1 1\nalso true'
