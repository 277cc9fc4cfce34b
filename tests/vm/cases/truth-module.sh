# SPDX-License-Identifier: GPL-2.0-or-later
# Values against the truth: tests/lib/dwarf-target.c, whose every variable is known at its places, as a module of the
# kernel, compiled as the kernel compiles, with DWARF 4 and with DWARF 5. It does its work while it is loaded; the script is there first.
# native
# timeout 180
#@ top=$(cd "$SONDE_BUILD" && cd "${SONDE_TOP:-..}" && pwd)
#@ gcc -O0 -w -DTRUTH -o truth-program "$top/tests/lib/dwarf-target.c" && ./truth-program >truth
#@ cat >truth-make.sh <<'END'
#@ # truth-make.sh VERSION FILE: a module with the DWARF of that version, and scripts that ask for all of the truth.
#@ set -e
#@ name=truth$1
#@ mkdir -p $name.d
#@ cat >$name.d/$name.c <<-WRAP
#@ 	#include <linux/module.h>
#@ 	#define main target_main
#@ 	#include "$2"
#@ 	static int __init truth_init(void) { return target_main(); }
#@ 	static void __exit truth_exit(void) { }
#@ 	module_init(truth_init);
#@ 	module_exit(truth_exit);
#@ 	MODULE_LICENSE("GPL");
#@ WRAP
#@ printf 'obj-m := %s.o\nCFLAGS_%s.o := -w -DSTATEMENTS -g -gdwarf-%s\n' $name $name $1 >$name.d/Kbuild
#@ make -C "$KERNEL_ROOT/lib/modules/$RELEASE/build" M=$PWD/$name.d modules >$name.log 2>&1 || { cat $name.log; exit 1; }
#@ cp $name.d/$name.ko .
#@ readelf --debug-dump=info $name.ko | grep -q "Version: *$1\$"
#@ # Each place with where its code is: offset in .text, number.
#@ objcopy -O binary --only-section=places $name.ko $name.numbers 2>/dev/null || objcopy -O binary --set-section-flags places=alloc --only-section=places $name.ko $name.numbers
#@ od -An -v -t d8 -w16 $name.numbers | awk '{print $2}' >$name.n
#@ readelf -rW $name.ko | sed -n "/'.rela*places'/,/^\$/p" | awk '$3 ~ /64/ && $5 == ".text" { print $7 }' >$name.at
#@ [ "$(wc -l <$name.n)" = "$(wc -l <$name.at)" ] && [ "$(wc -l <$name.n)" -ge 14 ]
#@ paste -d' ' $name.at $name.n | sort -k2n | awk -v module="$PWD/$name.ko" '
#@ 	FILENAME == "truth" { key = $1 SUBSEP $2; if (!seen[key]++) { n[$1]++; expr[$1, n[$1]] = $2; text[$1, n[$1]] = /"/ } next }
#@ 	{ points[$2] = points[$2] (points[$2] ? ", " : "") "module(\"" module "\").statement(0x" $1 ")" }
#@ 	END {
#@ 		for (p = 1; p in points; p++) {
#@ 			printf "probe %s {\n\tprintln(\"%d hit 0\")\n", points[p], p
#@ 			for (i = 2; i <= n[p]; i++) {
#@ 				e = expr[p, i]
#@ 				printf "\tif (@defined($%s)) printf(\"%d %s %s\\n\", $%s)\n\telse println(\"%d %s gone\")\n",
#@ 				       e, p, e, text[p, i] ? "\\\"%s\\\"" : "%d", e, p, e
#@ 			}
#@ 			print "}"
#@ 		}
#@ 	}' truth - >$name.stp
#@ cat >>$name.stp <<-MORE
#@ 	probe module("$PWD/$name.ko").function("eight").return { printf("eight(%d, %d) = %d\n", \$c, \$e, \$return) }
#@ 	probe module("$PWD/$name.ko").function("members").return { printf("members(%d) = %d\n", \$n, \$return) }
#@ 	probe module("$PWD/$name.ko").function("by_value").return { printf("by_value = %d\n", \$return) }
#@ 	probe module("$PWD/$name.ko").function("recursive").return { printf("recursive(%d) = %d\n", \$depth, \$return) }
#@ 	probe module("$PWD/$name.ko").function("shade").inline {
#@ 		printf("shade %s %s\n", @defined(\$in_colour) ? sprint(\$in_colour) : "gone", @defined(\$factor) ? sprint(\$factor) : "gone")
#@ 	}
#@ 	probe module("$PWD/$name.ko").function("fill").call { printf("fill %d\n", \$salt) }
#@ MORE
#@ "$SONDE_BUILD/sonde" -w -p4 -r "$RELEASE" -m t_$name $name.stp
#@ END
#@ bash -e truth-make.sh 4 "$top/tests/lib/dwarf-target.c" && bash -e truth-make.sh 5 "$top/tests/lib/dwarf-target.c"

# The records of a script's other probes aside, each line of the truth, or that the compiler has left nothing of it.
right=0
for version in 4 5; do
	"$SONDERUN" -c "insmod $MODULES/truth$version.ko && rmmod truth$version" "$MODULES/t_truth$version.ko" >out 2>err || fail "status $?: $(cat err)"
	expect_eq "stderr of DWARF $version" "$(cat err)" ""
	grep '^[0-9]' out >values
	expect_eq "lines of DWARF $version" "$(wc -l <values)" "$(wc -l <"$MODULES/truth")"
	paste -d'\n' values "$MODULES/truth" | awk 'NR % 2 { got = $0; next } { split(got, a, " "); split($0, b, " ") }
		a[1] != b[1] || a[2] != b[2] || (got != $0 && a[3] != "gone") { print "got " got ", truth is " $0; bad = 1 }
		a[2] != "hit" && a[3] != "gone" { right++ }
		END { print right + 0; exit bad }' >verdict || fail "DWARF $version: $(head -n 20 verdict)"
	n=$(tail -n 1 verdict)
	echo "DWARF $version: $n values are right" >&2
	[ "$n" -ge 90 ] || fail "DWARF $version: only $n values: $(grep gone values | tr '\n' ';')"
	right=$((right + n))
	expect_eq "returns, entries, inlined parameters of DWARF $version" "$(grep -v '^[0-9]' out)" "fill 7
eight(-300, -5000000000) = -1000000139
members(3) = 21
shade 5 6
shade -7 7
by_value = -23
recursive(0) = 5
recursive(1) = 11
recursive(2) = 18
recursive(3) = 26"
done
[ "$right" -ge 190 ] || fail "only $right values in all"
