# SPDX-License-Identifier: GPL-2.0-or-later
# Four processors write more than the rings hold while the reader is suspended: what was lost is counted to the record,
# nobody waits for it, and it ends as ever.
# timeout 200
# machine --smp 4 --mem 1G
# module flood
#| global n, pad
#| probe begin { pad = "0123456789012345678901234567890123456789" for (i = 0; i < 3; i++) pad .= pad println("ready") }
#| probe kernel.function("vfs_write") { if ($count == 3) { n++ printf("%s\n", pad) } }
#| probe end { printf("total %d\n", n) }
# module leave
#| global n
#| probe timer.ms(1) { n++ printf("%d\n", n) if (n == 200) exit() }
#| probe end { println("end") }

. "$SONDE_TOP/tests/lib/stress.sh"

write()
{
	local cpu
	for cpu in 0 1 2 3; do
		taskset -c $cpu dd if=/dev/zero of=/dev/null bs=3 count=$1 status=none &
		jobs="$jobs $!"
	done
	# shellcheck disable=SC2086
	wait $jobs
}

while rounds 2; do
	jobs=
	start_module flood
	wait_for 20 grep -q ready /tmp/flood.out
	kill -STOP "$PID"
	write 4000
	kill -CONT "$PID"
	sleep 0.3
	kill -INT "$PID"
	wait "$PID"
	expect_eq status $? 0
	lost=$(sed -nE 's/^WARNING: lost: probe kernel\.function\("vfs_write"\): ([0-9]+) records dropped \(ring full; try -s MB\)$/\1/p' /tmp/flood.err)
	expect_eq "the total" "$(tail -n 1 /tmp/flood.out)" "total 16000"
	[ "${lost:-0}" -gt 1000 ] || fail "lost ${lost:-none}: $(cat /tmp/flood.err)"
	expect_eq "printed and lost" $(($(grep -cE '^[0-9]{320}$' /tmp/flood.out) + lost)) 16000
	expect_eq "lines" "$(grep -cvE '^[0-9]{320}$' /tmp/flood.out)" 2
	echo "$lost of 16000 lost"
	clean flood
	# It asks for its end while nobody listens.
	start_module leave
	kill -STOP "$PID"
	sleep 1
	kill -CONT "$PID"
	wait "$PID"
	expect_eq "status of the other" $? 0
	expect_eq "its last words" "$(tail -n 1 /tmp/leave.out)" end
	clean leave
done
