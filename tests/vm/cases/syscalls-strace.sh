# SPDX-License-Identifier: GPL-2.0-or-later
# What syscall.* says of some 390 system calls, argument by argument, beside what strace says of the same ones at the same time.
# native
# timeout 200
#@ gcc -O1 -o syscalls $SONDE_TOP/tests/vm/programs/syscalls.c
#@ cp $SONDE_TOP/tests/vm/programs/syscalls.awk compare
# module calls
#| probe syscall.* { if (execname() == "syscalls") printf("E %d %s(%s)\n", tid(), name, argstr) }
#| probe syscall.*.return { if (execname() == "syscalls") printf("R %d %s\n", tid(), retstr) }

command -v strace >/dev/null || fail "there is no strace here"
run_module calls -c "strace -o /tmp/theirs $MODULES/syscalls"
expect_eq status "$STATUS" 0
expect_eq stderr "$ERR" ""
awk -f "$MODULES/compare" /tmp/theirs - <<<"$OUT" >/tmp/report || fail "$(cat /tmp/report)"
cat /tmp/report
