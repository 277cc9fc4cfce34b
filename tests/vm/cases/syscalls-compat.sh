# SPDX-License-Identifier: GPL-2.0-or-later
# System calls of a 32-bit program: syscall_any names them by its own numbers; syscall.* takes none of them for something else.
# native
# timeout 120
#@ gcc -m32 -ffreestanding -nostdlib -static -fno-pic -no-pie -fno-stack-protector -O1 -o compat32 $SONDE_TOP/tests/vm/programs/compat32.c
# module any
#| probe syscall_any { if (execname() == "compat32") println(syscall_nr, " ", name, " ", compat) }
#| probe syscall_any.return { if (execname() == "compat32") println(name, " = ", retval) }
#| probe syscall.* { if (execname() == "compat32") println("also ", name, "(", argstr, ")") }
#| probe begin, end { println(__syscall_name_32(5), __syscall_name_32(223), __syscall_name_32(462)) }

run_module any -c "$MODULES/compat32"
expect_eq status "$STATUS" 0
[ "$(grep -c ' = -38$' <<<"$OUT")" = 0 ] || fail "no such call: $OUT"
# Its exec was asked for by a 64-bit program and is answered to a 32-bit one.
expect_eq output "$(sed 's/^\(getpid\|open\) = [0-9]*$/\1 = N/; /^also getpid()$/d' <<<"$OUT")" 'openmseal
execve = 0
20 getpid 1
getpid = N
5 open 1
open = N
4 write 1
write = -9
90 mmap 1
mmap = -14
295 openat 1
openat = -2
1 exit 1
openmseal'
