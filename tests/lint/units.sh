#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Every file of the kernel's half of the runtime is compiled in exactly one unit (runtime/kern/Kbuild).
cd "$SONDE_TOP/runtime/kern" || exit
status=0
for file in *.c ../core/*.c; do
	case $file in template.c|unit*.c) continue ;; esac
	n=$(grep -hxF "#include \"$file\"" unit*.c | wc -l)
	[ "$n" = 1 ] || { echo "runtime/kern/unitN.c: $file is included $n times"; status=1; }
done
for unit in unit*.c; do
	grep -qw "${unit%.c}.o" Kbuild || { echo "runtime/kern/Kbuild: no ${unit%.c}.o"; status=1; }
done
exit $status
