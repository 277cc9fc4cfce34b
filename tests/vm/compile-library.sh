#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# compile-library.sh RELEASE FOLDER - compiles every example to a module, and every function and alias of the library
# (sonde --check), for one kernel. What is made goes to FOLDER. Ends with "N passed, N failed". SONDE_CROSS holds the options
# for another machine.
set -u
release=$1 work=$2/library-$1
here=$(cd "$(dirname "$0")" && pwd)
top=${SONDE_TOP:-$here/../..}
sonde=${SONDE_BUILD:-$top/build}/sonde

# one NUMBER NAME: says on one line how it went; on more, why not. NAME is a file of an example.
if [ "$release" = --one ]; then
	release=$2 work=$3 n=$4 name=$5
	# As its first line says, except for what only matters when it runs.
	eval "set -- $(sed -n 's|^// run: sonde \(.*\)$|\1|p' "$name" | head -n 1 | sed "s|%s|'$name'|")"
	args=()
	while [ $# -gt 0 ]; do
		case $1 in
		-c|-x|-o|-s|-m)	shift ;;
		--vm*|-v)	;;
		--runtime=*)	echo "ok $name (needs no kernel)"; exit ;;
		*)		args+=("$1") ;;
		esac
		shift
	done
	mkdir -p "$work/$n" && cd "$work/$n" || exit
	# shellcheck disable=SC2086	# several words
	if "$sonde" -w -p4 ${SONDE_CROSS:-} -r "$release" -m "lib_$n" "${args[@]}" >out 2>&1 </dev/null && [ -f "lib_$n.ko" ]; then
		echo "ok $name"
	elif [ -n "${SONDE_CROSS:-}" ] && grep -qE "there is no program|is a program of another machine" out; then
		echo "ok $name (its program is not here for that machine)"
	else
		echo "FAILED $release $name: does not compile"
		tail -n 20 out | sed 's/^/    /'
	fi
	cd / && rm -rf "${work:?}/$n"
	exit
fi

mkdir -p "$work"
n=0
for f in "$top"/examples/*/*.stp; do
	n=$((n + 1))
	printf '%s\0%s\0' "$n" "$f"
done | SONDE_BUILD=${sonde%/sonde} xargs -0 -n 2 -P "$(nproc)" bash "$here/compile-library.sh" --one "$release" "$work" >"$work/results"
# shellcheck disable=SC2086	# several words
if "$sonde" -W ${SONDE_CROSS:-} -r "$release" --check "$top/tapset" >"$work/check" 2>&1 </dev/null; then
	echo "ok library" >>"$work/results"
else
	{ echo "FAILED $release library"; tail -n 40 "$work/check" | sed 's/^/    /'; } >>"$work/results"
fi
grep -v '^ok ' "$work/results"
echo "$(grep -c '^ok ' "$work/results") passed, $(grep -c '^FAILED ' "$work/results") failed"
