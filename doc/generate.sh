#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# doc/generate.sh [--check] - writes what the program itself knows into the documentation: doc/diagnostics.md from
# sonde --explain, and the tables of other pages, which stand between lines "<!-- made from:
# sonde OPTION -->" and "<!-- end -->". --check changes nothing and fails when something would change.
set -eu
export LC_ALL=C.UTF-8
cd "$(dirname "$0")/.."
build=${SONDE_BUILD:-$PWD/build}
sonde=$build/sonde
[ -x "$sonde" ] || { echo "doc/generate.sh: no $sonde (./bootstrap build)" >&2; exit 2; }
check=${1:-}
status=0

# put FILE: standard input becomes FILE, or is compared with it.
put()
{
	local new
	new=$(cat; echo .)
	new=${new%.}
	if printf %s "$new" | cmp -s - "$1"; then
		return 0
	elif [ "$check" = --check ]; then
		echo "$1 is out of date (run doc/generate.sh)"
		status=1
	else
		printf %s "$new" >"$1"
		echo "$1: updated" >&2
	fi
}

diagnostics()
{
	local title name level text
	cat <<-'END'
	<!-- Made by doc/generate.sh from compiler/base/diag-*.def. -->
	# Diagnostics

	What sonde says when something is wrong with a script, a command line or the machine. Each kind has a name;
	`sonde --explain NAME` prints its paragraph, `sonde --explain list` all names. A message shows the place, the
	line and a mark under it, and where there is something to add, notes and a hint:

	    semantic error: '$cont' is not available at the entry of vfs_read: at <input>:1:26
	            source: probe vfs.read { println($cont) }
	                                             ^~~~~
	            hint: did you mean '$count'?

	`tests/err` has one or more examples of each, under its name. Errors while a script runs are another matter:
	see sonderun(8).
	END
	while IFS='|' read -r title file; do
		printf '\n## %s\n' "$title"
		for name in $(tr '\n' ' ' <"compiler/base/$file" | grep -oE 'DIAG\([A-Z0-9_]+, *[A-Z]+, *"[^"]+"' | sed 's/.*"\(.*\)"/\1/'); do
			text=$("$sonde" --explain "$name")
			level=${text%%$'\n'*}
			printf '\n### %s\n\n*%s.* %s\n' "$name" "${level#*: }" "$(sed -e 1,2d -e 's/[<*]/\\&/g' <<<"$text")"
		done
	done <<-'END'
	The command line, building and running|diag-driver.def
	The text of a script|diag-syntax.def
	What a script means|diag-sema.def
	Probe points|diag-probe.def
	Kernels and their types|diag-types.def
	END
}

# FILE with its tables made new.
tables()
{
	local line inside=
	while IFS= read -r line; do
		case $line in
		'<!-- made from: sonde '*)
			printf '%s\n\n' "$line"
			set -f
			# shellcheck disable=SC2046	# options
			case $line in
			*' --doc '*)	"$sonde" $(sed 's/.*: sonde \(.*\) -->/\1/' <<<"$line") | sed 's/^#/##/' ;; # is Markdown
			*)		"$sonde" $(sed 's/.*: sonde \(.*\) -->/\1/' <<<"$line") | sed 's/^/    /; s/ *$//' ;;
			esac
			set +f
			inside=1 ;;
		'<!-- end -->')
			printf '\n%s\n' "$line"
			inside= ;;
		*)	[ -n "$inside" ] || printf '%s\n' "$line" ;;
		esac
	done <"$1"
}

put doc/diagnostics.md < <(diagnostics)
for f in doc/probes.md doc/language.md doc/tapsets.md doc/examples.md; do
	put "$f" < <(tables "$f")
done
exit $status
