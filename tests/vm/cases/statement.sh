# SPDX-License-Identifier: GPL-2.0-or-later
# Places inside of functions, counted against what is known of the reader, and against one another.
# needs debuginfo
# timeout 120
# module stmt
#| global entry, reads, statement, inlined, all, named, twice
#| probe kernel.function("vfs_read") { if (execname() == "dd") entry++ }
#| probe kernel.function("ksys_read") { if (execname() == "dd") reads++ }
#| probe kernel.statement("vfs_read@fs/read_write.c:+3").nearest { if (execname() == "dd") { statement++; names[pp()]++ } }
#| global names
#| probe kernel.function("inc_syscr").inline { if (execname() == "dd") inlined++ }
#| probe kernel.function("rw_verify_area@fs/read_write.c").call { if (execname() == "dd") all++ }
#| probe kernel.function("vfs_read").callee("rw_verify_area") { if (execname() == "dd") named++ }
#| probe kernel.function("ksys_read").callees(2) {
#| 	if (execname() == "dd" && probefunc() == "rw_verify_area") twice++
#| }
#| probe end {
#| 	foreach (n in names) println(n)
#| 	printf("entry %d statement %d inlined %d all %d named %d twice %d reads %d\n", entry, statement, inlined, all, named, twice, reads)
#| }
# module callee
#| global entry, ret, inside, all, last
#| probe kernel.function("vfs_read").callee("rw_verify_area") { if (execname() == "dd") entry++ }
#| probe kernel.function("vfs_read").callee("rw_verify_area").return {
#| 	if (execname() == "dd") { ret++; if (@defined($ppos)) last = probefunc() . sprintf(" %d %d", $return, $count) }
#| }
#| # Two more hooks on the same calls: the return addresses are not what they were.
#| probe kernel.function("rw_verify_area").return { if (execname() == "dd") all++ }
#| probe kernel.function("vfs_write").callee("rw_verify_area").return { if (execname() == "dd") other++ }
#| global other, deep, reads
#| probe kernel.function("ksys_read") { if (execname() == "dd") reads++ }
#| probe kernel.function("ksys_read").callees(2) { if (execname() == "dd" && probefunc() == "inc_syscr") deep++ }
#| probe end { printf("entry %d return %d all %d other %d deep %d reads %d\n", entry, ret, all, other, deep, reads) println(last) }
# module label
#| global hits
#| probe kernel.function("do_sys_poll").label("*") { hits[pp()]++ }
#| probe kernel.function("do_sys_poll@fs/select.c").return { done++ }
#| global done
#| probe end { foreach (h in hits) println(h, " ", hits[h]); println("done ", done) }
# module ext4
#| global lines, address
#| probe module("ext4").statement("ext4_sync_file@fs/ext4/fsync.c:*") { lines[pp()]++ }
#| probe module("ext4").function("ext4_sync_file").inline ? { }
#| probe end { n = 0; foreach (l in lines) n++; printf("%s\n", n > 3 ? "lines" : "no lines") }
#@ file=$KERNEL_ROOT/usr/lib/debug/lib/modules/$RELEASE/kernel/fs/ext4/ext4.ko
#@ at=$(nm "$file" | awk '$3 == "ext4_sync_file" {print $1}')
#@ "$SONDE_BUILD/sonde" -p4 -r "$RELEASE" -m t_statement_address -e "
#@ 	global n
#@ 	probe module(\"ext4\").statement(0x$at) { n++ }
#@ 	probe end { println(n) }"

run_module stmt -c 'exec dd if=/dev/zero of=/dev/null bs=1 count=500'
expect_eq status $STATUS 0
read -r _ entry _ statement _ inlined _ all _ named _ twice _ reads <<<"$(tail -n 1 <<<"$OUT")"
[ "${entry:-0}" -ge 500 ] || fail "$OUT $ERR"
expect_eq "hits at a line of vfs_read" "$statement" "$entry"
expect_match "its name" "$(head -n 1 <<<"$OUT")" '^kernel.statement\("vfs_read@fs/read_write.c:[0-9]+"\)$'
expect_eq "hits in what was inlined into it" "$inlined" "$entry"
[ "$all" -ge $((entry + 500)) ] || fail "reads and writes both verify their area: $OUT"
expect_eq "rw_verify_area called by vfs_read" "$named" "$entry"
expect_eq "rw_verify_area called by vfs_read called by ksys_read" "$twice" "$reads"
[ "$reads" -ge 500 ] && [ "$reads" -lt "$entry" ] || fail "some are pread's: $OUT"

run_module callee -c 'exec dd if=/dev/zero of=/dev/null bs=1 count=500'
read -r _ entry _ ret _ all _ other _ deep _ reads <<<"$(head -n 1 <<<"$OUT")"
[ "${entry:-0}" -ge 500 ] && [ "$other" -ge 500 ] || fail "$OUT $ERR"
expect_eq "returns of rw_verify_area to vfs_read" "$ret" "$entry"
[ "$all" -ge $((ret + other)) ] || fail "more returns to two callers than there are: $OUT"
expect_eq "what was inlined into what ksys_read calls" "$deep" "$reads"
expect_eq "what it returned for one byte" "$(tail -n 1 <<<"$OUT")" "rw_verify_area 0 1"

run_module label -c 'exec timeout 1 bash -c "read -t 0.2 x < <(sleep 1)"'
expect_match "labels of do_sys_poll, and its returns" "$OUT" '"do_sys_poll@fs/select.c:[0-9]+"\).label\("[a-z_]+"\) [1-9].*done [1-9]'

modprobe ext4 || fail "no ext4"
dd if=/dev/zero of=/tmp/statement-disk bs=1M count=8 2>/dev/null
mkfs.ext4 -q /tmp/statement-disk && modprobe loop && mkdir -p /tmp/mnt && mount -o loop /tmp/statement-disk /tmp/mnt || fail "cannot mount"
run_module ext4 -c 'exec dd if=/dev/zero of=/tmp/mnt/a bs=100 count=1 conv=fsync'
expect_eq "lines of ext4_sync_file" "$OUT" lines
"$SONDERUN" -c 'for i in 1 2 3; do dd if=/dev/zero of=/tmp/mnt/b bs=100 count=1 conv=fsync; done' "$MODULES/t_statement_address.ko" >/tmp/out 2>/tmp/err
expect_eq "calls of ext4_sync_file" "$(</tmp/out)" 3
umount /tmp/mnt
# A module that is loaded while the script runs.
rmmod ext4 || fail "ext4 cannot be unloaded"
run_module ext4 -c 'modprobe ext4 && mount -o loop /tmp/statement-disk /tmp/mnt && dd if=/dev/zero of=/tmp/mnt/c bs=100 count=1 conv=fsync'
expect_eq "lines of ext4_sync_file, of a module that came later" "$STATUS $OUT" "0 lines"
umount /tmp/mnt
