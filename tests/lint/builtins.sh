#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every intrinsic function of the compiler's table has a prototype and a definition in the runtime, and every prototype a line in
# the table, with the same types.
set -u
cd "${SONDE_TOP:-$(dirname "$0")/../..}" || exit
bad=0
# "NAME RETURN PARAMETERS", in letters: l number, s string, v nothing.
table=$(sed -n 's/^BUILTIN(\([A-Za-z0-9_]*\), "\([lsv]\)", "\([ls]*\)",.*/\1 \2 \3/p' compiler/sema/builtin.def | sort)
[ "$(wc -l <<<"$table")" = "$(grep -c '^BUILTIN(' compiler/sema/builtin.def)" ] || { echo "builtin.def: a line was not understood"; bad=1; }
prototypes=$(awk '/sd_fn_[A-Za-z0-9_]*\(/ && !/#define/ {
	line = $0
	ret = line ~ /^void / ? "v" : line ~ /^sd_int / ? "l" : line ~ /^struct sd_str / ? "s" : "?"
	match(line, /sd_fn_[A-Za-z0-9_]*/)
	name = substr(line, RSTART + 6, RLENGTH - 6)
	rest = substr(line, RSTART + RLENGTH)
	if ((ret == "s") != (rest ~ /^\(SD_FN_STR/)) ret = "?"
	sub(/\).*/, "", rest)
	params = ""
	n = split(rest, part, ",")
	for (i = 2; i <= n; i++)
		params = params (part[i] ~ /struct sd_str/ ? "s" : part[i] ~ /sd_int/ ? "l" : "?")
	print name, ret, params
}' runtime/intrinsics.h | sort)
if ! diff <(sed 's/ $//' <<<"$table") <(sed 's/ $//' <<<"$prototypes") | sed -n 's/^</only in builtin.def:  /p; s/^>/only in intrinsics.h:/p' | grep .; then
	:
else
	bad=1
fi
while read -r name _; do
	grep -rqE "sd_fn_${name}\(|\(${name}[,)]" runtime/core runtime/kern --include='*.c' || { echo "sd_fn_$name is defined nowhere"; bad=1; }
done <<<"$table"
exit $bad
