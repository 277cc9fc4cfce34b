# SPDX-License-Identifier: GPL-2.0-or-later
# Load and unload two dozen times in a row, with probes of every kind.
# Nothing hits the probes while they are attached and detached: QEMU 7.2's emulation of two processors may go on
# executing a breakpoint that the other one has already replaced, for ever, and the more often the harder they are hit.
# timeout 120
# module light
#| global n
#| probe kernel.function("vfs_read") { n++ }
#| probe timer.ms(1) { n++ }
#| probe end { println(n > 1 ? "ok" : "no hits") }
# module all
#| global n
#| probe begin { n = 1 }
#| probe kernel.function("vfs_read"), kernel.function("vfs_write"), kernel.function("do_sys_open*") { n++ }
#| probe kernel.function("vfs_read").return, kernel.function("vfs_write").return { n++ }
#| probe timer.ms(1), timer.jiffies(1) { n++ }
#| probe end { println(n > 1 ? "ok" : "no hits") }

cycle()
{
	run_module $1 -c 'exec dd if=/dev/zero of=/dev/null bs=1 count=300 status=none'
	expect_eq "status of run $i" $STATUS 0
	expect_eq "output of run $i" "$OUT" ok
	expect_eq "stderr of run $i" "$ERR" ""
	gone $1 || fail "still loaded after run $i"
}

for ((i = 1; i <= 16; i++)); do
	cycle light
done
for ((i = 17; i <= 24; i++)); do
	cycle all
done
