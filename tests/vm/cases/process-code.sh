# SPDX-License-Identifier: GPL-2.0-or-later
# Code of programs: C and C++, optimised or not, moved or not: values that are known at lines that are known.
# native
# timeout 240
#@ src=$SONDE_TOP/tests/vm/programs
#@ for o in 0 2; do for pie in pie no-pie; do
#@ 	(cd "$src" && gcc -g -O$o -f$pie -$pie -o "$OLDPWD/c$o-$pie" main.c && g++ -g -O$o -f$pie -$pie -o "$OLDPWD/cc$o-$pie" main.cc)
#@ done; done
#@ strip -o stripped c2-pie; gcc -O2 -o nodebug "$src/main.c"
#@ cat >head <<'END'
#@ global good, bad
#@ function check(what, got, want) { if (got == want) good++; else bad[sprintf("%s: %d, not %d", what, got, want)] = 1 }
#@ function same(what, got, want) { if (got == want) good++; else bad[sprintf("%s: %s, not %s", what, got, want)] = 1 }
#@ probe end { println("good ", good); foreach (b+ in bad) println("bad ", b) }
#@ END
#@ cat >c.stp <<'END'
#@ probe process("PROG").function("work") {
#@ 	check("b", $b, 100); check("c", $c, 200); check("id", $it->id, 11); check("kind", $it->kind, 7)
#@ 	check("low", $it->low, 3); check("high", $it->high, 2000); same("name", $it->name$, "\"first\""); same("text", user_string($text), "some text")
#@ 	check("next", $it->next->id, 22); check("negative", $it->next->kind, -3); check("bits", $it->next->high, 1025)
#@ 	same("enum", $colour$, "GREEN"); same("probefunc", probefunc(), "work"); calls++
#@ 	check("a", $a, calls - 1); check("addr", uaddr() != 0, 1); check("user_mode", user_mode(), 1)
#@ 	check("var", @var("shared_counter"), 999 + calls)
#@ 	same("deep", $it->next$$, "{.id=22, .kind=-3, .low=17, .high=1025, .name=\"second\", .next=0x0, .colour=GREEN}")
#@ }
#@ global calls, lines, inl, labels, callees, facts, least
#@ probe process("PROG").function("work").return { check("returns", $return, 100 + $a + 2 * (300 + $a) + 1 + 5); check("entry", @entry($it->id), 11) }
#@ probe process("PROG").statement("*@main.c:200") {
#@ 	lines++; check("sum", $sum, 100 + $a + 2 * (300 + $a) + 1); check("other", $other->id, 22); same("other name", $other->name$, "\"second\"")
#@ 	check("line's it", $it->id, 11)
#@ }
#@ probe process("PROG").function("twice").inline { inl++; check("x", $x, 300 + inl - 1) }
#@ probe process("PROG").function("work").label("done") { labels++; check("label", @defined($it) ? $it->id : 11, 11) }
#@ probe process("PROG").function("work").callee("leaf") ? { callees++; check("callee", $x, 600 + 2 * (callees - 1)) }
#@ probe process("PROG").function("factorial") { facts++; check("n", $n, 6 - facts) }
#@ probe process("PROG").function("factorial").return { least++; check("fact", $n, least); check("factorial", $return, least < 2 ? 1 : least < 3 ? 2 : least < 4 ? 6 : least < 5 ? 24 : 120) }
#@ probe process("PROG").function("by_value") { check("p", $p->a * 10 + $p->b, 34); check("factor", $factor, 10) }
#@ probe process("PROG").function("many") { check("seventh", $g, 7); check("eighth", $h, 8); check("sum of all", $a + $b + $c + $d + $e + $f, 21) }
#@ probe process("PROG").function("many").return { check("many", $return, 36); check("saved", $h, 8) }
#@ probe process("PROG").plt("printf") { same("plt", $$name, "printf"); check("plt's", pointer_arg(1) != 0, 1) }
#@ probe end { check("lines", lines, 3); check("inline", inl, 3); check("labels", labels, 3); check("callees", callees, 3); check("facts", facts, 5); check("returned", least, 5) }
#@ END
#@ cat >cc.stp <<'END'
#@ global counts, seen
#@ probe process("PROG").function("Square::area") { check("number", $this->number, 9); check("side", $this->side, 6); check("scale", $scale, 2) }
#@ probe process("PROG").function("shapes::Square::area").return { check("area", $return, 72); check("entry", @entry($this->side), 6) }
#@ probe process("PROG").function("side_of") { check("reference", user_int($times), 5); same("scoped", probefunc(), "shapes::Square::side_of") }
#@ probe process("PROG").function("Square::count") { check("static", $more, 2); check("member", @var("made"), 40) }
#@ probe process("PROG").function("largest<int>") { check("int", $a * 10 + $b, 38) }
#@ probe process("PROG").function("largest<long int>") { check("long", $a * 10 + $b, 320) }
#@ probe process("PROG").function("largest") { counts["largest"]++ }
#@ probe process("PROG").function("overloaded") { counts["overloaded"]++; seen += $x }
#@ probe process("PROG").function("hidden") { check("hidden", $x, 1) }
#@ probe process("PROG").function("hidden").return { check("hidden returns", $return, 8) }
#@ probe process("PROG").function("throws") { counts["throws"]++ }
#@ probe process("PROG").function("throws").return { counts["did not throw"]++; check("throws", $return, $x) }
#@ probe process("PROG").statement("*@main.cc:41") { check("line", $this->side, 6) }
#@ probe end { check("largests", counts["largest"], 2); check("overloads", counts["overloaded"], 2); check("sum", seen, 3); check("throws", counts["throws"], 3); check("thrown", counts["did not throw"], 2) }
#@ END
#@ for p in c0-pie c0-no-pie c2-pie c2-no-pie cc0-pie cc0-no-pie cc2-pie cc2-no-pie; do
#@ 	case $p in cc*) from=cc.stp ;; *) from=c.stp ;; esac
#@ 	{ cat head; sed "s|PROG|$PWD/$p|" $from; } >$p.stp
#@ 	"$SONDE_BUILD/sonde" -w -p4 -r "$RELEASE" -m "t_${p//-/_}" $p.stp
#@ done
#@ cat >nodebug.stp <<END
#@ probe process("$PWD/nodebug").function("many") { println("many ", \$arg1 + \$arg2 + \$arg3 + \$arg4 + \$arg5 + \$arg6, " ", \$arg7, " ", \$arg8, " ", long_arg(8)) }
#@ probe process("$PWD/nodebug").function("many").return { println("returns ", \$return, " ", @entry(\$arg8)) }
#@ probe process("$PWD/nodebug").function("fact*") { println(probefunc(), " ", \$arg1) }
#@ probe process("$PWD/nodebug").function("change") { println("change ", \$arg2) }
#@ END
#@ "$SONDE_BUILD/sonde" -p4 -r "$RELEASE" -m t_nodebug nodebug.stp
#@ cat >write.stp <<END
#@ probe process("$PWD/c0-pie").function("change") { \$value = 77 }
#@ probe process("$PWD/c2-pie").function("change") { \$value = 78 }
#@ probe process("$PWD/c0-pie").function("leaf").return { \$return = 1000 }
#@ END
#@ "$SONDE_BUILD/sonde" -g -p4 -r "$RELEASE" -m t_write write.stp
#@ "$SONDE_BUILD/sonde" -p4 -r "$RELEASE" -m t_stale -e "probe process(\"$PWD/stripped\").statement(0x1060).absolute { }" -g
#@ strip -R .comment -o stripped c0-pie
# module none
#| probe never { }

all=0
for p in c0-pie c0-no-pie c2-pie c2-no-pie cc0-pie cc0-no-pie cc2-pie cc2-no-pie; do
	"$SONDERUN" -c "$MODULES/$p >/tmp/program" "$MODULES/t_${p//-/_}.ko" >out 2>err || fail "$p: $(cat out err)"
	! grep '^bad' out || fail "$p"
	n=$(sed -n 's/^good //p' out)
	echo "$p: $n checks"
	all=$((all + n))
done
[ "$all" -ge 300 ] || fail "only $all checks"
grep -q loss err && fail "$(cat err)"

"$SONDERUN" -c "$MODULES/nodebug >/tmp/program" "$MODULES/t_nodebug.ko" >out 2>err || fail "nodebug: $(cat out err)"
expect_eq nodebug "$(cat out)" "$(printf '%s\n' 'factorial 5' 'factorial 4' 'factorial 3' 'factorial 2' 'factorial 1' 'many 21 7 8 8' 'returns 36 8' 'change 5')"

"$SONDERUN" -c "$MODULES/c0-pie >/tmp/program; $MODULES/c2-pie >>/tmp/program" "$MODULES/t_write.ko" >out 2>err || fail "write: $(cat out err)"
expect_eq write "$(awk "{ print \$4 }" /tmp/program | xargs)" "77 78"
expect_eq "returned" "$(head -n 1 /tmp/program)" "3544 3303 1003 77"

# Another build by the same path.
"$SONDERUN" "$MODULES/t_stale.ko" >out 2>err && fail "a changed program was probed"
expect_match stale "$(cat err)" "is not the build that the script was compiled for"
exit 0
