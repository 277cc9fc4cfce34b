# SPDX-License-Identifier: GPL-2.0-or-later
# What is said of points that cannot be, on a real kernel; and by the kernel, when the module starts.
# needs debuginfo
#@ say() { "$SONDE_BUILD/sonde" -p2 -r "$RELEASE" -e "probe $1 { ${3:-} }" >out 2>&1 && { echo "$1 is no error"; exit 1; }; grep -qE "$2" out || { echo "$1:"; cat out; exit 1; }; }; declare -f say >say
#@ . ./say; say 'kernel.function("get_current").call' 'hint: it is inlined at [0-9]{4} places: kernel\.function\("get_current"\)\.inline$'
#@ . ./say; say 'kernel.function("get_current@current.h").return' 'hint: it is inlined, at [0-9]{4} places: \.inline takes these$'
#@ . ./say; say 'kernel.function("vfs_read").inline' 'hint: it is nowhere inlined: leave \.inline out$'
#@ . ./say; say 'kernel.function("ext4_sync_file")' 'hint: it is in module ext4: module\("ext4"\)\.function\("ext4_sync_file"\)$'
#@ . ./say; say 'module("ext4").function("vfs_read")' 'hint: the kernel itself has: kernel\.function\("vfs_read"\)$'
#@ . ./say; say 'kernel.function("vfs_raed")' "hint: did you mean 'vfs_read'\?$"
#@ . ./say; say 'kernel.function("vfs_read@fs/open.c")' 'note: it is declared in fs/read_write\.c$'
#@ . ./say; say 'module("xfs").statement("*@xfs_file.c:*")' "unpacks it from linux-image-${RELEASE//+/.}-dbg|install linux-image-${RELEASE//+/.}-dbg"
#@ . ./say; say 'module("xf*").statement("*@xfs_file.c:*")' "hint: on Debian and its derivatives, it is in linux-image-${RELEASE//+/.}-dbg$"
#@ . ./say; say 'module("etx4").function("*")' "hint: did you mean 'ext4'\?$"
#@ "$SONDE_BUILD/sonde" -p2 -r "$RELEASE" -e 'probe kernel.function("__dev_printk") { println($vaf) }' >out 2>&1 && grep -qE '^WARNING: [0-9]+ inlined instances? (is|are) left out' out || { cat out; exit 1; }
# A line at which a parameter has no value any more, though it had one before.
#@ . ./say; at=$("$SONDE_BUILD/sonde" -r "$RELEASE" -L 'kernel.statement("vfs_read@fs/read_write.c:*")' | grep -v 'count:' | head -n 1 | cut -d ' ' -f 1); [ -n "$at" ] && say "$at" 'hint: it is available at vfs_read@fs/read_write\.c:[0-9]+(-[0-9]+)?$' 'println($count)'
# module entry -w
#| probe kprobe.function("error_entry") { }
# module listed -w
#| probe kernel.function("notify_die") { }
# module start -w
#| probe kernel.function("vfs_caches_init_early") { }
# module many -v
#| global n
#| probe kernel.function("*").call { n++ }
#| probe timer.ms(300) { exit() }
# module blacklisted -w
#| probe kernel.function("exc_page_fault") { }
# module one_of_them -w
#| probe kernel.function("exc_page_fault") ? { }
#| probe begin { println("runs") exit() }

"$SONDERUN" --timeout=20 "$MOD_blacklisted" >/tmp/out 2>&1 && fail "it runs: $(cat /tmp/out)"
grep -q 'cannot probe exc_page_fault: it is marked noinstr: ' /tmp/out || fail "no reason: $(cat /tmp/out)"
expect_eq "an optional one" "$("$SONDERUN" --timeout=20 "$MOD_one_of_them" 2>/dev/null)" runs

refused() { "$SONDERUN" --timeout=20 "$2" >/tmp/out 2>&1 && fail "$1 runs"; grep -qF "$3" /tmp/out || fail "$1: no reason: $(cat /tmp/out)"; }
refused error_entry "$MOD_entry" 'cannot probe error_entry: it is code by which the processor enters and leaves the kernel'
refused notify_die "$MOD_listed" "cannot probe notify_die: it is on the kernel's list of functions that nobody may probe (NOKPROBE_SYMBOL)"
refused vfs_caches_init_early "$MOD_start" 'cannot probe vfs_caches_init_early: it was there only while the kernel started (__init)'
"$SONDERUN" -v "$MOD_many" >/tmp/out 2>&1 || fail "all functions: $(tail -n 5 /tmp/out)"
grep -qE 'not attached at [0-9]+ places: .*[0-9]{3,} not traceable \(notrace\)' /tmp/out || fail "all functions: $(grep attached /tmp/out)"
