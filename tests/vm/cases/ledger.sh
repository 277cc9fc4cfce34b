# SPDX-License-Identifier: GPL-2.0-or-later
# Every cause of loss: raised, and told of at the end, with -v beside the hits, as JSON, and by the exit status of --fail-on-loss.
# That of modules that come later ("place") is in modules.sh; a failed read ("fault"), which is no loss, in engine.case.
# timeout 200
# native
#@ printf 'int deep(int n) { return n ? deep(n - 1) + 1 : 0; }\nint main(void) { return deep(99) != 99; }\n' >deep.c
#@ gcc -g -O0 -static -o deep deep.c
#@ "$SONDE_BUILD/sonde" -p4 -r "$RELEASE" -m t_deep -e "global n, m; probe process(\"$PWD/deep\").function(\"deep\").return { n++ }
#@ 	probe process(\"$PWD/deep\").function(\"deep\").return { m += @entry(\$n) > 0 } probe end { println(n, \" \", m) }"
# module reentrant -w
#| global n
#| probe kernel.function("vfs_write") { if (pid() == target()) n += kernel_long($file) }
#| probe kernel.function("copy_from_kernel_nofault") { n++ }
# module ring -s1 -DMAXACTION=100000 -DSTP_NO_OVERLOAD
#| global s
#| probe begin { s = "0123456789abcdef" s .= s s .= s s .= s s .= s }
#| probe timer.ms(20) { for (i = 0; i < 6000; i++) println(s) exit() }
# module missed
#| probe kernel.function("hrtimer_nanosleep").return.maxactive(1) { if (execname() == "none") println("back") }
# module truncated -DMAXSTRINGLEN=16
#| global s
#| probe begin { s = "01234567" s .= s . "ab" exit() }
# module stack -DMAXSKIPPED=1000000 -DMINSTACKSPACE=32768
#| probe kernel.function("vfs_read") { println("enough") }
# module error --suppress-handler-errors
#| probe begin { println(1 / (cpu() - cpu())) }
#| probe timer.ms(50) { exit() }
# module offline
#| global n
#| probe kernel.function("vfs_write") { if ($count == 3) n++ }
# module lock -g -DMAXTRYLOCK=2 -DTRYLOCKDELAY=1 -DMAXSKIPPED=1000000000 -DSTP_NO_OVERLOAD
#| %{
#| #include <linux/atomic.h>
#| #include <linux/delay.h>
#| static atomic_t turns;
#| %}
#| global a, held
#| function turn() %{ atomic_inc(&turns); %}
#| // With the lock in hand, until the writer on another processor has been through its handlers, or will never be.
#| function hold:long() %{
#| 	int from = atomic_read(&turns), i;
#| 	for (i = 0; i < 200000 && atomic_read(&turns) - from < 3; i++)
#| 		udelay(10);
#| 	STAP_RETVALUE = atomic_read(&turns) - from;
#| %}
#| probe kernel.function("vfs_write") { if ($count == 3) turn() }
#| probe kernel.function("vfs_write") { if ($count == 3) a[cpu()] = a[cpu()] * 2 + 1 }
#| probe kernel.function("vfs_mkdir") { a[0] = 1 held = hold() >= 3 a[1] = a[0] }
#| probe end { println("held ", held) }

# lost CAUSE "WHAT IS SAID" MODULE [ARG...]: three runs.
lost()
{
	local cause=$1 text=$2
	shift 2
	"${before:-:}"
	run_module "$@"
	expect_match "$cause" "$STATUS $ERR" "^0 .*WARNING: lost: probe .*: [0-9]+ $text"
	"${before:-:}"
	run_module "$@" -v
	expect_match "$cause with -v" "$STATUS $ERR" "^0 .*WARNING: lost: probe .*: [0-9]+ $text"
	expect_match "the sum, with -v" "$ERR" 'sonderun: [0-9]+ records, [0-9]+ hits, [0-9]+ skipped, 0 errors'
	"${before:-:}"
	run_module "$@" --format=json --fail-on-loss
	expect_eq "status for $cause with --fail-on-loss: $ERR" $STATUS 2
	expect_match "$cause in JSON" "$OUT" "\"type\":\"loss\",\"probe\":\"[^}]*\",\"cause\":\"$cause\",\"count\":[1-9][0-9]*}"
	echo "$cause: ${BASH_REMATCH[0]}"
}

few='exec dd if=/dev/zero of=/dev/null bs=3 count=5 status=none'
lost reentrant 'hits? skipped \(a handler was running on the CPU\)' reentrant -c "$few"
lost ring 'records? dropped \(ring full; try -s MB\)' ring
lost missed 'hits? missed \(the kernel could not call the probe; for .return try .maxactive\(N\)\)' missed -c 'sleep 0.7 & sleep 0.7 & sleep 0.7 & wait'
lost truncated 'strings? cut \(longer than MAXSTRINGLEN; try -DMAXSTRINGLEN=N\)' truncated
lost stack 'hits? skipped \(too little kernel stack was left\)' stack -c 'cat /etc/hostname >/dev/null'
lost error 'handlers? cut short \(a run-time error, hidden by --suppress-handler-errors\)' error
# A kprobe that is hit within another is the kernel's to count; so are calls of programs deeper than it follows.
# One processor writes all the time, and each write wants the lock; the other comes by once and keeps it. The writer has to be past its start by then, which may need the other processor.
lost lock 'hits? skipped \(a lock was not to be had; try -DMAXTRYLOCK=N\)' lock -c 'taskset -c 1 dd if=/dev/zero of=/dev/null bs=3 count=1000000000 status=none & writer=$!
	until grep -qx dd /proc/$writer/comm; do sleep 0.1; done; sleep 1; taskset -c 0 mkdir /tmp/held; rmdir /tmp/held; kill $writer; wait $writer 2>/dev/null; true'
expect_match "the lock was held until others had wanted it" "$OUT" 'held 1'
! grep -q 'vfs_mkdir.*"cause":"lock"' <<<"$OUT" || fail "who has the lock has lost nothing: $OUT"
PARAMETERS=sd_without=ftrace lost missed 'hits? missed ' reentrant -c "$few"
MOD_deep=$MODULES/t_deep.ko
run_module deep -c "$MODULES/deep"
expect_eq "calls that returned, of a hundred" "$STATUS $OUT" "0 64 64"
expect_match "the others" "$ERR" 'deep"\).return: 36 hits missed .*
.*deep"\).return: 36 hits missed '

online=/sys/devices/system/cpu/cpu1/online
if [ -w $online ]; then
	gone_cpu() { echo 0 >$online; }
	before=gone_cpu
	lost offline 'hits? skipped \(on a CPU that came online after the script was loaded\)' offline \
		-c "echo 1 >$online; taskset -c 1 dd if=/dev/zero of=/dev/null bs=3 count=5 status=none"
fi
