# SPDX-License-Identifier: GPL-2.0-or-later
# Stacks of a program from samples of performance events, of its tasks and of all processors: each names one of the chains of calls that
# the program burns its time in, from its innermost function up to where it began; optimised, without frame pointers.
# native
# timeout 200
#@ src=$SONDE_TOP/tests/vm/programs/burn.c
#@ gcc -O2 -fomit-frame-pointer -o burn "$src" && gcc -O2 -fomit-frame-pointer -fno-pie -no-pie -o fixed "$src" || exit
#@ gcc -O2 -g -fomit-frame-pointer -fno-asynchronous-unwind-tables -fno-exceptions -o debug "$src" || exit
#@ for p in burn fixed debug; do
#@ 	{ echo 'global n, user, whole'
#@ 	# The handler's own text, and the addresses that are made names afterwards.
#@ 	echo "probe perf.sw.cpu_clock.process(\"$PWD/$p\") { n[\"task \" . str_replace(sprint_ubacktrace(), \"\n\", \" \")]++; user += user_mode() }"
#@ 	echo "probe perf.sw.cpu_clock.sample(3000000) { if (execname() == \"$p\" && pid() == target()) whole[ubacktrace()]++ }"
#@ 	echo 'probe end { println("user ", user); foreach (k in n) println(n[k], " ", k)'
#@ 	echo '	foreach (k in whole) println(whole[k], " all ", str_replace(sprint_usyms(k), "\n", " ")) }'
#@ 	} >$p.stp
#@ 	"$SONDE_BUILD/sonde" -p4 -DMAXMAPENTRIES=8192 -DMAXSTRINGLEN=4096 -r "$RELEASE" -m "t_$p" -d "$PWD/$p" --ldd $p.stp || exit
#@ done
# module none
#| probe never { }

# Lines as "COUNT KIND FUNCTION FUNCTION...".
names()
{
	sed -n 's/0x[0-9a-f]* : //g; s/+0x[0-9a-f]*\(\/0x[0-9a-f]*\)\?//g; s/ \[[^]]*\]//g; s/ *$//; /^[0-9]/p' out |
		awk '{n[substr($0, index($0, " ") + 1)] += $1} END {for (k in n) print n[k], k}' | sort -rn
}

for p in burn fixed debug; do
	"$SONDERUN" -c "exec $MODULES/$p 2500" "$MODULES/t_$p.ko" >out 2>err || fail "$p: $(cat out err)"
	names >got
	begins="main( [^ ]+)* _start"
	for kind in task all; do
		grep -E "^[0-9]+ $kind burn " got >burns
		right=$(grep -cE " burn (third (second first|other)|other) $begins\$" burns)
		expect_eq "$p, $kind: stacks that are not as the program's calls are: $(head -n 5 got)" "$right" "$(wc -l <burns)"
		expect_eq "$p, $kind: chains" "$right" 3
		awk -v kind=$kind '{n += $1; if ($0 ~ / second /) a += $1; else if ($0 ~ / third /) b += $1; else c += $1}
			END {print kind, (n > 150 && a > n / 6 && b > n / 6 && c > n / 12 ? "fine" : n " " a " " b " " c)}' burns >shares
		expect_eq "$p: shares" "$(cat shares)" "$kind fine"
	done
	# Nothing that began at the program's start ends anywhere else.
	bad=$(grep -E ' (burn|third|second|first|other|main)( |$)' got | grep -vE "$begins\$" | head -n 3)
	expect_eq "$p: cut" "$bad" ""
	echo "$p: $(awk '/ burn /{n += $1} END {print n}' got) samples"
	[ "$(sed -n 's/^user //p' out)" -ge 100 ] || fail "$p: $(head -n 1 out)"
	expect_eq "$p: losses" "$(grep -E 'lost|ERROR' err)" ""
done
exit 0
