#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Our own <sys/sdt.h> can be included by anybody: C and C++ of old and new standards, other compilers and machines, as far as
# they are there, without a warning; and the notes say the arguments.
set -u
top=$(cd "${SONDE_TOP:-$(dirname "$0")/../..}" && pwd) || exit
work=$(mktemp -d) || exit
trap 'rm -rf "$work"' EXIT
src=$top/tests/vm/programs/sdt.c
cp "$src" "$work/sdt.cc"
bad=0
try()
{
	command -v "$1" >/dev/null || return
	"$@" -Wall -Wextra -Wno-unused -Werror -DFREESTANDING -I"$top/include" -c -o "$work/o" || { echo "lint/sdt: $*"; bad=1; return; }
	readelf -n "$work/o" 2>/dev/null | sed -n 's/^ *Arguments: *//p' >"$work/args"
	# none, types, others, arrays, one, three, inlined twice, by__hand, watched
	[ "$(grep -o @ "$work/args" | wc -l)" = $((10 + 12 + 4 + 1 + 3 + 2 + 2 + 1)) ] && [ "$(wc -l <"$work/args")" = 10 ] &&
		! grep -vqE '^(-?[1248]f?@[^ ]+(, [^ ]+)?( |$))*$' "$work/args" || { echo "lint/sdt: $*"; cat "$work/args"; bad=1; }
}
for o in -O0 -O2; do
	for std in gnu99 c11 gnu11; do
		try gcc $o -std=$std "$src"
		try clang $o -std=$std "$src"
	done
	for std in gnu++98 c++11 c++17 c++20; do
		try g++ $o -std=$std "$work/sdt.cc"
		try clang++ $o -std=$std "$work/sdt.cc"
	done
done
try aarch64-linux-gnu-gcc -O2 "$src"
try aarch64-linux-gnu-gcc -O0 "$src"
try clang --target=aarch64-linux-gnu -O2 "$src"
exit $bad
