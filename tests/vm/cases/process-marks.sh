# SPDX-License-Identifier: GPL-2.0-or-later
# Markers: of a program of our own, with all kinds of arguments and with one that is only there when somebody watches; and of
# the C++ library, whose exceptions say their types.
# native
# timeout 120
#@ gcc -O2 -o marks "$SONDE_TOP/tests/vm/programs/marks.c"
#@ g++ -O2 -o throws "$SONDE_TOP/tests/vm/programs/main.cc"
#@ cat >own.stp <<END
#@ global n
#@ probe process("$PWD/marks").mark("plain") { n++ }
#@ probe process("$PWD/marks").mark("values") { println(\$\$name, " ", \$arg1, " ", user_string(\$arg2), " ", \$arg3, " ", \$arg4, " ", \$\$provider) }
#@ probe process("$PWD/marks").provider("own").mark("mem*") { if (n == 1) println(\$arg1, " ", \$arg2, " ", \$arg3, " ", \$\$parms) }
#@ probe process("$PWD/marks").provider("other").mark("two-words") { if (n == 2) println(pp() =~ "other", " ", \$arg1, " ", \$arg2) }
#@ probe process("$PWD/marks").mark("watched") { println("counter ", \$arg1) }
#@ END
#@ sed '/watched/d' own.stp >others.stp
#@ cat >throws.stp <<END
#@ probe process("$PWD/throws").library("libstdc++.so.6").mark("throw") { println("throw ", user_string(user_long(\$arg2 + 8)), " ", probefunc()) }
#@ probe process("$PWD/throws").library("libstdc++.so.6").provider("libstdcxx").mark("catch") { println("catch ", user_string(user_long(\$arg2 + 8))) }
#@ END
#@ for s in own others throws; do "$SONDE_BUILD/sonde" -p4 -r "$RELEASE" -m t_$s $s.stp; done
# module none
#| probe never { }

"$SONDERUN" -c "$MODULES/marks >/tmp/program" "$MODULES/t_own.ko" >out 2>err || fail "own: $(cat out err)"
expect_eq own "$(cat out)" "values -1 text -1000000000000 250 own
77 -5 30 arg1=0x4d arg2=0xfffffffffffffffb arg3=0x1e
counter 1
values 0 more -1000000000001 251 own
1 30 2
counter 1
values 1 more -1000000000002 252 own
counter 1"
expect_eq "somebody watches" "$(cat /tmp/program)" "watched 1"
"$SONDERUN" -c "$MODULES/marks >/tmp/program" "$MODULES/t_others.ko" >out 2>err || fail "others: $(cat out err)"
expect_eq "nobody watches" "$(cat /tmp/program)" "watched 0"
"$SONDERUN" -c "$MODULES/throws >/tmp/program" "$MODULES/t_throws.ko" >out 2>err || fail "throws: $(cat out err)"
expect_eq exceptions "$(head -n 2 out)" "throw St13runtime_error __cxa_throw
catch St13runtime_error"
exit 0
