# SPDX-License-Identifier: GPL-2.0-or-later
# Functions and variables of modules from debuginfo, against what is known of the program that makes the calls.
# needs debuginfo
# timeout 120
# module functions
#| global entry, call, ret, exported, by_name, wrong, patterned, inside
#| probe module("ext[4]").function("ext4_file_write_it*@fs/ext4/file.c") { if (execname() == "dd") patterned++ }
#| probe module("ext*").statement("ext4_file_write_iter@file.c") { if (execname() == "dd") inside++ }
#| probe module("ext4").function("ext4_file_write_iter@file.c") { if (execname() == "dd") { entry++; if (probefunc() != "ext4_file_write_iter") wrong++ } }
#| probe module("ext4").function("ext4_file_write_iter@fs/ext4/file.c").call { if (execname() == "dd") call++ }
#| probe module("ext4").function("ext4_file_write_iter@file.c").return { if (execname() == "dd") ret[$return]++ }
#| probe module("ext4").function("ext4_file_write_iter") { if (execname() == "dd") by_name++ }
#| probe module("nf_conntrack").function("nf_ct_*@nf_conntrack_core.c").exported { exported++ }
#| probe end {
#| 	println(entry, " ", call, " ", ret[100], " ", by_name, " ", wrong, " ", exported, " ", patterned, " ", inside)
#| }
# module variables
#| global right, wrong, lines, shown, from, iocb
#| probe module("ext4").function("ext4_file_write_iter@file.c") { if (execname() == "dd") { iocb[tid()] = $iocb; from[tid()] = $from } }
#| probe module("ext4").statement("ext4_file_write_iter@file.c:*") {
#| 	if (execname() != "dd" || !(tid() in iocb)) next
#| 	lines[pp()]++
#| 	if (@defined($iocb)) { if ($iocb == iocb[tid()]) right++; else wrong++ }
#| 	if (@defined($from)) { if ($from == from[tid()]) right++; else wrong++ }
#| 	if (@defined($inode)) { if ($inode == @cast(iocb[tid()], "struct kiocb")->ki_filp->f_inode) right++; else wrong++ }
#| 	if ($$locals$$ =~ "inode=" && shown == "") shown = $$locals$
#| }
#| probe module("ext4").function("ext4_file_write_iter@file.c").return { delete iocb[tid()] }
#| probe end {
#| 	foreach (l in lines) n++
#| 	println(right > 20, " ", wrong, " ", n > 3, " ", shown =~ "inode=(0x[0-9a-f]+|[{?])")
#| 	println(@var("ext4_fs_type", "ext4")->name$, " ", kernel_string(@var("ext4_fs_type", "ext4")->name), " ", @var("ext4_fs_type", "ext4")->fs_flags & 1)
#| 	println(kernel_string(@var("ext4_fs_type@fs/ext4/super.c", "ext4")->name), " ", @defined(@var("ext4_no_such", "ext4")))
#| }
# What .exported takes of a module's source file: all that is declared there and that Module.symvers has.
#@ "$SONDE_BUILD/sonde" -r "$RELEASE" -l 'module("nf_conntrack").function("nf_ct_*@nf_conntrack_core.c").exported' >listed
#@ "$SONDE_BUILD/sonde" -r "$RELEASE" -l 'module("nf_conntrack").function("nf_ct_*@nf_conntrack_core.c").call' >all
#@ awk '$3 == "net/netfilter/nf_conntrack" { print $2 }' "$KERNEL_ROOT/lib/modules/$RELEASE/build/Module.symvers" | sort >symvers
#@ sed 's/.*function("\([^@]*\)@.*/\1/' listed | sort -u >listed.names
#@ sed 's/.*function("\([^@]*\)@.*/\1/' all | sort -u | comm -12 - symvers >expected
#@ [ "$(wc -l <expected)" -gt 5 ] && [ "$(wc -l <all)" -gt "$(wc -l <listed)" ] && diff listed.names expected
# module writes -g
#| # At the first statement, the length of what is written is made shorter: the program writes what is left.
#| global ret
#| probe module("ext4").statement("ext4_file_write_iter@file.c") { if (execname() == "dd" && $from->count == 100) $from->count = 60 }
#| probe module("ext4").function("ext4_file_write_iter@file.c").return { if (execname() == "dd") ret[$return]++ }
#| probe end { println(ret[60], " ", ret[40], " ", ret[100]) }

modprobe nf_conntrack || fail "no nf_conntrack"
modprobe ext4 || fail "no ext4"
dd if=/dev/zero of=/tmp/disk bs=1M count=8 2>/dev/null
mkfs.ext4 -q /tmp/disk && modprobe loop && mkdir -p /tmp/mnt && mount -o loop /tmp/disk /tmp/mnt || fail "cannot mount"
run_module functions -c 'exec dd if=/dev/zero of=/tmp/mnt/a bs=100 count=7 conv=fsync status=none'
expect_eq "functions" "$OUT" "7 7 7 7 0 0 7 7"
run_module variables -c 'exec dd if=/dev/zero of=/tmp/mnt/b bs=100 count=5 status=none'
expect_eq "variables" "$OUT" '1 0 1 1
"ext4" ext4 1
ext4 0'
run_module writes -c 'exec dd if=/dev/zero of=/tmp/mnt/c bs=100 count=1 status=none'
expect_eq "what became of a hundred bytes" "$OUT $(stat -c %s /tmp/mnt/c)" "1 1 0 100"
umount /tmp/mnt
