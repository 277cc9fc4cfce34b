# SPDX-License-Identifier: GPL-2.0-or-later
# Names that no page documents and scripts use: files opened by path, packets of IPv4, figures for Prometheus.
# timeout 120
# module names
#| global opened, packets, done
#| probe vfs.open { if (pid() == target() && pathname == "/proc/uptime") opened[execname(), 7]++ }
#| probe vfs.open.return { if (pid() == target() && pathname == "/proc/uptime" && !errno_p(ret)) done++ }
#| probe netfilter.ipv4.local_in { if (protocol == 1) packets[saddr] += length }
#| function thrice(n) { return sprint(3 * n) }
#| probe prometheus {
#|	@prometheus_dump_array2(opened, "opened", "program", "seven")
#|	@prometheus_dump_array1_map(packets, "bytes", "from", thrice, sprint)
#| }
#| probe begin { println("begin") }
#| probe end { printf("done %d\n", done) }
d=/proc/sonde/$(basename "$MOD_names" .ko)
busybox ip link set lo up
start_module names -x $$
wait_for 5 test -e "$d/prometheus"
read -r _ </proc/uptime
read -r _ </proc/uptime
busybox ping -q -c 1 127.0.0.1 >/dev/null
expect_eq "figures" "$(cat "$d/prometheus")" 'opened{program="bash",seven="7"} 2
bytes{from="127.0.0.1"} 504'
kill -INT "$PID"
wait "$PID"
expect_match "opens that came back" "$(cat /tmp/names.out)" 'done 2'
