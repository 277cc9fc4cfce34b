#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# guest-driver.sh RUN CASES - in the guest: runs the cases named in RUN/todo, one after the other, and records for
# each in RUN/ID what tests/vm/run judges: stdout, stderr, status, taint.before, taint.after, dmesg, modules (those
# left behind), count (where a case counts for several), done; RUN/leaks is what a kernel with kmemleak found after them all. RUN/current names the case that is running, so that the host knows whose fault an end is.
set -u
run=$1 cases=$2
release=$(uname -r)
export RELEASE=$release SONDERUN=$SONDE_BUILD/sonderun
# In a guest of another machine, that machine's own.
[ "$(uname -m)" = x86_64 ] || SONDERUN=$(command -v sonderun)

# Starting a program costs an emulated guest a tenth of a second, so this takes what the shell itself can do, and
# the guest's own static busybox.
box=/run/sonde/bin/busybox
[ -x $box ] || box=$(command -v busybox) || box=

# Recording in memory: the shared directory is slow, and not for a case to write to while it is measured.
local=/run/sonde-case
mkdir -p $local

own_modules()
{
	local name rest
	while read -r name rest; do
		case $name in t_*) echo "$name" ;; esac
	done </proc/modules
}

taint() { local t; read -r t </proc/sys/kernel/tainted; echo "$t"; }

# What the kernel has said since the last call.
kernel_log() { $box dmesg -c; }

run_case()
{
	local id=$1 c=$cases/$1 command= f part module ended began=$EPOCHREALTIME
	$box rm -f $local/*
	$box mkdir -p "$run/$id"
	taint >$local/taint.before
	echo "sonde-test: $id" >/dev/kmsg
	ended=$(<"$c/timeout")
	# A clock that counts instructions runs ahead while the guest waits for its host, which ends it in time by a clock of its own.
	[[ ! -f $c/machine || $(<"$c/machine") != *--icount* ]] || ended=$((ended * 20))
	for f in "$c/$release"/t_*.ko; do module=$f; done
	export MODULE=$module MODULES=$c/$release COUNT=$local/count
	[ ! -f "$c/run" ] || command=$(<"$c/run")
	(
		cd /tmp || exit
		if [ -f "$c/case.sh" ]; then
			for f in "$c"/*.stp; do
				[ -f "$f" ] || continue
				part=${f##*/} part=${part%.stp}
				for module in "$c/$release"/t_*_"$part".ko; do :; done
				declare -x "MOD_$part=$module"
			done
			exec timeout -k 5 "$ended" bash -c '. "$0"; . "$1"' "$SONDE_TOP/tests/lib/vm.sh" "$c/case.sh"
		fi
		case $command in
		*@RUN@*)
			exec timeout -k 5 "$ended" bash -c "${command//@RUN@/'"$SONDERUN" "$MODULE"'}" ;;
		*)	eval "exec timeout -k 5 $ended \"\$SONDERUN\" $command \"\$MODULE\"" ;;
		esac
	) >$local/stdout 2>$local/stderr </dev/null
	ended=$?
	echo $ended >$local/status
	# A runner that was told to end by our timeout still has to unload.
	if [ $ended = 124 ]; then
		for f in 1 2 3 4 5; do [ -z "$(own_modules)" ] || sleep 1; done
	fi
	# What it leaves behind is its failure, not the next one's.
	own_modules >$local/modules
	[ ! -s $local/modules ] || { $box killall -9 sonderun 2>/dev/null; sleep 1; }
	while read -r f; do rmmod "$f"; done <$local/modules 2>/dev/null
	taint >$local/taint.after
	kernel_log >$local/dmesg
	echo $(((${EPOCHREALTIME/./} - ${began/./}) / 100000)) >$local/tenths
	$box cp $local/* "$run/$id/"
	: >"$run/$id/done"
}

# What a debug kernel finds that nothing points to any more, into RUN/leaks. Two looks, as an object that has just changed does not count.
leaks=/sys/kernel/debug/kmemleak
find_leaks()
{
	[ -f $leaks ] || return 0
	sleep 6
	echo scan >$leaks
	echo scan >$leaks
	$box cat $leaks >>"$run/leaks"
	echo clear >$leaks
}

kernel_log >/dev/null
while read -r id; do
	echo "$id" >$run/current
	run_case "$id"
done <$run/todo
: >$run/current
find_leaks
: >$run/done
