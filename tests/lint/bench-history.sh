#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A figure of the benches that became worse is said to be, and makes the exit status 1; one that moved a little, or improved, does not.
run=$(dirname "$0")/../bench/run
dir=$(mktemp -d) || exit
trap 'rm -rf "$dir"' EXIT
export BENCH_HISTORY=$dir/history.tsv

# record HIT COLD: a second record beside one of 100 and 40.
record()
{
	printf 'date\tcommit\tkernel\thit_n++\tcold_cpu\tscale_stat\n' >"$BENCH_HISTORY"
	printf '2026-01-01\taaaa\t6.1.0-1-amd64\t100\t40\n' >>"$BENCH_HISTORY" # from before there was the last column
	printf '2026-01-02\tbbbb\t6.1.0-2-amd64\t%s\t%s\t120\n' "$1" "$2" >>"$BENCH_HISTORY"
}

# expect STATUS WORSE: the exit status, and how many figures are called worse.
expect()
{
	local out status
	out=$("$run" history)
	status=$?
	[ "$status" = "$1" ] && [ "$(grep -c WORSE <<<"$out")" = "$2" ] && return
	echo "status $status, wanted $1 and $2 figures called worse:" "$out"
	exit 1
}

record 105 45
expect 0 0
record 60 20
expect 0 0
record 115 45
expect 1 1
record 115 60
expect 1 2
