# SPDX-License-Identifier: GPL-2.0-or-later
# The installed headers are not those of the running kernel: said before anything is compiled; and when they are put
# right, the script runs. All of it happens in the guest, whose file system forgets what is written.
# timeout 300
# native
#@ readlink -f "$KERNEL_ROOT/lib/modules/$RELEASE/build" >build-tree
#@ # So that the guest finds the runtime's objects in the cache.
#@ "$SONDE_BUILD/sonde" $SONDE_CROSS -p4 -r "$RELEASE" -m t_mismatch_tree -e 'probe begin { println("compiled here") exit() }'

generated=$(<"$MODULES/build-tree")/include/generated
script='probe begin { println("compiled here") exit() }'
# compile FILE-THAT-SAYS-SO
compile()
{
	local out
	out=$("$SONDE_BUILD/sonde" -v -e "$script" 2>/tmp/err)
	expect_eq "status" $? 1
	expect_eq "output" "$out" ""
	expect_eq "message" "$(head -n 1 /tmp/err)" \
		"ERROR: module version mismatch (#9 SMP Newer vs $(uname -v)), release $RELEASE"
	expect_match "the file that says so" "$(</tmp/err)" "$1"
	expect_match "remedy" "$(</tmp/err)" "hint: install the headers"
	grep -q '^Pass [2-5]' /tmp/err && fail "it went on: $(</tmp/err)"
}

# Whatever the kernel's package has, a release has its UTS_VERSION in one of these.
[ ! -f "$generated/utsversion.h" ] || cp "$generated/utsversion.h" /tmp/
cp "$generated/compile.h" /tmp/
if [ -f /tmp/utsversion.h ]; then
	sed -i 's/UTS_VERSION ".*"/UTS_VERSION "#9 SMP Newer"/' "$generated/utsversion.h"
	compile utsversion.h
	rm "$generated/utsversion.h"
fi
{ grep -v UTS_VERSION /tmp/compile.h; echo '#define UTS_VERSION "#9 SMP Newer"'; } >"$generated/compile.h"
compile compile.h
cat /tmp/compile.h >"$generated/compile.h"
[ ! -f /tmp/utsversion.h ] || cat /tmp/utsversion.h >"$generated/utsversion.h"

out=$("$SONDE_BUILD/sonde" -v -e "$script" 2>/tmp/err)
expect_eq "put right: status" $? 0
expect_eq "put right: output" "$out" "compiled here"
expect_match "put right: passes" "$(</tmp/err)" 'Pass 5: run completed'
