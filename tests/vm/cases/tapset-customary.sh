# SPDX-License-Identifier: GPL-2.0-or-later
# Names that no page documents and scripts use: files opened by path, packets of IPv4, figures for Prometheus.
# timeout 120
# module names
#| global opened, packets, failed
#| probe vfs.open { if (pid() == target() && pathname == "/etc/hostname") opened[execname(), 7]++ }
#| probe vfs.open.return { if (pid() == target() && errno_p(ret)) failed++ }
#| probe netfilter.ipv4.local_in { if (protocol == 1) packets[saddr] += length }
#| function thrice(n) { return sprint(3 * n) }
#| probe prometheus {
#|	@prometheus_dump_array2(opened, "opened", "program", "seven")
#|	@prometheus_dump_array1_map(packets, "bytes", "from", thrice, sprint)
#| }
#| probe begin { println("begin") }
#| probe end { printf("failed %d\n", failed) }
d=/proc/sonde/$(basename "$MOD_names" .ko)
busybox ip link set lo up
start_module names -x $$
wait_for 5 test -e "$d/prometheus"
read -r _ </etc/hostname
{ read -r _ </etc/hostname; } 2>/dev/null
busybox ping -q -c 1 127.0.0.1 >/dev/null
expect_eq "figures" "$(cat "$d/prometheus")" 'opened{program="bash",seven="7"} 2
bytes{from="127.0.0.1"} 504'
kill -INT "$PID"
wait "$PID"
expect_match "an open that failed" "$(cat /tmp/names.out)" 'failed 0'
