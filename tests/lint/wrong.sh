#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What tests/err/*.stp are for: a wrong script is told where it is wrong, at a place of its own with a caret under it, and
# never by the C compiler or a signal. There are at least 300 of them. Those whose mistake has no place in the script (there
# is no probe in it, an option is wrong) say so in the list below.
set -u
cd "${SONDE_TOP:-$(dirname "$0")/../..}/tests/err" || exit
no_place='no-probes no-probes-empty unused-argument unused-argument-fatal usage-runtime usage-runtime-release'
bad=0 n=0
wrong() { echo "tests/err/$1: $2"; bad=1; }
for f in *.stp; do
	name=${f%.stp}
	if [ ! -f "$name.err" ]; then wrong "$f" "nothing is expected of it"; continue; fi
	case " $no_place " in *" $name "*) continue ;; esac
	grep -qE '(: | )at [^:]+:[0-9]+:[0-9]+' "$name.err" || wrong "$name.err" "no place"
	grep -qE '^[[:space:]]+\^~*' "$name.err" || wrong "$name.err" "no caret"
	! grep -qE '(gcc|cc1|ld):|\.c:[0-9]+:[0-9]+: error|[Ss]egmentation|core dumped' "$name.err" || wrong "$name.err" "not our words"
	grep -qE '^(parse error|semantic error|ERROR): ' "$name.err" || continue
	n=$((n + 1))
done
[ $n -ge 300 ] || { echo "only $n wrong scripts"; bad=1; }
exit $bad
