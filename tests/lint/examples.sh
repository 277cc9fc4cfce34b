#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every function that scripts may call has an example in its doc comment, which is run (tests/lib/doc-examples), but for those of
# tests/lint/examples.exceptions, each with the reason.
set -u
cd "${SONDE_TOP:-$(dirname "$0")/../..}" || exit
tmp=$(mktemp -d) || exit
trap 'rm -rf "$tmp"' EXIT
bad=0
files=(tapset/*.stp tapset/linux/*.stp tapset/arch/*/*.stp)
list=tests/lint/examples.exceptions
{
	sed -n 's/^BUILTIN(\([A-Za-z0-9_]*\),.*/\1/p' compiler/sema/builtin.def
	sed -n 's/^function \([A-Za-z0-9_]*\).*/\1/p' "${files[@]}"
} | grep -v '^__' | sort -u >"$tmp/all"
tests/lib/doc-examples names "${files[@]}" | sort -u >"$tmp/have" || bad=1
sed -n 's/^\([A-Za-z0-9_]*\): ..*/\1/p' $list | sort >"$tmp/excepted"
comm -23 "$tmp/all" "$tmp/have" | comm -23 - "$tmp/excepted" >"$tmp/none"
[ ! -s "$tmp/none" ] || { echo "no example in the doc comment of:" $(cat "$tmp/none"); bad=1; }
comm -12 "$tmp/have" "$tmp/excepted" >"$tmp/both"
[ ! -s "$tmp/both" ] || { echo "$list: there is an example of:" $(cat "$tmp/both"); bad=1; }
comm -13 "$tmp/all" <(sort -u "$tmp/have" "$tmp/excepted") >"$tmp/gone"
[ ! -s "$tmp/gone" ] || { echo "no such function:" $(cat "$tmp/gone"); bad=1; }
uniq -d "$tmp/excepted" | grep . && { echo "$list: twice"; bad=1; }
exit $bad
