# SPDX-License-Identifier: GPL-2.0-or-later
# A module built against another build of the same release: refused by the runner, refused by itself; and when the
# build tree is put right, the next compilation works with nothing deleted by hand.
#
# $tree is a copy of the kernel's build tree as far as its own headers go; the rest are links beside it.
#@ src=$(readlink -f "$KERNEL_ROOT/lib/modules/$RELEASE/build")
#@ tree=$PWD/tree/usr/src/${src##*/}
#@ generated=$tree/include/generated
#@ mkdir -p "$PWD/tree/usr/src"
#@ ln -s "$(readlink -f "$src/../../lib")" "$PWD/tree/usr/lib"
#@ for d in "${src%/*}"/*; do [ "$d" = "$src" ] || ln -s "$d" "$PWD/tree/usr/src/"; done
#@ cp -a "$src" "$tree"
#@ header=$generated/utsversion.h
#@ [ -f "$header" ] || header=$generated/compile.h
#@ cp "$header" true-version.h
#@ script='probe begin { println("it runs") exit() }'
#@ build() { "$SONDE_BUILD/sonde" $SONDE_CROSS -v -p4 -r "$tree" -m "$@" -e "$script" >"$1.log" 2>&1 || { cat "$1.log"; exit 1; } }
#@ sed -n 's/.*UTS_VERSION "\(.*\)"/\1/p' "$header" >true-version
#@ build t_mismatch_first
#@ sed -i 's/UTS_VERSION ".*"/UTS_VERSION "#7 SMP Another Build 1.2.3-4 (2020-02-20)"/' "$header"
#@ build t_mismatch_uts
#@ build t_mismatch_any -DSTP_NO_VERREL_CHECK
#@ build t_mismatch_build_id -DSTP_NO_BUILDID_CHECK
#@ rm -f "$generated/utsversion.h"
#@ sed -i '/UTS_VERSION/d' "$generated/compile.h"
#@ echo '#define UTS_VERSION "#8 SMP A Third Build"' >>"$generated/compile.h"
#@ build t_mismatch_compile
#@ sed -i '/UTS_VERSION/d' "$generated/compile.h"
#@ cat true-version.h >"$header"
#@ build t_mismatch_right
#@ rm -rf "$PWD/tree"

running=$(uname -v)
expect_eq "the tree's version, as it was" "$(<"$MODULES/true-version")" "$running"

# refused NAME VERSION: by sonderun, and by the module itself when nobody else asks.
refused()
{
	local ko=$MODULES/t_mismatch_$1.ko message out log
	message="ERROR: module version mismatch ($2 vs $running), release $RELEASE"
	expect_eq "$1: recorded version" "$(modinfo -F sonde_version "$ko")" "$2"
	out=$("$SONDERUN" "$ko" 2>/tmp/err)
	expect_eq "$1: status" $? 1
	expect_eq "$1: output" "$out" ""
	expect_eq "$1: message" "$(head -n 1 /tmp/err)" "$message"
	expect_match "$1: cause" "$(</tmp/err)" 'likely cause: '
	expect_match "$1: remedy" "$(</tmp/err)" 'remedy: '
	grep -q "^t_mismatch" /proc/modules && fail "$1: loaded all the same"
	insmod "$ko" 2>/tmp/err && fail "$1: insmod loads it"
	log=$(dmesg | sed 's/^\[[^]]*\] //' | grep "^ERROR: ")
	expect_eq "$1: what the kernel's log says" "$log" "$message"
	dmesg -C
}

refused uts "#7 SMP Another Build 1.2.3-4 (2020-02-20)"
refused compile "#8 SMP A Third Build"
# The build-id was the right one; not to look at it does not make the version right.
refused build_id "#7 SMP Another Build 1.2.3-4 (2020-02-20)"
expect_eq "what the module says of it" "$(modinfo -F sonde_unchecked "$MODULES/t_mismatch_build_id.ko")" build-id
# -DSTP_NO_VERREL_CHECK: neither the runner nor the module looks at the version.
ko=$MODULES/t_mismatch_any.ko
expect_eq "what the module says of what is not checked" "$(modinfo -F sonde_unchecked "$ko")" release
out=$("$SONDERUN" "$ko" 2>&1)
expect_eq "unchecked: status" $? 0
expect_eq "unchecked: output" "$out" "it runs"
insmod "$ko" || fail "unchecked: the module refuses itself"
rmmod t_mismatch_any || fail "unchecked: it does not go"
for name in first right; do
	out=$("$SONDERUN" "$MODULES/t_mismatch_$name.ko" 2>&1)
	expect_eq "$name: status" $? 0
	expect_eq "$name: output" "$out" "it runs"
done
