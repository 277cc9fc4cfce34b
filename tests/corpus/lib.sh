# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the programs of tests/corpus share: fetching other people's packages into $tmp, and telling why sonde refuses.

# fetch PACKAGE...: unpacked in $tmp/x; ends with 77 where there is no network.
fetch()
{
	local deb
	(cd "$tmp" && apt-get -o APT::Sandbox::User=root download "$@") >/dev/null 2>&1 || { echo "skip: the packages cannot be fetched"; exit 77; }
	for deb in "$tmp"/*.deb; do dpkg-deb -x "$deb" "$tmp/x" || exit 1; done
}

# reason FILE: the first error of what sonde said, without what differs from script to script: what the reasons are
# counted by.
reason()
{
	grep -m 1 -E '^(parse error|semantic error|ERROR):' "$1" |
		sed -E -e 's/: at [^:]+:[0-9]+:[0-9]+.*//' -e 's/^semantic error: //' \
			-e "s/(unknown function|the kernel has no function) '([^']*)'/\1 '...'/" \
			-e "s/(nothing answers to '[^']*') in .*/\1/" \
			-e "s/ has no member '[^']*'/ has no member '...'/" -e "s/'[$][a-zA-Z_0-9>-]*'/'\$...'/"
}

# table FILE: how often each of its lines occurs, most frequent first.
table() { sort "$1" | uniq -c | sort -rn | sed 's/^/  /'; }

# scripts: the examples that were fetched, one a line, below $tmp/x. Those of a folder tapset are not scripts, and a form to
# fill in, with "..." where text belongs, is none yet.
scripts() { find "$tmp/x/" -path '*examples*' -name '*.stp' ! -path '*/tapset/*' ! -name '*-template.stp' | sort; }

# prepare SCRIPT: into $dir and $name where it is, into $options and $args what its .meta file says it is checked with: its words
# are taken, nothing in it is run; $$ stands for some process, what a command would print for an address.
prepare()
{
	local script=$1 line w words=() after=
	dir=${script%/*} name=${script##*/} options=(-g) args=()
	[ -d "$dir/tapset" ] && options+=(-I "$dir/tapset")
	line=$(sed -nE 's/^test_check: *(.*[^-a-z])?stap (.*\.stp)/\2/p' "${script%.stp}.meta" 2>/dev/null | head -1)
	line=${line//'`which stap`'/$sonde}
	case $line in
	*'`'*) line="${line%%\`*}1000" ;;
	esac
	mapfile -t words < <(xargs -n1 printf '%s\n' <<<"$line" 2>/dev/null)
	set -- "${words[@]}"
	while [ $# -gt 0 ]; do
		w=$1
		shift
		case $w in
		'|'|'||'|'&&'|';'|'>'*|'<') break ;;
		"$name") after=1 ;;
		--all-modules|--ldd|-w|-[DG]?*) options+=("$w") ;;
		-c|-d) options+=("$w" "${1-}"); shift ;;
		-x) options+=(-x $$); shift ;;
		-o|-T) shift ;;
		-*) ;;
		'$$') args+=($$) ;;
		*) [ -z "$after" ] || args+=("$w") ;;
		esac
	done
	# Without such a file: numbers, as many as there may be.
	[ -f "${script%.stp}.meta" ] || ! grep -q '[$@][1-9]' "$script" || args=(1 2 3 4 5 6 7 8 9)
}

# try FILE SONDE-ARGS...: runs sonde over what prepare() has found, all that it says into FILE. (With $debuginfo the arguments are PASS -r RELEASE.)
try()
{
	local out=$1
	shift
	[ -z "${debuginfo-}" ] || local -x SONDE_DEBUGINFO_PATH=$cache/debug/$3/usr/lib/debug
	(cd "$dir" && timeout "${CORPUS_TIMEOUT:-120}" "$sonde" "$@" "${options[@]}" "$name" ${args[@]+"${args[@]}"}) >"$out" 2>&1 </dev/null
}
