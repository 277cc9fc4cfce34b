# SPDX-License-Identifier: GPL-2.0-or-later
# Every limit is reached, in handlers that others run beside: it holds, is told by its name, and the script goes on or ends as
# the manual says.
# timeout 400
# machine --smp 4 --mem 1G
# module action -DMAXACTION=50 -DMAXERRORS=1000000
#| global n, j
#| probe kernel.function("vfs_read") { n++ for (i = 0; i < 100; i++) j++ }
#| probe timer.ms(200) { if (n > 5) exit() }
# module nesting -DMAXNESTING=4 -DMAXERRORS=1000000
#| global n
#| function f:long(i) { return i > 5 ? 0 : f(i + 1) + 1 }
#| probe kernel.function("vfs_read").return { n++ f(0) }
#| probe timer.ms(200) { if (n > 5) exit() }
# module entries -DMAXMAPENTRIES=10 -DMAXERRORS=1000000
#| global a, n
#| probe kernel.trace("sys_enter") { a[n++] = 1 }
#| probe timer.ms(200) { if (n > 20) exit() }
#| probe end { foreach (k in a) m++ println("entries ", m) }
# module string -DMAXSTRINGLEN=16
#| global s, n
#| probe timer.ms(5) { s .= "0123456789" n++ if (n > 5) exit() }
#| probe end { println(strlen(s)) }
# module errors -DMAXERRORS=3
#| global n
#| probe timer.us(500) { n++ error("no " . sprint(n)) }
#| probe error { println("error probe ", n) }
#| probe end { println("not this") }
# module skipped -DMAXSKIPPED=5 -DMINSTACKSPACE=32768
#| global n
#| probe kernel.function("vfs_read") { n++ }
#| probe error { println("error probe ", n) }
# module stack -DMAXSKIPPED=1000000 -DMINSTACKSPACE=32768
#| global n
#| probe kernel.function("vfs_read") { n++ }
#| probe end { println("hits ", n + 0) }
# module lock -g -DMAXTRYLOCK=2 -DTRYLOCKDELAY=1 -DMAXSKIPPED=1000000000 -DSTP_NO_OVERLOAD
#| %{
#| #include <linux/atomic.h>
#| #include <linux/delay.h>
#| static atomic_t turns;
#| %}
#| global a, b, seen
#| function turn() %{ atomic_inc(&turns); %}
#| // Keeps the lock until others have been through their handlers a few times.
#| function hold:long() %{
#| 	int from = atomic_read(&turns), i;
#| 	for (i = 0; i < 100000 && atomic_read(&turns) - from < 10; i++)
#| 		udelay(10);
#| 	STAP_RETVALUE = atomic_read(&turns) - from;
#| %}
#| probe kernel.function("vfs_write") { if ($count == 3) turn() }
#| probe kernel.function("vfs_write") { if ($count == 3) { a[cpu()]++ b++ } }
#| probe timer.ms(20) { if (b > 100) { b = 0 seen += hold() >= 10 a[-1]++ } if (seen > 3) exit() }
#| probe end { println("held ", seen > 3) }
# module backtrace -DMAXBACKTRACE=2
#| probe kernel.function("vfs_read") { print_backtrace() exit() }
# module interruptible -DMAXACTION_INTERRUPTIBLE=1000
#| global j
#| probe begin { for (i = 0; i < 100000; i++) j++ }
#| probe end { println("not this") }
#| probe error { println("j ", j) }
# module overload -DSTP_OVERLOAD_THRESHOLD=1000000 -DSTP_OVERLOAD_INTERVAL=100000000
#| global n
#| probe timer.profile, timer.us(200) { for (i = 0; i < 400; i++) n++ }
#| probe error { println("error probe") }
# module memory -DSTP_MAXMEMORY=500
#| global a
#| probe begin { a[1] = 1 }

. "$SONDE_TOP/tests/lib/stress.sh"

# limit NAME STATUS WANTED-OUTPUT WANTED-ERRORS: regular expressions.
limit()
{
	run_module $1 --timeout=40
	expect_eq "status of $1: $OUT $ERR" "$STATUS" "$2"
	expect_match "output of $1" "$OUT" "$3"
	expect_match "stderr of $1" "$ERR" "$4"
	clean $1
}

trap quiet EXIT
traffic
limit action 1 '' 'ERROR: MAXACTION exceeded near .*while running: kernel\.function\("vfs_read"\).*-DMAXACTION='
limit nesting 1 '' 'ERROR: MAXNESTING exceeded near .*-DMAXNESTING='
limit entries 1 'entries 10' 'ERROR: Array overflow, check MAXMAPENTRIES \(10\)'
limit string 0 '^15$' 'lost: probe timer\.ms\(5\): [0-9]+ strings cut \(longer than MAXSTRINGLEN'
limit errors 1 '^error probe [4-9]$' 'ERROR: no 1 .*ERROR: no 4 '
limit skipped 1 '^error probe 0$' 'MAXSKIPPED'
limit memory 1 '' 'STP_MAXMEMORY allows 500 kB'
limit interruptible 1 '^j [0-9]+$' 'ERROR: MAXACTION exceeded near .*-DMAXACTION_INTERRUPTIBLE='
limit overload 1 'error probe' 'ERROR: probe overhead exceeded threshold'
run_module stack -c 'cat /etc/passwd >/dev/null'
expect_eq "stack: $ERR" "$STATUS $OUT" "0 hits 0"
expect_match "stack" "$ERR" 'lost: probe kernel\.function\("vfs_read"\): [0-9]+ hits? skipped \(too little kernel stack was left\)'
quiet
start_module lock --timeout=120
traffic_pids=
for cpu in 0 1 2 3; do
	taskset -c $cpu dd if=/dev/zero of=/dev/null bs=3 count=1000000000 status=none &
	traffic_pids="$traffic_pids $!"
done
wait $PID || fail "lock: status $?: $(cat /tmp/lock.err)"
expect_eq "lock" "$(grep held /tmp/lock.out)" "held 1"
expect_match "lock" "$(cat /tmp/lock.err)" 'lost: probe kernel\.function\("vfs_write"\): [0-9]+ hits? skipped \(a lock was not to be had; try -DMAXTRYLOCK=N\)'
quiet
clean lock
run_module backtrace
expect_eq "backtrace: $ERR" "$STATUS $(grep -c '0x' <<<"$OUT")" "0 2"
