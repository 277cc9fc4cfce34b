# SPDX-License-Identifier: GPL-2.0-or-later
# A function by its name alone: what was inlined is taken beside it. Counted in a module that calls a function of its own in all ways,
# and in the kernel.
# native
# needs debuginfo
#@ mkdir -p ways.d
#@ cat >ways.d/ways.c <<'END'
#@ #include <linux/module.h>
#@ static volatile int sink;
#@ __attribute__((always_inline)) int step(int n) { sink += 3 * n; return sink; }
#@ static int (*volatile far)(int) = step;
#@ noinline int first(int n) { return step(n) + 1; }
#@ noinline int second(int n) { return step(n + 100) - step(n + 1000); }
#@ static int __init ways_init(void)
#@ {
#@ 	int i;
#@
#@ 	for (i = 0; i < 4; i++)
#@ 		first(i);
#@ 	for (i = 0; i < 3; i++)
#@ 		second(i);
#@ 	far(10000);
#@ 	far(20000);
#@ 	return 0;
#@ }
#@ static void __exit ways_exit(void) { }
#@ module_init(ways_init);
#@ module_exit(ways_exit);
#@ MODULE_LICENSE("GPL");
#@ END
#@ printf 'obj-m := ways.o\nCFLAGS_ways.o := -w -g\n' >ways.d/Kbuild
#@ make -C "$KERNEL_ROOT/lib/modules/$RELEASE/build" M=$PWD/ways.d modules >ways.log 2>&1 || { cat ways.log; exit 1; }
#@ cp ways.d/ways.ko .
#@ cat >ways.stp <<END
#@ global all, call, inlined, ret, sum, where
#@ probe module("$PWD/ways.ko").function("step") { all++; sum += \$n }
#@ probe module("$PWD/ways.ko").function("step").call { call <<< \$n }
#@ probe module("$PWD/ways.ko").function("step").inline { inlined <<< \$n; where[symname(addr())]++ }
#@ probe module("$PWD/ways.ko").function("step").return { ret <<< \$n }
#@ probe end {
#@ 	println(all, " ", sum)
#@ 	println(@count(call), " ", @sum(call), " ", @count(ret), " ", @sum(ret))
#@ 	println(@count(inlined), " ", @sum(inlined), " ", where["first"], " ", where["second"])
#@ }
#@ END
#@ "$SONDE_BUILD/sonde" -p4 -r "$RELEASE" -m t_ways ways.stp
# module fsync
#| # fsync() has vfs_fsync() inlined.
#| global all, call, inlined, fsync
#| probe kernel.function("vfs_fsync") { if (execname() == "dd") { all++; if ($file == 0 || $datasync != 0) wrong++ } }
#| probe kernel.function("vfs_fsync").call { if (execname() == "dd") call++ }
#| probe kernel.function("vfs_fsync").inline { if (execname() == "dd") inlined++ }
#| probe kernel.function("do_fsync") { if (execname() == "dd") fsync++ }
#| global wrong
#| probe end { println(all, " ", call, " ", inlined, " ", fsync, " ", wrong) }

"$SONDERUN" -c "insmod $MODULES/ways.ko && rmmod ways" "$MODULES/t_ways.ko" >out 2>err || fail "status $?: $(cat err)"
# 0 to 3; 100 to 102 and 1000 to 1002; 10000 and 20000.
expect_eq "calls in all ways" "$(cat out)" "12 33312
2 30000 2 30000
10 3312 4 6"
run_module fsync -c 'for i in 1 2 3 4 5; do dd if=/dev/zero of=/tmp/synced bs=1 count=1 conv=fsync status=none; done'
expect_eq "what dd has written to disk, five times" "$STATUS $OUT" "0 5 0 5 5 0"
