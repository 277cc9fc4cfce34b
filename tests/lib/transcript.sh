# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# For .test cases that are a row of command lines, what they say and how they end:
#
#	. "$(dirname "$0")/../lib/transcript.sh"
#	run --no-such-option
#	finish
#
# $path, where set, is the PATH that sonde sees. In bash. A case runs in an empty directory, $tmp, with caches and kernels of its own. $sonde is the program; what
# `run` prints is compared with NAME.err beside NAME.test. expect_status N before run when it is not 1.
set -u
here=$(cd "$(dirname "$0")" && pwd)
name=$(basename "$0" .test)
build=${SONDE_BUILD:-$(cd "$here/../.." && pwd)/build}
sonde=$build/sonde
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
unset SONDE_TAPSET NO_COLOR
export LC_ALL=C.UTF-8 TMPDIR=$tmp
real_kernels=${SONDE_KERNELS-}
cd "$tmp" || exit
transcript=$tmp/.transcript status=1 bad=
: >"$transcript"

skip() { echo "$*"; exit 77; }

# With a cache and kernels of the case's own: nothing of the user's is seen or touched.
alone() { export XDG_CACHE_HOME=$tmp/cache SONDE_KERNELS=$tmp/kernels HOME=$tmp/home XDG_DATA_HOME=$tmp/data; mkdir -p "$HOME"; }

expect_status() { status=$1; }

# run ARGS...: sonde with these arguments.
run()
{
	local got
	env PATH="${path:-$PATH}" "$sonde" "$@" >"$tmp/.out" 2>"$tmp/.err" </dev/null
	got=$?
	{
		printf '$ sonde'
		[ $# = 0 ] || printf ' %s' "${@@Q}"
		echo
		cat "$tmp/.err"
	} >>"$transcript"
	if [ $got != "$status" ]; then
		echo "sonde $*: exit status $got, not $status"
		bad=1
	fi
	status=1
}

# The first kernel that a module can be compiled for, as $release; without one the case is skipped.
need_kernel()
{
	release=$(env ${real_kernels:+SONDE_KERNELS="$real_kernels"} "$here/../../tools/kernels" list | awk 'NR == 1 {print $2}')
	[ -n "$release" ] || skip "no kernel to compile for (tools/kernels fetch)"
}

# finish [SED-ARGS...]: compares; what differs from place to place is taken out first.
finish()
{
	local want=$here/$name.err
	sed -e "s|$tmp|TMP|g" -e "s|$build/||g" -e "s|$(cd "$here/../.." && pwd)/||g" "$@" "$transcript" >"$tmp/.actual"
	if [ -n "${UPDATE:-}" ]; then
		cp "$tmp/.actual" "$want"
	elif ! diff -u --label expected --label actual "$want" "$tmp/.actual"; then
		bad=1
	fi
	[ -z "$bad" ]
	exit
}
