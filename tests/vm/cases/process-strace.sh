# SPDX-License-Identifier: GPL-2.0-or-later
# process.syscall counts what strace -c counts, call by call, for a run of tar.
# native
# timeout 200
#@ echo '#include <sys/syscall.h>' | gcc -E -dM - | sed -n 's/^#define __NR_\([a-z0-9_]*\) \([0-9]*\)$/\2 \1/p' >numbers
# module calls
#| global made, returned
#| probe process("tar").syscall { made[$syscall]++ }
#| probe process("tar").syscall.return { returned[$syscall]++ }
#| probe end {
#| 	foreach (n in returned)
#| 		printf("%d %d\n", n, returned[n])
#| 	foreach (n in made)
#| 		if (made[n] != returned[n])
#| 			warn(sprintf("%d: %d calls, %d returns", n, made[n], returned[n]))
#| }

mkdir -p /tmp/tree/a /tmp/tree/b
cp /etc/passwd /etc/group /etc/services /tmp/tree/a
head -c 300000 /dev/urandom >/tmp/tree/b/random
command -v strace >/dev/null || fail "there is no strace here"
strace -f -c -o /tmp/strace.out tar cf /tmp/x.tar -C /tmp tree || fail "tar"
run_module calls -c 'tar cf /tmp/x.tar -C /tmp tree'
expect_eq status "$STATUS" 0
# What does not return: exit_group. The call of execve was the shell's, its return tar's.
expect_eq stderr "$ERR" 'WARNING: 231: 1 calls, 0 returns'
join <(sort "$MODULES/numbers") <(sort <<<"$OUT") | awk '{print $2, $3}' | sort >/tmp/ours
# Columns: share, seconds, usecs/call, calls, errors (or nothing), name.
awk '$1 ~ /^[0-9.]+$/ && $NF != "total" {print $NF, $4}' /tmp/strace.out | sort >/tmp/theirs
[ "$(wc -l </tmp/theirs)" -gt 10 ] || fail "strace counted little: $(cat /tmp/strace.out)"
diff /tmp/theirs /tmp/ours >/tmp/diff || fail "strace and we differ: $(cat /tmp/diff)"
