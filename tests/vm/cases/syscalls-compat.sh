# SPDX-License-Identifier: GPL-2.0-or-later
# System calls of a 32-bit program: syscall_any names them by its own numbers; syscall.* takes none of them for something else,
# and decodes those that only such programs make.
# native
# timeout 120
#@ gcc -m32 -ffreestanding -nostdlib -static -fno-pic -no-pie -fno-stack-protector -O1 -o compat32 $SONDE_TOP/tests/vm/programs/compat32.c
# module any
#| probe syscall_any { if (execname() == "compat32") println(syscall_nr, " ", name, " ", compat) }
#| probe syscall_any.return { if (execname() == "compat32") println(name, " = ", retval) }
#| probe begin, end { println(__syscall_name_32(5), __syscall_name_32(223), __syscall_name_32(462)) }
# module text
#| probe syscall.* { if (execname() == "compat32") println(name, "(", argstr, ")") }
# module parts
#| probe syscall.*.return { if (execname() == "compat32") println(name, " = ", retstr) }
#| probe syscall.waitpid { printf("waitpid %d %s %d\n", pid, options_str, status_uaddr) }
#| probe syscall.compat_fallocate { if (execname() == "compat32") printf("fallocate %#x %s\n", offset, mode_str) }
#| probe syscall.compat_utimensat { printf("utimensat %s %s %s\n", dfd_str, filename, tsp_str) }
#| probe syscall.compat_execve { printf("execve %s %s\n", filename, args) }
#| probe syscall.chown16 { printf("chown %s %d %d\n", path_unquoted, owner, group) }
#| probe syscall.ssetmask { printf("ssetmask %#x %s\n", newmask, newmask_str) }
#| probe syscall.sigprocmask { printf("sigprocmask %s %s\n", how_str, set_str) }
#| probe syscall.send { printf("send %d %s %d %s\n", s, buf, len, flags_str) }

run_module any -c "$MODULES/compat32"
expect_eq status "$STATUS" 0
# Its exec was asked for by a 64-bit program and is answered to a 32-bit one.
expect_eq output "$(sed -e 's/^\(getpid\|open\) = [0-9]*$/\1 = N/' -e '/^7 waitpid/,/^1 exit/d' <<<"$OUT")" 'openmseal
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
openmseal'
expect_eq numbers "$(sed -n -e '/^7 waitpid/,/^1 exit/s/ 1$//p' <<<"$OUT" | tr '\n' ' ')" \
	'7 waitpid 182 chown 140 _llseek 162 nanosleep 126 sigprocmask 69 ssetmask 68 sgetmask 102 socketcall 11 execve 194 ftruncate64 324 fallocate 320 utimensat 164 setresuid 34 nice 17 break 1 exit '

run_module text -c "$MODULES/compat32"
expect_eq status "$STATUS" 0
expect_eq text "$OUT" 'getpid()
waitpid(-1, NULL, WNOHANG)
chown16("/nowhere", 1, -1)
llseek(77, 1, 2, NULL, SEEK_END)
nanosleep({tv_sec=0, tv_nsec=1000}, NULL)
sigprocmask(SIG_BLOCK, [USR1 USR2], NULL)
ssetmask([USR1])
sgetmask()
send(77, "text", 4, MSG_DONTWAIT)
execve("/nowhere", ["one", "two \"2\""], NULL)
ftruncate64(77, 4294967301)
ftruncate64(77, 4294967301)
fallocate(77, FALLOC_FL_KEEP_SIZE, 8589934593, 3)
utimensat(AT_FDCWD, "/nowhere", [{tv_sec=1, tv_nsec=2}, UTIME_NOW], AT_SYMLINK_NOFOLLOW)
setresuid16(-1, -1, -1)
nice(0)
ni_syscall()'

# The file that is cut has two names.
run_module parts -c "$MODULES/compat32"
expect_eq status "$STATUS" 0
expect_eq parts "$(sed 's/^getpid = .*/getpid = N/' <<<"$OUT")" 'execve = 0
getpid = N
waitpid -1 WNOHANG 0
waitpid = -10 (ECHILD)
chown /nowhere 1 -1
chown16 = -2 (ENOENT)
llseek = -9 (EBADF)
nanosleep = 0
sigprocmask SIG_BLOCK [USR1 USR2]
sigprocmask = 0
ssetmask 0x200 [USR1]
ssetmask = 2560
sgetmask = 512
send 77 "text" 4 MSG_DONTWAIT
send = -9 (EBADF)
execve "/nowhere" ["one", "two \"2\""]
execve = -2 (ENOENT)
ftruncate64 = -9 (EBADF)
ftruncate64 = -9 (EBADF)
fallocate 0x200000001 FALLOC_FL_KEEP_SIZE
fallocate = -9 (EBADF)
utimensat AT_FDCWD "/nowhere" [{tv_sec=1, tv_nsec=2}, UTIME_NOW]
utimensat = -2 (ENOENT)
setresuid16 = 0
nice = 0
ni_syscall = -38 (ENOSYS)'
