#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The documentation is true: what doc/generate.sh writes is up to date, every script in a block ```stp passes analysis (parsing only
# where no kernel is at hand), files that are named exist, and manual pages have no mistakes.
set -u
cd "${SONDE_TOP:-$(dirname "$0")/../..}" || exit
sonde=${SONDE_BUILD:-$PWD/build}/sonde
tmp=$(mktemp -d) || exit
trap 'rm -rf "$tmp"' EXIT
bad=0
wrong() { echo "$*"; bad=1; }

doc/generate.sh --check || bad=1

kernel=$(tools/kernels list | awk 'NR == 1 {print $2}')
for f in README.md doc/*.md; do
	awk -v out="$tmp/${f//\//_}" '/^```stp/ {n++; on = 1; next} /^```/ {on = 0} on {print >(out "." n ".stp")}' "$f"
done
for f in "$tmp"/*.stp; do
	if [ -n "$kernel" ]; then
		"$sonde" -w -p2 -r "$kernel" "$f" >"$tmp/out" 2>&1
	else
		"$sonde" -w -p1 "$f" >"$tmp/out" 2>&1
	fi || { wrong "a script of ${f##*/} is refused:"; cat "$f" "$tmp/out"; }
done

# Examples say how they are run and what then comes, and mean something to every kernel at hand.
for f in examples/*/*.stp; do
	grep -q '^// run: sonde .*%s' "$f" || wrong "$f: no line '// run: sonde ... %s'"
	grep -q '^// expect: .' "$f" || wrong "$f: no line '// expect: REGEX'"
	for r in $(tools/kernels list | awk '{print $2}'); do
		"$sonde" -w -p2 -r "$r" "$f" >"$tmp/out" 2>&1 || { wrong "$f is refused for $r:"; cat "$tmp/out"; }
	done
done

# Links between pages, and paths in backticks below the directories of the tree.
for f in README.md doc/*.md; do
	while read -r link; do
		[ -e "$(dirname "$f")/${link%%#*}" ] || wrong "$f: there is no $link"
	done < <(grep -oE '\]\([a-z][^):]*\)' "$f" | sed 's/^](//; s/)$//')
	while read -r path; do
		compgen -G "$path" >/dev/null || wrong "$f: there is no $path"
	done < <(grep -oE '`(compiler|runtime|tapset|tests|doc|tools|guest|examples)/[a-z0-9_./*-]*`' "$f" | tr -d '`') # capitals are placeholders
done

if command -v man >/dev/null && command -v groff >/dev/null; then
	for f in doc/man/*.[1-9]*; do
		[ -z "$(man --warnings=w -l "$f" 2>&1 >/dev/null | tee /dev/stderr)" ] || wrong "$f: the manual page has mistakes"
	done
fi
# Every option of the command line is in the manual.
for option in $("$sonde" --help | grep -oE -- '--[a-z][a-z-]*' | sort -u); do
	tr -d '\\' <doc/man/sonde.1 | grep -q -- "$option" || wrong "sonde(1) does not know $option"
done
exit $bad
