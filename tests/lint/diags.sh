#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every diagnostic has an id of its own, a text for --explain, somebody who reports it, and a test in tests/err that is
# named for it. Those without a test stand in `untested` with the reason.
set -u
cd "${SONDE_TOP:-$(dirname "$0")/../..}" || exit
bad=0
wrong() { echo "$*"; bad=1; }

# kebab-name: why there is no test of it on the host.
untested='
replay-failed: a recorded command has to fail and kbuild to succeed: tests/unit/build-replay.c has the parts
module-build: by its nature a mistake in sonde; a script that provokes it is a bug to correct
not-lvalue: the parser reports these first (parse-not-assignable); kept for trees made by aliases
control-flow: the parser reports these first (parse-outside-loop, parse-return-outside); kept for trees made by aliases
'

# ID LEVEL NAME of each line, then its text.
table=$(cat compiler/base/diag-*.def | tr '\n\t' '  ' | sed 's/DIAG(/\nDIAG(/g' |
	sed -n 's/^DIAG(\([A-Z0-9_]*\), *\([A-Z]*\), *"\([^"]*\)", *"\(.*\)").*$/\1 \2 \3 \4/p')
count=$(cat compiler/base/diag-*.def | grep -c '^DIAG(')
[ "$(wc -l <<<"$table")" = "$count" ] || wrong "diag-*.def: $count lines begin with DIAG(, $(wc -l <<<"$table") were understood"

dup=$(awk '{print $1; print $3}' <<<"$table" | sort | uniq -d)
[ -z "$dup" ] || wrong "used twice: $dup"
reported=$(grep -rhoE --include='*.[chyl]' '\bDIAG_[A-Z0-9_]+|\bid\(([A-Z0-9_]+)' compiler | sort -u)

shopt -s nullglob
while read -r id level name text; do
	[[ $name =~ ^[a-z0-9]+(-[a-z0-9]+)*$ ]] || wrong "$id: '$name' is not in kebab case"
	[ "$name" = "${name#parse-}" ] || [ "$level" = PARSE ] || wrong "$name: the name says parse, the level $level"
	[ ${#text} -ge 40 ] || wrong "$name: its text for --explain says next to nothing: '$text'"
	grep -q "^DIAG_$id\$" <<<"$reported" || grep -rqwE --include='*.[chyl]' "(DIAG|E|ERR)?_?$id" compiler || wrong "$name: nothing reports it"
	tests=(tests/err/"$name".stp tests/err/"$name".test)
	found=
	for t in "${tests[@]}" tests/err/"$name"-*.stp tests/err/"$name"-*.test; do
		[ ! -e "$t" ] || found=1
	done
	reason=$(grep "^$name: " <<<"$untested")
	[ -n "$found$reason" ] || wrong "$name: no tests/err/$name.stp or .test"
	[ -z "$found" ] || [ -z "$reason" ] || wrong "$name: it has a test now: take it off the list in $0"
done <<<"$table"
while IFS=: read -r name reason; do
	[ -z "$name" ] || grep -q " $name " <<<"$table" || wrong "$name is listed in $0 and does not exist"
done <<<"$untested"

# No expected text without its case, nor the other way round.
for f in tests/err/*.err; do
	[ -e "${f%.err}.stp" ] || [ -e "${f%.err}.test" ] || wrong "$f: its case is gone"
done
for f in tests/err/*.stp tests/golden/*.stp; do
	case $f in */err/*) want=${f%.stp}.err ;; *) want=${f%.stp}.out ;; esac
	[ -e "$want" ] || wrong "$f has no expected text"
done
# gcc's and make's words are not for users; an error names its place.
if grep -ln 'Segmentation\|Assertion\|internal compiler\|: undefined reference\|\.c:[0-9]*:[0-9]*: error' tests/err/*.err; then
	wrong "a crash or the C compiler's words as expected text"
fi
exit $bad
