# SPDX-License-Identifier: GPL-2.0-or-later
# Load and unload two dozen times in a row, with probes of every kind, while they are hit.
# timeout 120
# module all
#| global n
#| probe begin { n = 1 }
#| probe kernel.function("vfs_read"), kernel.function("vfs_write"), kernel.function("do_sys_open*") { n++ }
#| probe kernel.function("vfs_read").return, kernel.function("vfs_write").return { n++ }
#| probe timer.ms(1), timer.jiffies(1) { n++ }
#| probe end { println(n > 1 ? "ok" : "no hits") }

while :; do dd if=/dev/zero of=/dev/null bs=1 count=1000 status=none; done &
busy=$!
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24; do
	run_module all -c 'cat /etc/hostname >/tmp/x'
	expect_eq "status of run $i" $STATUS 0
	expect_eq "output of run $i" "$OUT" ok
	expect_eq "stderr of run $i" "$ERR" ""
	gone all || fail "still loaded after run $i"
done
kill $busy
