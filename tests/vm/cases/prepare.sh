# SPDX-License-Identifier: GPL-2.0-or-later
# What --prepare makes no script makes again: nothing of the cache's shared parts is new after scripts that use all of it.
# native
# needs module:ext4
#@ export XDG_CACHE_HOME=$PWD/prepared
#@ "$SONDE_BUILD/sonde" --prepare -r "$RELEASE" >said && grep -qE "^kernel ${RELEASE//+/.} is prepared: runtime, types, [0-9]{4} tracepoints" said
#@ find prepared -type f \( -path '*/runtime/*' -o -path '*/btf/*' -o -path '*/dwarf/*' -o -name 'tapset*' \) -printf '%p %i %s\n' | sort >before
#@ grep -q '/btf/.*\.events' before && grep -q '/btf/.*\.modules' before && grep -q '/btf/.*\.btf' before && grep -q '/runtime/.*\.o' before && grep -q 'tapset' before
#@ [ ! -d "$KERNEL_ROOT/usr/lib/debug/boot" ] || grep -q '/dwarf/.*\.idx' before
#@ "$SONDE_BUILD/sonde" -p4 -r "$RELEASE" -e 'probe vfs.read { println($count) } probe kernel.trace("sched:sched_switch") {} probe module("ext4").function("ext4_sync_file") {}' >/dev/null
#@ "$SONDE_BUILD/sonde" -r "$RELEASE" -l 'kernel.trace("ext4:*")' >/dev/null && "$SONDE_BUILD/sonde" -r "$RELEASE" -l 'kernel.function("vfs_*")' >/dev/null
#@ [ ! -d "$KERNEL_ROOT/usr/lib/debug/boot" ] || "$SONDE_BUILD/sonde" -p2 -r "$RELEASE" -e 'probe kernel.statement("vfs_read@fs/read_write.c:*") {} probe module("ext*").function("*@fs/ext4/inode.c") {}' >/dev/null 2>&1
#@ find prepared -type f \( -path '*/runtime/*' -o -path '*/btf/*' -o -path '*/dwarf/*' -o -name 'tapset*' \) -printf '%p %i %s\n' | sort | diff before -
#@ rm -r prepared
expect_eq "prepared" ok ok
