#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The table of layers: which header a file may include. Quoted names only; system headers are everybody's, but for
# those of the freestanding headers at the end.
set -u
cd "${SONDE_TOP:-$(dirname "$0")/../..}" || exit
bad=0

# may DIRECTORY PATTERN...: whatever a C file of the directory includes matches one of the patterns (case patterns).
may()
{
	local dir=$1 file line header p ok
	shift
	while IFS=: read -r file line header; do
		header=${header#*\"} header=${header%%\"*}
		case $file in runtime/kern/unit[0-9]*.c) continue ;; esac
		ok=
		for p in "$@"; do
			# shellcheck disable=SC2254	# a pattern
			case $header in $p) ok=1; break ;; esac
		done
		[ -n "$ok" ] || { echo "$file:$line: \"$header\" is not for ${dir#*/}"; bad=1; }
	done < <(grep -rn --include='*.[chyl]' --include='*.def' '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' "$dir")
}

# What a header includes, itself included, as patterns.
door()
{
	local h
	echo "$1"
	for h in $(sed -n 's/^#include "\(.*\)"/\1/p' "compiler/$1"); do
		case $h in base/*) ;; *) echo "$h" ;; esac
	done
}

may compiler/base 'base/*'
may compiler/syntax 'base/*' 'syntax/*' gram.h
may compiler/types 'base/*' 'types/*'
# sema and the providers meet in two headers.
may compiler/sema 'base/*' 'syntax/*' 'types/*' 'sema/*' probe/provider.h
# shellcheck disable=SC2046	# a list
may compiler/probe 'base/*' 'probe/*' types/dwarf.h types/program.h $(door sema/plan.h)
may compiler/emit 'base/*' 'emit/*' 'sema/*' syntax/ast.h probe/provider.h
may compiler/driver 'base/*' 'syntax/*' 'types/*' 'sema/*' 'emit/*' 'driver/*' probe/provider.h

# Pictures are made of text.
may flame 'base/*' flame.h

# emit only prints: what is wrong with a script was said before.
if grep -rn 'base/diag.h\|libelf\|elfutils' compiler/emit; then
	echo "emit reports nothing and opens no ELF file"
	bad=1
fi

# The runner knows nothing of the compiler; core nothing of kernel or user space; kern nothing of the runner.
runtime='abi.h wire.h kind.h errors.def intrinsics.h limits.h unwind.h'
# shellcheck disable=SC2086,SC2046	# a list
may runtime/run $runtime core/format.h core/hist.h $(cd runtime/run && echo ./*.h | sed 's|\./||g')
# shellcheck disable=SC2086,SC2046	# a list
may runtime/core $runtime os.h $(cd runtime/core && echo ./*.h | sed 's|\./||g')
# shellcheck disable=SC2086,SC2046	# a list
may runtime/kern $runtime ../unwind.h ../abi.h ../wire.h ../kind.h ../errors.def ../limits.h ../core/*.h core/*.h features.h \
	'compat/*.h' $(cd runtime/kern && ls ./*.h ./*.def compat/*.h | sed 's|^\./||; s|^compat/||')

# The generated C is freestanding: what it includes includes no system header, and pure C only os.h.
for f in runtime/abi.h runtime/kind.h runtime/intrinsics.h runtime/errors.def runtime/core/*.[ch]; do
	if grep -Hn '^[[:space:]]*#[[:space:]]*include[[:space:]]*<' "$f"; then
		echo "$f: no system headers here"
		bad=1
	fi
done
if grep -n '^#include <' <(cat compiler/emit/*.c compiler/emit/*.h) >/dev/null && grep -rn '"#include <' compiler/emit; then
	echo "the generated C includes no system header"
	bad=1
fi
# Each side of the seam is chosen by its os.h, and a .c file is a unit of its own.
if grep -rn '__KERNEL__' runtime/core runtime/abi.h runtime/kind.h runtime/intrinsics.h; then
	echo "no #ifdef __KERNEL__ below the seam"
	bad=1
fi
if grep -rnE --include='*.[ch]' '^[[:space:]]*#[[:space:]]*include[[:space:]]*"[^"]*\.c"' compiler runtime | grep -v 'kern/template\|kern/c_\|kern/unit[0-9]*\.c:'; then
	echo "no .c file is included but by kern/unitN.c"
	bad=1
fi
exit $bad
