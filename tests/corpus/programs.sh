# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Programs that other people's scripts are about and that this machine need not have: unpacked, or compiled from Debian's sources, into
# $cache, where they stay. Nothing of them is run, nor installed. What cannot be had is left out, and the script says so.

# begin_with WORD: does the cache have it already? Else $work is a folder for it.
begin_with()
{
	[ ! -e "$cache/have/$1" ] || return 1
	mkdir -p "$cache/have" "$cache/root" && work=$(mktemp -d "$tmp/work.XXXXXX")
}

# unpack PACKAGE: and, of one that only names others (php-cli), what it depends on under a like name.
unpack()
{
	local names=("$1") d
	begin_with "$1" || return 0
	mapfile -t -O 1 names < <(apt-cache depends --important "$1" 2>/dev/null | sed -nE "s/^ *Depends: (${1%-cli}[0-9.]+-cli)$/\1/p")
	(cd "$work" && apt-get -o APT::Sandbox::User=root download "${names[@]}") >/dev/null 2>&1 || return 1
	for d in "$work"/*.deb; do dpkg-deb -x "$d" "$cache/root" || return 1; done
	# A link that the package makes when it is installed.
	for d in "$cache"/root/usr/bin/php[0-9]*; do [ ! -e "$d" ] || ln -sf "${d##*/}" "$cache/root/usr/bin/php"; done
	: >"$cache/have/$1"
}

# sources PACKAGE: into $work, patched; apt keeps its lists for that in the cache.
sources()
{
	local state=$cache/apt o
	mkdir -p "$state/lists/partial"
	sed -nE 's/^URIs: *(.*debian\.org\/debian) *$/\1/p; s/^deb (\[.*\] )?(http[^ ]*debian\.org\/debian) .*/\2/p' /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null |
		sort -u | sed "s|.*|deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] & $(. /etc/os-release && echo "$VERSION_CODENAME") main|" >"$state/sources.list"
	o=(-o "Dir::Etc::SourceList=$state/sources.list" -o Dir::Etc::SourceParts=/dev/null -o "Dir::State::Lists=$state/lists" -o APT::Sandbox::User=root)
	[ -n "$(find "$state/lists" -name '*Sources*' -mtime -1)" ] || apt-get "${o[@]}" update >/dev/null 2>&1 || return 1
	(cd "$work" && apt-get "${o[@]}" source "$1") >/dev/null 2>&1
}

# build PACKAGE: as Debian's, with debugging information, or with the markers that its sources have.
build()
{
	local to=$cache/root dir
	begin_with "build-$1" && sources "$1" || return 0
	dir=$(find "$work" -mindepth 1 -maxdepth 1 -type d -name "${1%%[0-9]*}*" | head -1)
	echo "compiling $1" >&2
	case $1 in
	bash)
		(cd "$dir" && ./configure --quiet CFLAGS='-g -O2 -w' && make -j2 bash && install -D bash "$to/bin/bash") ;;
	findutils)
		# Debian's changes are newer than what was made of the files they change; automake need not be here.
		(cd "$dir" && find . -name aclocal.m4 -exec touch {} + && sleep 1 && find . \( -name configure -o -name '*.h.in' -o -name Makefile.in \) -exec touch {} + &&
			./configure --quiet CFLAGS='-g -O2 -w' && make -j2 -C gl && make -j2 -C lib && make -C find find && install -D find/find "$to/usr/bin/find") ;;
	tcl*)
		unpack systemtap-sdt-dev || return 1
		(cd "$dir/unix" && PATH=$to/usr/bin:$PATH && export CPATH=$to/usr/include:$to/usr/include/x86_64-linux-gnu &&
			./configure --quiet --enable-dtrace CFLAGS='-O2 -w' && make "lib$1.so" && install -D "lib$1.so" "$to/usr/lib/x86_64-linux-gnu/lib$1.so") ;;
	*)
		false ;;
	esac >"$cache/build-$1.log" 2>&1 </dev/null && : >"$cache/have/build-$1"
}

# debug MODULE RELEASE: its file out of a package of a gigabyte.
debug()
{
	begin_with "debug-$1-$2" || return 0
	echo "fetching the debugging information of $2" >&2
	(cd "$work" && apt-get -o APT::Sandbox::User=root download "linux-image-$2-dbg") >/dev/null 2>&1 || return 1
	mkdir -p "$cache/debug/$2"
	dpkg-deb --fsys-tarfile "$work"/*.deb | tar x -C "$cache/debug/$2" --wildcards "*/$1.ko*" || return 1
	: >"$cache/have/debug-$1-$2"
}

# needs SCRIPT FILE: what FILE says that SCRIPT is given.
needs()
{
	local line
	while IFS= read -r line; do
		case $line in '#'*|'') continue ;; esac
		# shellcheck disable=SC2254	# a pattern
		case $1 in ${line%%: *}) echo "${line#*: }"; return ;; esac
	done <"$2"
}

# give SCRIPT FILE RELEASE...: gets that, and adds to $options and $args; $given: in words; $debuginfo: $cache/debug/RELEASE is meant, too.
give()
{
	local w r words
	given='' debuginfo=
	words=$(needs "$1" "$2")
	case $words in arg:*|*' arg:'*) args=() ;; esac
	for w in $words; do
		case $w in
		arg:*) args+=("${w#arg:}") ;;
		debug:*) for r in "${@:3}"; do debug "${w#debug:}" "$r"; done; debuginfo=1 given+="${given:+, }debugging information of module ${w#debug:}" ;;
		build:*) build "${w#build:}"; options+=("--sysroot=$cache/root") given+="${given:+, }${w#build:} compiled from Debian's sources" ;;
		*) unpack "$w"; options+=("--sysroot=$cache/root") given+="${given:+, }package $w" ;;
		esac
	done
}
