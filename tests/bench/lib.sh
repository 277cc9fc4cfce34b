# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the programs of tests/bench share: finding things, the two C helpers, medians, Markdown. Sourced by bash.
#
# A program prints Markdown on standard output and adds "KERNEL KEY VALUE" lines, the figures worth keeping, to the
# file $BENCH_FIGURES. Progress and complaints go to standard error.
set -u
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
bench=$top/tests/bench
SONDE_BUILD=${SONDE_BUILD:-$top/build}
# In the build, not in /tmp: a guest sees it there.
space=$SONDE_BUILD/tests/bench
export SONDE_BUILD LC_ALL=C
sonde=$SONDE_BUILD/sonde
vm=${SONDE_VM:-$top/guest/sonde-vm}
one_liner='probe vfs.read {printf("read performed\n"); exit()}'
: "${BENCH_FIGURES:=/dev/null}" "${BENCH_KERNELS:=}"

say() { echo "bench: $*" >&2; }
die() { say "$*"; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

# The usual options, and a scratch directory $work that goes away.
begin()
{
	while [ $# -gt 0 ]; do
		case $1 in
		--kernel=*)	BENCH_KERNELS=${1#*=} ;;
		--runs=*)	BENCH_RUNS=${1#*=} ;;
		--no-peers)	BENCH_PEERS=no ;;
		--only=*)	BENCH_ONLY=${1#*=} ;;
		-h|--help)	sed -n '3,/^set\|^\. /{/^#/s/^# \{0,1\}//p}' "$0"; exit ;;
		*)		die "unknown argument $1 (see --help)" ;;
		esac
		shift
	done
	export BENCH_RUNS=${BENCH_RUNS:-21} BENCH_PEERS=${BENCH_PEERS:-yes}
	# Perhaps being linked just now.
	for _ in 1 2 3 4 5 6 7 8 9; do [ -x "$sonde" ] && break; sleep 10; done
	[ -x "$sonde" ] || die "$sonde is not there: build first"
	mkdir -p "$space" || exit
	helper measure
	helper reads -static
	work=$(mktemp -d "$space/work.XXXXXX") || exit
	trap 'rm -rf "$work"' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
}

# helper NAME [FLAG...]: builds $space/NAME from NAME.c unless it is newer.
helper()
{
	local name=$1 out=$space/$1
	shift
	[ "$out" -nt "$bench/$name.c" ] || ${CC:-gcc} -O2 -Wall -Wextra "$@" -o "$out" "$bench/$name.c" ||
		die "cannot build $name"
}

# peer PROGRAM: may it stand beside sonde here?
peer() { [ "$BENCH_PEERS" = yes ] && have "$1"; }

# "RELEASE ROOT" of the kernels to measure: the plain ones of tests/kernels.list that are present; others by name.
kernels()
{
	"$top/tools/kernels" list | awk -v only="$BENCH_KERNELS" '(only == "" && $1 !~ /-(rt|cloud)/) || only == $1 || only == $2 {print $2, $3}'
}

load() { cut -d' ' -f1 /proc/loadavg; }

keep() { echo "$1 $2 $3" >>"$BENCH_FIGURES"; }

# median COLUMN: of standard input. spread COLUMN: "min–max".
median()
{
	awk -v c="$1" '{print $c}' | sort -n |
	awk '{v[NR] = $1} END {if (NR) print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2}'
}

spread() { awk -v c="$1" 'NR == 1 || $c < min {min = $c} NR == 1 || $c > max {max = $c} END {print min, max}'; }

# row CELL...: of a Markdown table. A bar inside a cell is escaped.
row()
{
	local c
	printf '|'
	for c in "$@"; do printf ' %s |' "${c//|/\\|}"; done
	echo
}

# head_row CELL...: the first row and the rule below; a leading > aligns a column to the right.
head_row()
{
	local c rule='|'
	for c in "$@"; do
		case $c in '>'*) rule="$rule--:|" ;; *) rule="$rule---|" ;; esac
	done
	row "${@#>}"
	echo "$rule"
}

# met VALUE BUDGET: "yes", or by what factor it is missed.
met() { awk -v v="$1" -v b="$2" 'BEGIN {if (b == "" || v == "") print ""; else if (v <= b) print "yes"; else printf "**no**: %.2f times\n", v / b}'; }

# why FILE: the first error line in what a program said, as a table cell.
why()
{
	local line
	line=$(sed 's/\x1b\[[0-9;]*m//g' "$1" >"$1.plain"
		grep -a -m1 -iE "error:|not supported" "$1.plain" || grep -a -m1 -iE "error|cannot|fail" "$1.plain" || head -n 1 "$1.plain")
	echo "${line:0:110}" | sed -e "s/^semantic error: //; s/: at <input>.*//; s/[[:space:]]*\$//"
}
