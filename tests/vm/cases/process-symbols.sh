# SPDX-License-Identifier: GPL-2.0-or-later
# Names of user addresses: of a probed program, of a library with --ldd and with -d, of files without names, of nothing.
# needs no-rt
# native
# timeout 120
# module named --ldd
#| global seen
#| probe process("cat").syscall {
#| 	if ($syscall == 0)
#| 		printf("%s %s\n", usymname(uaddr()), umodname(uaddr()))
#| 	if ($syscall == 0 && !seen++)
#| 		print(sprint_usyms(sprintf("%x 10", uaddr())))
#| }
#| probe end { println(usymname(0x1234)) }
# module plain
#| probe process.syscall {
#| 	if ($syscall == 0 && execname() == "cat") {
#| 		printf("%s %s\n", usymname(uaddr()) == sprintf("0x%x", uaddr()) ? "number" : usymname(uaddr()), umodname(uaddr()))
#| 		print_usyms(sprintf("%x", uaddr()))
#| 		try { println(umodname(0x10)) } catch (e) { println(e) }
#| 		exit()
#| 	}
#| }

run_module named -c 'cat /etc/hostname'
expect_eq status "$STATUS" 0
expect_eq stderr "$ERR" ""
expect_match "by name" "$OUT" '(^|
)(read|__read|_*libc_read) libc\.so\.6
'
expect_match "with everything" "$OUT" '
[a-z_]*read[a-z_]*\+0x[0-9a-f]+/0x[0-9a-f]+ \[/[a-z0-9_/.-]*\.so\.[0-9]\]
0x10
'
expect_match "none" "$OUT" '0x1234$'

run_module plain -c 'cat /etc/hostname'
expect_match "without tables" "$OUT" '^[^
]*
?number (libc\.so\.6|ld-linux-x86-64\.so\.2)
 0x[0-9a-f]+ : 0x[0-9a-f]+ \[(libc\.so\.6|ld-linux-x86-64\.so\.2)\+0x[0-9a-f]+\]
no file is known to be mapped at this user address'
