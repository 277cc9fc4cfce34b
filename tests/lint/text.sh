#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Text files are clean: no blanks at the end of a line, no carriage returns, a newline at the end, and no path of the
# machine they were written on.
set -u
cd "${SONDE_TOP:-$(dirname "$0")/../..}" || exit
bad=0
wrong() { echo "$*"; bad=1; }
mapfile -t files < <(find README.md bootstrap configure.ac Makefile.am .ci compiler runtime tapset guest tools tests doc examples \
	-type f ! -name '*~' ! -path '*/.deps/*' ! -name '*.bin' ! -name '*.gz')
mapfile -t sources < <(printf '%s\n' "${files[@]}" | grep -v '^tests/.*\.\(err\|out\|stp\|in\)$')
# shellcheck disable=SC2016
[ -z "$(grep -nE '[ 	]+$' "${sources[@]}" | tee /dev/stderr)" ] || wrong "blanks at the end of a line"
[ -z "$(grep -l $'\r' "${files[@]}" | grep -v 'tests/err/crlf\.' | tee /dev/stderr)" ] || wrong "carriage returns"
for f in "${sources[@]}"; do
	[ ! -s "$f" ] || [ -z "$(tail -c 1 "$f")" ] || wrong "$f: no newline at its end"
done
[ -z "$(grep -nE "(^|[^a-zA-Z0-9_.])/(home|Users)/[a-z]" "${files[@]}" | tee /dev/stderr)" ] || wrong "a path of somebody's home"
case $PWD in
/*/*)	[ -z "$(grep -nF "$PWD" "${files[@]}" | tee /dev/stderr)" ] || wrong "a path of this machine" ;;
esac
[ -z "$(grep -nE '^(<<<<<<<|>>>>>>>) ' "${files[@]}" | tee /dev/stderr)" ] || wrong "marks of a merge"
exit $bad
