# SPDX-License-Identifier: GPL-2.0-or-later
# -v on the kernel that runs: which of the modules of a script are not loaded now.
# native
# timeout 300
script='probe module("dummy").function("dummy_setup") { println(1) } probe module("dummy").function("dummy_setup").return { println(2) }
probe module("veth").function("veth_setup") { println(3) } probe kernel.function("vfs_read") { println(4) }'
begins="Pass 2: modules that are not loaded now, and are probed when they come: "
said() { "$SONDE_BUILD/sonde" "$@" -e "$script" >/tmp/out 2>/tmp/err || fail "status $?: $(</tmp/err)"; grep '^Pass 2: modules' /tmp/err; }

rmmod dummy veth 2>/dev/null
expect_eq "without both" "$(said -v -p2)" "${begins}dummy, veth"
modprobe dummy || fail "no dummy"
expect_eq "with one" "$(said -v -p2)" "${begins}veth"
modprobe veth || fail "no veth"
expect_eq "with both" "$(said -v -p2)" ""
rmmod dummy veth || fail "they stay"
expect_eq "without -v" "$(said -p2)" ""
