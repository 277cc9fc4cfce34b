# SPDX-License-Identifier: GPL-2.0-or-later
# Fields of the records of trace events, against what the arguments say and what really was done: fixed fields, arrays,
# text of any length, systems' own names, modules; processors that go, traffic all the while, and beside tracefs's own records.
# needs module:ext4
# timeout 240
# Systems and records are found in the image and in modules' files, on every machine.
#@ "$SONDE_BUILD/sonde" $SONDE_CROSS -r "$RELEASE" -L 'kernel.trace("sched:sched_switch")' >listed && grep -q ' \$prev_comm:char\[16\] \$prev_pid:' listed
#@ "$SONDE_BUILD/sonde" $SONDE_CROSS -r "$RELEASE" -L 'kernel.trace("ext4:ext4_sync_file_enter")' >listed && grep -q ' \$ino:' listed
#@ "$SONDE_BUILD/sonde" $SONDE_CROSS -r "$RELEASE" -p2 -e 'probe kernel.trace("sched:sched_switch") { }' >/dev/null 2>said && [ ! -s said ]
# module switch
#| global n, bad, last
#| probe kernel.trace("sched:sched_switch") {
#| 	n++
#| 	if ($prev_pid != $prev->pid || $next_pid != $next->pid || $prev_prio != $prev->prio || $next_prio != $next->prio) bad++
#| 	if ($prev_comm != kernel_string($prev->comm) || $next_comm != kernel_string($next->comm)) bad++
#| 	if ($prev_pid != tid() || pp() != "kernel.trace(\"sched:sched_switch\")" || $$name != "sched_switch") bad++
#| }
#| # An event whose class is called otherwise, and a record alone.
#| probe kernel.trace("sched_wakeup") { if ($pid != $p->pid || $prio != $p->prio || $comm != kernel_string($p->comm)) bad++; last++ }
#| probe kernel.trace("sched:sched_process_exec") { if ($pid == target()) println($filename) }
#| probe kernel.trace("sched:sched_process_exec") { if ($pid == target() && $filename != kernel_string($bprm->filename)) bad++ }
#| probe end { printf("%d %d %d\n", n > 20, last > 20, bad) }
# module block
#| global n, bad, bytes
#| probe kernel.trace("block:block_rq_issue") {
#| 	if ($rwbs !~ "^W") next
#| 	n++
#| 	bytes += $bytes
#| 	if ($sector != $rq->__sector || $nr_sector * 512 != $rq->__data_len || $bytes != $rq->__data_len || $comm != execname()) bad++
#| }
#| probe kernel.trace("ext4:ext4_sync_file_enter") { if ($ino != $file->f_inode->i_ino || $parent < 2) bad++; else n++ }
#| probe kernel.trace("ext4:ext4_sync_file_e*") { if ($dev) n++ }
#| probe kernel.trace("ext4:ext4_sync_file_exit") { printf("%d %d %d\n", n > 3, bytes > 1000000, bad) }
# module syscall
#| global outs, sum, mixed
#| @define READ %( %( arch == "x86_64" %? 0 %: 63 %) %)
#| @define THIRD %( %( arch == "x86_64" %? dx %: regs[2] %) %)
#| probe kernel.trace("raw_syscalls:sys_enter") { if (pid() == target() && $id == @READ && $args[2] == 1) outs++ }
#| probe kernel.trace("sys_enter") { if (pid() == target() && $id == @READ) { sum += $args[2]; if (@cast($regs, "struct pt_regs")->@THIRD == $args[2]) mixed++ } }
#| probe end { printf("%d %d %d\n", outs, sum > 4096, mixed > outs) }
# module online
#| global hits
#| probe kernel.trace("sched:sched_switch") { if ($prev_pid == $prev->pid) hits[cpu()]++ }
#| probe procfs("hits") .read { $value = sprintf("%d\n", hits[1]) }
# module storm
#| global n, bad
#| probe kernel.trace("sched:*") ? { if (@defined($pid)) n++ }
#| probe kernel.trace("irq:softirq_entry"), kernel.trace("timer:hrtimer_expire_entry") { if (@choose_defined($function, 1)) n++ }
#| probe kernel.trace("sched:sched_switch") { if ($prev_pid != $prev->pid) bad++ }
#| probe end { printf("%d %d\n", n > 100, bad) }

run_module switch -c 'for i in 1 2 3 4 5 6 7 8 9 10; do sleep 0.02; done; exec /bin/true'
expect_eq status $STATUS 0
expect_eq stderr "$ERR" ""
while read -r _ at type _; do [ "$type" != tracefs ] || umount "$at" || fail "tracefs stays"; done </proc/mounts
expect_eq "switches, wakeups, names" "$OUT" "/bin/sh
/bin/true
1 1 0"

dd if=/dev/zero of=/tmp/image bs=1M count=16 2>/dev/null
mkfs.ext4 -q /tmp/image
mkdir -p /tmp/record-disk
run_module block -c 'modprobe loop; modprobe ext4; mount -o loop /tmp/image /tmp/record-disk; exec dd if=/dev/zero of=/tmp/record-disk/data bs=100000 count=20 conv=fsync 2>/dev/null'
expect_eq status $STATUS 0
expect_eq stderr "$ERR" ""
expect_eq "requests and syncs, of a module that came later" "$OUT" "1 1 0"
umount /tmp/record-disk
rmmod ext4 || fail "ext4 is still in use"

run_module syscall -c 'exec dd if=/dev/zero of=/dev/null bs=1 count=4096 2>/dev/null'
expect_eq stderr "$ERR" ""
expect_eq "reads of one byte" "$OUT" "4096 1 1"

online=/sys/devices/system/cpu/cpu1/online
if [ -w $online ]; then
	d=/proc/sonde/$(basename "$MOD_online" .ko)
	start_module online
	wait_for 5 test -e "$d/hits"
	sleep 0.3
	echo 0 >$online
	h1=$(cat "$d/hits")
	[ "$h1" -gt 2 ] || fail "no hits on processor 1"
	echo 1 >$online
	sleep 0.5
	h2=$(cat "$d/hits")
	[ "$h2" -gt "$h1" ] || fail "no hits on processor 1 after it was away: $h1, $h2"
	echo 0 >$online
	kill -INT "$PID"
	wait "$PID"
	expect_eq status $? 0
	echo 1 >$online
	gone online || fail "still loaded"
fi

# Under load, beside another reader of the same events, and again and again.
mkdir -p /tmp/tracefs && mount -t tracefs none /tmp/tracefs && echo 1 >/tmp/tracefs/events/sched/enable
(while :; do /bin/true; done) &
load=$!
for i in 1 2 3 4 5 6; do
	run_module storm -c 'sleep 0.3'
	expect_eq status $STATUS 0
	expect_eq "under load ($i)" "$OUT" "1 0"
	gone storm || fail "still loaded"
done
start_module storm
sleep 0.5
kill -9 "$PID"
wait "$PID" 2>/dev/null
wait_for 6 gone storm
kill $load
echo 0 >/tmp/tracefs/events/sched/enable
grep -q '[1-9]' /tmp/tracefs/trace || fail "the other reader got nothing"
umount /tmp/tracefs
