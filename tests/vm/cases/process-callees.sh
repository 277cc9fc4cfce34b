# SPDX-License-Identifier: GPL-2.0-or-later
# Callees of callees in programs and libraries: each call through the chain, and none of those around it, in code that is compiled
# in several ways; and what is said where no table tells who called.
# native
# timeout 200
#@ src=$SONDE_TOP/tests/vm/programs/callees.c
#@ gcc -g -O2 -fpie -pie -o pie "$src" && gcc -g -O2 -fno-pie -no-pie -o fixed "$src" && gcc -g -O1 -o o1 "$src" && gcc -g -O0 -o o0 "$src" || exit
#@ gcc -g -O2 -DFORGET -pthread -o forgets "$src" || exit
#@ gcc -g -O2 -DPART=1 -c -o calls.o "$src" && gcc -g -O0 -DPART=2 -c -o called.o "$src" && gcc -g -o mixed calls.o called.o || exit
#@ # Without .eh_frame: by .debug_frame, by frame pointers, by nothing.
#@ bare="-g -O2 -fno-asynchronous-unwind-tables -fno-exceptions"
#@ gcc $bare -fomit-frame-pointer -o debug "$src" && objcopy -R .debug_frame debug none && gcc $bare -fno-omit-frame-pointer -o pointers "$src" || exit
#@ objcopy -R .debug_frame pointers
#@ gcc -g -O2 -fPIC -shared -DLIBRARY -o libchain.so "$src" && gcc -g -O2 -DPART=0 -DMAIN -o linked "$src" -L. -lchain -Wl,-rpath,"$PWD" || exit
#@ gcc -g -O0 -fPIC -shared -DLIBRARY -o libplain.so "$src" && gcc -g -O0 -DPART=0 -DMAIN -o plain "$src" -L. -lplain -Wl,-rpath,"$PWD" || exit
#@ cat >chain.stp <<'END'
#@ global n
#@ probe PLACE.function("top").callees { n["top 1 " . probefunc()]++ }
#@ probe PLACE.function("top").callees(2) { n["top 2 " . probefunc()]++ }
#@ probe PLACE.function("top").callees(3) { n["top 3 " . probefunc()]++ }
#@ probe PLACE.function("elsewhere").callees(2) { n["elsewhere 2 " . probefunc()]++ }
#@ probe PLACE.function("recursive").callees(3) { n["recursive 3 " . probefunc()]++ }
#@ probe end { foreach (k+ in n) println(k, " ", n[k]) }
#@ END
#@ for p in pie fixed o1 o0 mixed debug linked plain forgets; do
#@ 	{ place="process(\"$PWD/$p\")"
#@ 	case $p in linked) place="$place.library(\"libchain.so\")" ;; plain) place="$place.library(\"libplain.so\")" ;; esac
#@ 	sed "s|PLACE|$place|" chain.stp
#@ 	# Calls that a return probe is on return to the kernel.
#@ 	[ $p != pie ] || printf 'probe process("%s").function("%s").return { }\n' "$PWD/pie" top "$PWD/pie" middle "$PWD/pie" leaf "$PWD/pie" recursive
#@ 	[ $p != linked ] || printf 'probe %s.plt("%s").return { }\n' "$place" leaf "$place" middle
#@ 	} >$p.stp
#@ 	"$SONDE_BUILD/sonde" -p4 -r "$RELEASE" -m "t_$p" $p.stp || exit
#@ done
#@ for p in none pointers; do
#@ 	sed -n "s|PLACE|process(\"$PWD/$p\")|; /callees(2)/{ /top/p }; /^global\|^probe end/p" chain.stp >$p.stp
#@ 	"$SONDE_BUILD/sonde" -p4 -r "$RELEASE" -m "t_$p" $p.stp || exit
#@ done
#@ sed "s|PLACE|process(\"$PWD/libchain.so\")|" chain.stp >library.stp
#@ "$SONDE_BUILD/sonde" -p4 -r "$RELEASE" -m t_library library.stp || exit
#@ sed -n "s|PLACE|process(\"$PWD/pie\")|; /callees(3)/{ /top/p }; /^global\|^probe end/p" chain.stp >anybody.stp
#@ "$SONDE_BUILD/sonde" -p4 -DSTAP_CALLEE_MATCHALL -r "$RELEASE" -m t_anybody anybody.stp || exit
# module none
#| probe never { }

# top calls middle twice, around, values, tail, by_pointer and leaf; middle calls leaf twice; around has inlined in it, which calls leaf; values
# calls by_value. tail and by_pointer call leaf in ways that nobody knows. It is called 100 times, elsewhere (middle, around, values, leaf) 70, recursive(5) once.
counts='elsewhere 2 around 70
elsewhere 2 by_value 70
elsewhere 2 inlined 70
elsewhere 2 leaf 210
elsewhere 2 middle 70
elsewhere 2 values 70
recursive 3 leaf 3
recursive 3 recursive 12
top 1 around 100
top 1 by_pointer 100
top 1 leaf 100
top 1 middle 200
top 1 tail 100
top 1 values 100
top 2 around 100
top 2 by_pointer 100
top 2 by_value 100
top 2 inlined 100
top 2 leaf 500
top 2 middle 200
top 2 tail 100
top 2 values 100
top 3 around 100
top 3 by_pointer 100
top 3 by_value 100
top 3 inlined 100
top 3 leaf 600
top 3 middle 200
top 3 tail 100
top 3 values 100'

# run PROGRAM [MODULE]
run()
{
	"$SONDERUN" -c "$MODULES/$1" "$MODULES/t_${2:-$1}.ko" >out 2>err || fail "${2:-$1}: $(cat out err)"
}

for p in pie fixed debug mixed o1 o0 linked plain forgets; do
	run $p
	# Without the optimisation the tail call is a call, and known.
	case $p in o[01] | plain) want=$(sed 's/^top 2 leaf 500/top 2 leaf 600/; s/^top 3 leaf 600/top 3 leaf 700/' <<<"$counts") ;; *) want=$counts ;; esac
	expect_eq "$p" "$(cat out)" "$want"
	expect_eq "$p: losses" "$(grep lost err)" ""
done
run linked library
expect_eq library "$(cat out)" "$counts"

# Nothing tells: what the return address alone shows (callees of top itself) is there, and all that may have been one is counted: 640 leaf (in
# 320 calls of middle), 170 inlined, 170 by_value. By pointers those are there that fit.
run none
expect_eq none "$(cat out)" "$(sed -n '/^top 1/s/1/2/p' <<<"$counts")"
expect_match "none: losses" "$(cat err)" 'lost: probe process\(.*callees\(2\): 980 hits skipped \(the program has no table of frames'
"$SONDERUN" --format=json --fail-on-loss -c "$MODULES/none" "$MODULES/t_none.ko" >out 2>err
expect_eq "status with --fail-on-loss" $? 2
expect_match "none, as JSON" "$(cat out)" '"type":"loss","probe":"process[^}]*","cause":"callers","count":980}'
run pointers
expect_eq pointers "$(cat out)" "$(grep '^top 2' <<<"$counts")"
expect_match "pointers: losses" "$(cat err)" 'lost: probe process\(.*callees\(2\): 380 hits skipped \(the program has no table of frames'

# Whoever calls.
run pie anybody
expect_eq anybody "$(xargs <out)" 'top 3 around 170 top 3 by_pointer 100 top 3 by_value 170 top 3 inlined 170 top 3 leaf 1231 top 3 middle 320 top 3 tail 100 top 3 values 170'
exit 0
