# SPDX-License-Identifier: GPL-2.0-or-later
# Functions of modules: ext4 on a loop device, and a module that comes and goes under a script that watches it.
# needs x86 module:ext4
# module ext4
#| global n, outs, bytes
#| probe module("ext4").function("ext4_file_write_iter") {
#| 	if (pid() == target() && kernel_string($iocb->ki_filp->f_path->dentry->d_name->name) == "data") n++
#| }
#| probe module("ext4").function("ext4_file_write_iter").return {
#| 	if (pid() == target() && $return == 1000) { outs++; bytes += $return }
#| }
#| probe end { printf("%d %d %d\n", n, outs, bytes) }
# module wild
#| global seen, wrong
#| probe module("ext[4]").function("ext4_sync_fil*") { seen[probefunc()]++; if (pp() !~ "^module.\"ext4\"..function.\"ext4_sync_file") wrong++ }
#| probe module("ext4").function("ext4_sync_file").return { seen["return"]++ }
#| probe kernel.trace("ext4:ext4_sync_file_*") { seen[$$name]++ }
#| probe end { foreach (k+ in seen) printf("%s %d\n", k, seen[k]); println(wrong) }
# module cycles
#| global inits, outs, exits, events
#| probe module("dummy").function("dummy_init_module") ? { inits++ }
#| probe module("dummy").function("dummy_setup") { inits++ }
#| probe module("dummy").function("dummy_setup").return.maxactive(10) { outs++ }
#| probe module("d*my").function("dummy_free_netdev") ?, module("dummy").function("dummy_dev_uninit") ? { exits++ }
#| probe end { printf("%d %d %d\n", inits, outs, exits) }
# module tracecycles
#| global n
#| probe kernel.trace("ext4:ext4_mark_inode_dirty") { n++ }
#| probe end { println(n > 0) }
# module late
#| global n
#| probe kprobe.module("dummy").function("no_such_thing") { println("wrong") }
#| probe module("dummy").function("dummy_setup") { n++ }
#| probe end { println(n) }
# timeout 240

dd if=/dev/zero of=/tmp/image bs=1M count=16 2>/dev/null
mkfs.ext4 -q -O ^has_journal /tmp/image >/dev/null 2>&1 || mkfs.ext4 -q /tmp/image
mkdir -p /tmp/modules-disk

# Started before the module is there: mount brings it.
run_module wild -c 'modprobe loop; modprobe ext4; mount -o loop /tmp/image /tmp/modules-disk; dd if=/dev/zero of=/tmp/modules-disk/data bs=1000 count=3 conv=fsync 2>/dev/null; umount /tmp/modules-disk'
expect_eq status $STATUS 0
expect_eq stderr "$ERR" ""
expect_eq "fsync, its return and its events" "$OUT" "ext4_sync_file 1
ext4_sync_file_enter 1
ext4_sync_file_exit 1
return 1
0"

# There already: types of the module and of the kernel.
mount -o loop /tmp/image /tmp/modules-disk
run_module ext4 -c 'exec dd if=/dev/zero of=/tmp/modules-disk/data bs=1000 count=50 2>/dev/null'
expect_eq status $STATUS 0
expect_eq "writes, returns, bytes" "$OUT" "50 50 50000"
umount /tmp/modules-disk

rmmod dummy 2>/dev/null
run_module cycles -c 'i=0; while [ $i -lt 20 ]; do modprobe dummy numdummies=3 || exit 1; rmmod dummy || exit 1; i=$((i+1)); done'
expect_eq status $STATUS 0
expect_eq stderr "$ERR" ""
expect_match "20 times three devices" "$OUT" '^(60|80) 60 [0-9]+$'

run_module tracecycles -c 'i=0; while [ $i -lt 5 ]; do mount -o loop /tmp/image /tmp/modules-disk && touch /tmp/modules-disk/x$i && umount /tmp/modules-disk && rmmod ext4 && modprobe ext4 || exit 1; i=$((i+1)); done'
expect_eq status $STATUS 0
expect_eq "events of a module that was loaded again" "$OUT" 1

# Removed while its functions are probed, and the script goes on and ends in good order.
modprobe dummy
run_module cycles -c 'rmmod dummy; sleep 0.1'
expect_eq status $STATUS 0
expect_eq stderr "$ERR" ""

# What cannot be probed in a module that comes later is said, and counted; the rest goes on.
run_module late -c 'modprobe dummy numdummies=1; rmmod dummy; modprobe dummy numdummies=1; rmmod dummy'
expect_eq "status of places that are not there" "$STATUS $OUT" "0 2"
expect_match "a place that is not there" "$ERR" 'WARNING: cannot probe no_such_thing: the module that is loaded has no such function'
expect_match "in the ledger" "$ERR" 'no_such_thing.*2 places not probed \(in a module that was loaded later\)'
run_module late --format=json --fail-on-loss -c 'modprobe dummy numdummies=1; rmmod dummy'
expect_eq "status with --fail-on-loss" $STATUS 2
expect_match "in JSON" "$OUT" '"type":"loss","probe":"[^}]*no_such_thing[^}]*","cause":"place","count":1}'
