# SPDX-License-Identifier: GPL-2.0-or-later
# A band-aid is switched off and on, also for a time, and its figures are read, while it runs.
# timeout 120
# module bandaid
#| probe timer.ms(20) if (cve_enabled_p) {
#|	cve_count_metric("ticks")
#|	cve_record_metric("fixing", cve_fix_p)
#| }
#| probe procfs("away").write { cve_tmpdisable(strtol($value, 10)) }
#| probe procfs("stop").write { exit() }

d=/proc/sonde/$(basename "$MOD_bandaid" .ko)
figure() { sed -n "s/^$1 //p" "$d/__prometheus"; }
ticks() { figure 'cve_metrics{metric="ticks"}'; }
more() { [ "$(ticks)" -gt "$1" ]; }

PARAMETERS=cve_notify_p=1 start_module bandaid
wait_for 10 test -e "$d/cve_enabled_p"
wait_for 10 more 2
expect_eq "on" "$(cat "$d/cve_enabled_p" "$d/cve_fix_p" "$d/cve_trace_p" "$d/cve_notify_p" "$d/cve_tmpdisabled_s" | tr '\n' ' ')" "1 1 0 1 -1 "
expect_eq "what was recorded" "$(figure 'cve_metrics{metric="fixing"}')" 1

echo 0 >"$d/cve_fix_p"
n=$(ticks)
wait_for 10 more $((n + 1))
expect_eq "a value that changes" "$(figure 'cve_metrics{metric="fixing"}') $(figure cve_fix_p)" "0 0"

echo 0 >"$d/cve_enabled_p"
sleep 0.2
n=$(ticks)
sleep 1.5
expect_eq "off, and it stays off" "$(ticks)" "$n"
echo 1 >"$d/cve_enabled_p"
wait_for 10 more "$n"

echo 1 >"$d/away"
expect_eq "off for a time" "$(cat "$d/cve_enabled_p")" 0
n=$(ticks)
wait_for 20 more $((n + 2))
expect_eq "and on again" "$(cat "$d/cve_enabled_p" "$d/cve_tmpdisabled_s" | tr '\n' ' ')" "1 -1 "

echo >"$d/stop"
wait "$PID"
expect_match "what it says" "$(cat /tmp/bandaid.out)" 'band-aid is on.*band-aid is off'
