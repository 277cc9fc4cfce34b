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

# with PACKAGE...: in a subshell: what compiling needs, unpacked in $work/dev; commands, headers and libraries are found there, too.
with()
{
	local d dev=$work/dev triplet
	mkdir -p "$work/debs" "$dev" && (cd "$work/debs" && apt-get -o APT::Sandbox::User=root download "$@") || return 1
	for d in "$work"/debs/*.deb; do dpkg-deb -x "$d" "$dev" || return 1; done
	triplet=$(gcc -print-multiarch)
	PATH=$dev/usr/bin:$PATH
	export PATH C_INCLUDE_PATH=$dev/usr/include:$dev/usr/include/$triplet LIBRARY_PATH=$dev/usr/lib/$triplet LD_LIBRARY_PATH=$dev/usr/lib/$triplet:$dev/lib/$triplet \
		PYTHONPATH=$dev/usr/lib/python3/dist-packages PKG_CONFIG_SYSROOT_DIR=$dev PKG_CONFIG_PATH=$dev/usr/lib/$triplet/pkgconfig:$dev/usr/share/pkgconfig
}

# settle: in a folder of sources. Debian's changes are newer than what was made of the files they change; automake need not be here.
settle()
{
	find . -name aclocal.m4 -exec touch {} + && sleep 1 && find . \( -name configure -o -name '*.h.in' -o -name Makefile.in \) -exec touch {} +
}

# build PACKAGE: as Debian's, with debugging information, or with the markers that its sources have; no more of it than scripts ask for.
# shellcheck disable=SC2086	# $jobs and $limit are words
build()
{
	local to=$cache/root lib=$cache/root/usr/lib/x86_64-linux-gnu jobs=-j${CORPUS_JOBS:-2} limit='timeout 3600' dir
	local pkgconf='pkg-config pkgconf pkgconf-bin libpkgconf3' meson='meson ninja-build' glib='libpcre2-dev libpcre2-8-0 libffi-dev libffi8 zlib1g-dev zlib1g'
	begin_with "build-$1" || return 0
	echo "compiling $1, once (minutes)" >&2
	sources "$1" || { echo "the sources of $1 cannot be fetched" >&2; return 0; }
	dir=$(find "$work" -mindepth 1 -maxdepth 1 -type d -name "${1%%[0-9]*}*" | head -1)
	case $1 in
	bash)
		(cd "$dir" && ./configure --quiet CFLAGS='-g -O2 -w' && $limit make $jobs bash && install -D bash "$to/bin/bash") ;;
	findutils)
		(cd "$dir" && settle && ./configure --quiet CFLAGS='-g -O2 -w' && $limit make $jobs -C gl && $limit make $jobs -C lib && $limit make -C find find && install -D find/find "$to/usr/bin/find") ;;
	tcl*)
		unpack systemtap-sdt-dev || return 1
		(cd "$dir/unix" && PATH=$to/usr/bin:$PATH && export CPATH=$to/usr/include:$to/usr/include/x86_64-linux-gnu &&
			./configure --quiet --enable-dtrace CFLAGS='-O2 -w' && $limit make $jobs "lib$1.so" && install -D "lib$1.so" "$to/usr/lib/x86_64-linux-gnu/lib$1.so") ;;
	openssl)
		# Only libssl is asked for; what it wants of libcrypto may be open.
		(cd "$dir" && ./Configure linux-x86_64 shared no-asm no-tests -g -w && $limit make $jobs build_generated && $limit make $jobs libssl.a &&
			mkdir -p "$lib" && gcc -shared -o "$lib/libssl.so.3" -Wl,-soname,libssl.so.3 -Wl,--whole-archive libssl.a -Wl,--no-whole-archive) ;;
	gnutls28)
		(with $pkgconf nettle-dev libnettle8 libhogweed6 libgmp-dev libgmp10 && cd "$dir" && settle &&
			./configure --quiet --with-included-libtasn1 --with-included-unistring --without-p11-kit --without-idn --without-brotli --without-zstd --without-tpm --without-tpm2 \
				--disable-doc --disable-tools --disable-cxx --disable-tests --disable-nls --disable-static --disable-libdane --disable-guile CFLAGS='-g -O2 -w' &&
			$limit make $jobs -C gl && $limit make $jobs -C lib && mkdir -p "$lib" && cp -L lib/.libs/libgnutls.so.30 "$lib/") ;;
	glibc)
		(with systemtap-sdt-dev bison gawk libsigsegv2 libmpfr6 libgmp10 libreadline8 && mkdir -p "$work/o" && cd "$work/o" &&
			"$dir/configure" --quiet --prefix=/usr --enable-systemtap --disable-werror --disable-profile --disable-build-nscd --disable-nscd --without-selinux CFLAGS='-O2 -w' &&
			$limit make $jobs lib && mkdir -p "$lib" "$to/lib/x86_64-linux-gnu" && cp libc.so "$lib/libc.so.6" && cp libc.so "$to/lib/x86_64-linux-gnu/libc.so.6") ;;
	glib2.0)
		# Its markers, and its own aliases for them.
		(with $pkgconf $meson systemtap-sdt-dev $glib && cd "$dir" &&
			python3 "$work/dev/usr/bin/meson" setup "$work/o" --prefix=/usr --libdir=lib/x86_64-linux-gnu -Dsystemtap=true -Ddtrace=true -Dlibmount=disabled -Dselinux=disabled \
				-Dlibelf=disabled -Dnls=disabled -Dxattr=false -Dtests=false -Dman=false -Dgtk_doc=false &&
			so=$(ninja -C "$work/o" -t targets all | sed -nE 's|^(glib/libglib-2[.]0[.]so[.][0-9.]+):.*|\1|p' | head -1) && $limit ninja $jobs -C "$work/o" "$so" &&
			mkdir -p "$lib" "$to/usr/share/systemtap/tapset" && cp "$work/o/$so" "$lib/" && cp "$work/o/$so.stp" "$to/usr/share/systemtap/tapset/") ;;
	qemu)
		# One machine with a floppy disk controller, and little else.
		(with $pkgconf $meson $glib libglib2.0-dev libglib2.0-0 libmount-dev libmount1 libblkid-dev libblkid1 libselinux1-dev libselinux1 libsepol-dev libsepol2 \
			libpixman-1-dev libpixman-1-0 libfdt-dev libfdt1 && cd "$dir" &&
			echo CONFIG_I440FX=y | tee configs/devices/i386-softmmu/floppy.mak >configs/devices/x86_64-softmmu/floppy.mak && mkdir -p "$work/o" && cd "$work/o" &&
			"$dir/configure" --target-list=x86_64-softmmu --without-default-features --without-default-devices --with-devices-x86_64=floppy --enable-tcg \
				--enable-fdt=system --disable-werror --meson="$work/dev/usr/bin/meson" --extra-cflags='-g -O0 -w' &&
			$limit ninja $jobs qemu-system-x86_64 && install -D qemu-system-x86_64 "$to/usr/bin/qemu-system-x86_64") ;;
	*)
		false ;;
	esac >"$cache/build-$1.log" 2>&1 </dev/null && : >"$cache/have/build-$1" || echo "$1 could not be compiled: $cache/build-$1.log" >&2
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
		tapset) options+=(-I "$cache/root/usr/share/systemtap/tapset") given+=" with its own tapset" ;;
		build:*) build "${w#build:}"; options+=("--sysroot=$cache/root") given+="${given:+, }${w#build:} compiled from Debian's sources" ;;
		*) unpack "$w"; options+=("--sysroot=$cache/root") given+="${given:+, }package $w" ;;
		esac
	done
}
