#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# tests/vm/examples.sh compile | run - the two halves of the guest case "examples": here, the modules of all examples into the working
# directory, for $RELEASE; in the guest, from $MODULES, each as its "run:" line has it. What is behind -c and -x is for the run, all else
# for the compiler. A failure of one does not keep the others from being run.
set -u
top=$SONDE_TOP

# split FILE: its run line into compile_args and run_args.
split()
{
	local line
	compile_args=() run_args=()
	line=$(sed -n 's|^// run: sonde ||p' "$1")
	eval "set -- ${line//%s/\'$1\'}"
	while [ $# -gt 0 ]; do
		case $1 in
		-c|-x|-T) run_args+=("$1" "${2//%%/%}"); shift ;;
		*) compile_args+=("$1") ;;
		esac
		shift
	done
}

each() { find "$top/examples" -name '*.stp' ! -path '*/library/*' | sort | grep -e "${SONDE_EXAMPLES:-.}"; }

# one FILE: its module, in the working directory.
one()
{
	local name=${1#"$top/examples/"}
	name=t_${name%.stp}
	name=${name//[^a-zA-Z0-9]/_}
	split "$1"
	mkdir -p "$name.d"
	(cd "$name.d" && "$SONDE_BUILD/sonde" -w -p4 -r "$RELEASE" -m "$name" ${compile_args[@]+"${compile_args[@]}"} >log 2>&1 </dev/null) ||
		{ echo "$1:"; cat "$name.d/log"; }
	mv "$name.d"/*.ko "$name.ko" 2>/dev/null # -m in the run line is another name
}

case $1 in
one) one "$2" ;;
compile)
	each | xargs -P "$(nproc)" -n 1 bash "$0" one
	[ "$(each | wc -l)" = "$(find . -maxdepth 1 -name '*.ko' | wc -l)" ] ;;
run)
	passed=0 failed=0
	while read -r f; do
		name=${f#"$top/examples/"}
		name=t_${name%.stp}
		name=${name//[^a-zA-Z0-9]/_}
		split "$f"
		# Sixty tools that look at what a guest happens to do: what one does not see, it is asked for once more.
		for try in 1 2; do
			timeout 60 "$SONDERUN" ${run_args[@]+"${run_args[@]}"} "$MODULES/$name.ko" >/tmp/out 2>/tmp/err </dev/null
			status=$? wrong=
			while IFS= read -r want; do
				grep -qE -e "$want" /tmp/out || wrong+="    no line is like: $want"$'\n'
			done < <(sed -n 's|^// expect: ||p' "$f")
			[ -n "$wrong" ] && [ "$status" != 124 ] && [ $try = 1 ] || break
			echo "UNSTEADY ${f#"$top/"}: at first $wrong"
		done
		if [ -z "$wrong" ] && [ "$status" != 124 ]; then
			passed=$((passed + 1))
		else
			failed=$((failed + 1))
			printf '%s: status %d\n%s' "${f#"$top/"}" "$status" "$wrong" >&2
			head -n 25 /tmp/out /tmp/err | sed 's/^/        /' >&2
		fi
	done < <(each)
	echo "$passed $failed" >"$COUNT"
	[ "$failed" = 0 ] ;;
esac
