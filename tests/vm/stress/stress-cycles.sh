# SPDX-License-Identifier: GPL-2.0-or-later
# Load and unload under traffic, over and over: fifty times here, a thousand with --rounds 1000.
# timeout 400
# machine --smp 4 --mem 1G
# module light
#| global n
#| probe kernel.function("vfs_read") { n++ }
#| probe timer.ms(10) { if (n) exit() }
#| probe end { println(n > 0) }
# module all
#| global n, a, s
#| probe kernel.function("vfs_read"), kernel.function("vfs_write") { n++ a[pid()]++ s <<< n }
#| probe kernel.function("vfs_read").return, kernel.function("vfs_open").return { n++ }
#| probe kernel.trace("raw_syscalls:sys_exit") { n++ }
#| probe timer.profile, timer.us(500) { n++ }
#| probe procfs("x").read { $value = "x" }
#| probe timer.ms(20) { if (n > 10) exit() }
#| probe end { println(n > 0 && @count(s) >= 0 && a[0] >= 0) }

. "$SONDE_TOP/tests/lib/stress.sh"

cycle()
{
	run_module $1
	expect_eq "round $round of $1" "$STATUS $OUT" "0 1"
	gone $1 || fail "round $round: still loaded"
}

trap quiet EXIT
traffic
cycle light
cycle all
memory_mark
while rounds 25; do
	cycle light
	cycle all
done
echo "$((2 * round)) times"
quiet
memory_back 1000
