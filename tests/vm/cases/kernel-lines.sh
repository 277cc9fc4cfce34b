# SPDX-License-Identifier: GPL-2.0-or-later
# Source lines of the kernel's code and of ext4's: those that addr2line finds in the debugging information, for addresses all over it; lines in stacks.
# needs debuginfo
# timeout 200
#@ debug=$KERNEL_ROOT/usr/lib/debug ext4=$KERNEL_ROOT/usr/lib/debug/lib/modules/$RELEASE/kernel/fs/ext4/ext4.ko
#@ vmlinux=$debug/boot/vmlinux-$RELEASE
#@ # Five hundred places: functions far apart, and some bytes into them.
#@ nm "$vmlinux" | awk '$2 ~ /[tT]/ && $1 >= "ffffffff81001000" && !/ (__pfx|__cfi|__x64|__ia32)_/ { print $1, $3 }' | sort >functions
#@ awk '$2 == "vfs_read" { print $1 }' functions | head -n 1 >base && end=$(nm "$vmlinux" | awk '$3 == "_etext" { print $1 }')
#@ awk -v end="$end" -v n="$(wc -l <functions)" '$1 < end && NR % int(n / 500) == 3 { print $1, NR % 17 * 3 }' functions |
#@ 	while read -r at more; do printf '%x\n' $((0x$at + more)); done >places
#@ nm "$ext4" | awk '$3 == "ext4_sync_file" { print $1 }' >base.ext4
#@ nm "$ext4" | awk '$2 ~ /[tT]/ && / ext4_/ && !/__pfx/ && !/init|exit/ { print $1 }' | sort -u | awk 'NR % 6 == 2' | while read -r at; do printf '%x\n' $((0x$at + 9)); done >places.ext4
#@ addr2line -e "$vmlinux" <places >lines && addr2line -j .text -e "$ext4" <places.ext4 >lines.ext4 || exit
#@ [ "$(grep -c '^[^?].*:[1-9]' lines)" -ge 300 ] && [ "$(grep -c '^[^?].*:[1-9]' lines.ext4)" -ge 50 ] || { head lines lines.ext4; exit 1; }
#@ {
#@ 	echo "global moved, moved_ext4, keys"
#@ 	echo "# What marks the targets of jumps comes first, then the place of a probe."
#@ 	echo "function begins(a) { tokenize(symdata(a), \"+/\"); return a - strtol(tokenize(\"\", \"+/\"), 16) }"
#@ 	echo "probe kernel.function(\"vfs_read\") { moved = begins(addr()); keys[symfile(addr())] <<< strtol(symline(addr()), 10) }"
#@ 	echo "probe module(\"ext4\").function(\"ext4_sync_file\") { moved_ext4 = begins(addr()); print_backtrace_fileline() }"
#@ 	echo "probe end { println(\"kernel\")"
#@ 	sed "s/.*/	println(symfileline(moved + 0x& - 0x$(<base)))/" places
#@ 	echo "	println(\"ext4\")"
#@ 	sed "s/.*/	println(symfileline(moved_ext4 + 0x& - 0x$(<base.ext4)))/" places.ext4
#@ 	echo "	println(\"others\")"
#@ 	echo "	foreach (k in keys) printf(\"%s of one line: %d\n\", k, @min(keys[k]) == @max(keys[k]) && @min(keys[k]) > 10)"
#@ 	echo "	printf(\"%s %s %s\n\", symfileline(16), symfile(-1), symline(moved + 0x20000000))"
#@ 	echo "}"
#@ } >lines.stp
#@ "$SONDE_BUILD/sonde" -p4 -DMAXACTION_INTERRUPTIBLE=100000 -r "$RELEASE" -m t_lines lines.stp || exit

modprobe ext4 && modprobe loop || fail "no ext4"
dd if=/dev/zero of=/tmp/disk bs=1M count=8 2>/dev/null
mkfs.ext4 -q /tmp/disk && mkdir -p /tmp/mnt && mount -o loop /tmp/disk /tmp/mnt || fail "cannot mount"
"$SONDERUN" -v -c 'exec dd if=/dev/zero of=/tmp/mnt/a bs=100 count=1 conv=fsync' "$MODULES/t_lines.ko" >/tmp/out 2>/tmp/err || fail "$(cat /tmp/err)"
umount /tmp/mnt

# compare NAME LINES PLACES FIRST: what is printed behind the line NAME is the same as in LINES, but for the path in front of a source and for what nobody knows.
compare()
{
	sed "1,/^$1\$/d" /tmp/out | head -n "$(wc -l <"$MODULES/$2")" >/tmp/got
	paste -d ' ' "$MODULES/$3" /tmp/got <(sed 's/ (discriminator.*//' "$MODULES/$2") | awk '
		$3 ~ /:(0|\?)$/ { next }
		{ n++ }
		$3 == $2 || substr($3, length($3) - length($2)) == "/" $2 { next }
		# Of code that macros of headers make, addr2line has the number right, and as name that of the function.
		substr($2, index($2, ":")) == substr($3, index($3, ":")) { taken++; next }
		{ print "differs: " $0; bad++ }
		END { print n + 0, bad + (taken > n / 20) }' >/tmp/judged
	read -r same bad <<<"$(tail -n 1 /tmp/judged)"
	[ "$bad" = 0 ] && [ "$same" -ge "$4" ] || fail "$1: $(cat /tmp/judged)"
}
compare kernel lines places 300
compare ext4 lines.ext4 places.ext4 50
expect_match "lines as keys" "$(sed '1,/^others$/d' /tmp/out)" $'^fs/read_write.c of one line: 1\n0x10 0xffffffffffffffff 0x[0-9a-f]+$'
stack=$(sed '/^kernel$/,$d' /tmp/out)
expect_match "the stack of a probe in a module" "$stack" ' 0x[0-9a-f]+ : ext4_sync_file(\+0x0/|\+0x[1-9]/)[^ ]* at fs/ext4/fsync.c:[0-9]+ \[ext4\]'
expect_match "its callers" "$stack" $'\n 0x[0-9a-f]+ : [^ ]*fsync\\+[^ ]* at fs/sync.c:[0-9]+ \\[kernel\\]'
grep -q 'memory: .*(module [3-9][0-9][0-9][0-9],' /tmp/err || grep -q 'memory: .*module [3-9][0-9][0-9][0-9] *,' /tmp/err || fail "what the tables take: $(cat /tmp/err)"
