# SPDX-License-Identifier: GPL-2.0-or-later
# Markers by our own <sys/sdt.h>: of C and C++, of gcc and, if it is there, clang, optimised or not: all kinds of arguments, against what the
# program itself prints. And markers of installed software, python's, against what is known of the program that it runs.
# native
# timeout 240
#@ src=$SONDE_TOP/tests/vm/programs/sdt.c
#@ cp "$src" sdt.cc
#@ list=
#@ for cc in gcc g++ clang clang++; do
#@ 	command -v $cc >/dev/null || continue
#@ 	case $cc in *++) from=sdt.cc ;; *) from=$src ;; esac
#@ 	for o in "-O0" "-O2" "-O2 -fno-pie -no-pie"; do
#@ 		out=sdt.$(echo "$cc$o" | tr -d ' +-')$(case $cc in *++) echo xx ;; esac)
#@ 		$cc -Wall -Wextra -Werror -I"$SONDE_TOP/include" $o -o "$out" "$from"
#@ 		list+=" $out"
#@ 	done
#@ done
#@ echo $list >list
#@ cat >own.stp <<END
#@ probe process("$PWD/sdt.*").mark("*") { if (\$\$name != "three" && \$\$name != "by__hand") println(\$\$name, " ", \$\$parms) }
#@ probe process("$PWD/sdt.*").mark("three") { println("three arg1=", sprintf("%#x", \$arg2), @defined(\$arg1) || @defined(\$arg3) ? " and more" : "") }
#@ probe process("$PWD/sdt.*").provider("sdt").mark("by-hand") { println("by__hand ", \$\$parms) }
#@ END
#@ rm sdt.cc
#@ "$SONDE_BUILD/sonde" -p4 -r "$RELEASE" -m t_sdt own.stp
#@ if [ -x /usr/bin/python3 ] && [ -n "$("$SONDE_BUILD/sonde" -r "$RELEASE" -l 'process("/usr/bin/python3").provider("python").mark("function__entry") ?')" ]; then
#@ 	cat >python.stp <<END
#@ 	probe process("/usr/bin/python3").mark("function-return") { if (user_string(\$arg1) =~ "marked.py") printf("< %s %d\n", user_string(\$arg2), \$arg3) }
#@ 	probe process("/usr/bin/python3").mark("gc-start") { printf("gc %d\n", \$arg1) }
#@ 	probe process("/usr/bin/python3").mark("import-find-load-done") { if (user_string(\$arg1) =~ "this") printf("import %s %d\n", user_string(\$arg1), \$arg2) }
#@ END
#@ 	"$SONDE_BUILD/sonde" -p4 -r "$RELEASE" -m t_python python.stp
#@ fi
# module none
#| probe never { }

n=0
for p in $(cat "$MODULES/list"); do
	"$SONDERUN" -c "exec $MODULES/$p >/tmp/truth" "$MODULES/t_sdt.ko" >out 2>err || fail "$p: $(cat out err)"
	[ "$(grep -c . /tmp/truth)" = 50 ] || fail "$p: $(grep -c . /tmp/truth) lines"
	diff /tmp/truth out >diff || fail "$p: $(head -n 20 diff)"
	n=$((n + 1))
done
[ $n -ge 6 ] || fail "only $n programs"
# Nobody watches: what is expensive is left out.
"$MODULES/$p" >/tmp/truth
grep -q watched /tmp/truth && fail "watched by nobody"

[ -e "$MODULES/t_python.ko" ] || exit 0
cat >/tmp/marked.py <<'END'
import gc
gc.disable()
def inner(x):
    return x + 1

def outer(x):
    y = inner(x)
    return inner(y)

outer(1)
gc.collect(1)
import this_module
gc.collect()
END
echo >/tmp/this_module.py
"$SONDERUN" -c "exec /usr/bin/python3 /tmp/marked.py" "$MODULES/t_python.ko" >out 2>err || fail "python: $(cat out err)"
# (3.11 passes its marker of entries no longer.)
expect_eq python "$(grep -v '^gc' out)" "< inner 4
< inner 4
< outer 8
import this_module 1
< <module> 13"
expect_eq "garbage collection" "$(grep -c '^gc 1$' out) $(grep -q '^gc 2$' out && echo more)" "1 more"
