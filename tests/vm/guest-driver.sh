#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# guest-driver.sh RUN CASES - in the guest: runs the cases named in RUN/todo, one after the other, and records for
# each in RUN/ID what tests/vm/run judges: stdout, stderr, status, taint.before, taint.after, dmesg, modules (those
# left behind), done. RUN/current names the case that is running, so that the host knows whose fault an end is.
set -u
run=$1 cases=$2
release=$(uname -r)
export RELEASE=$release SONDERUN=$SONDE_BUILD/sonderun

# Recording in memory: the shared directory is slow, and not for a case to write to while it is measured.
local=/run/sonde-case

log() { dmesg | sed "1,/sonde-test: begin $1\$/d"; }

own_modules() { awk '$1 ~ /^t_/ {print $1}' /proc/modules; }

run_case()
{
	local id=$1 c=$cases/$1 command f part
	rm -rf $local
	mkdir -p $local $run/$id
	cat /proc/sys/kernel/tainted >$local/taint.before
	echo "sonde-test: begin $id" >/dev/kmsg
	if [ -f "$c/case.sh" ]; then
		(
			for f in "$c"/*.stp; do
				[ -f "$f" ] || continue
				part=$(basename "$f" .stp)
				declare -x "MOD_$part=$(echo "$c/$release"/t_*_"$part".ko)"
			done
			cd /tmp && exec timeout -k 5 "$(cat "$c/timeout")" \
				bash -c '. "$0"; . "$1"' "$SONDE_TOP/tests/lib/vm.sh" "$c/case.sh"
		) >$local/stdout 2>$local/stderr </dev/null
		echo $? >$local/status
	else
		command=@RUN@
		if [ -f "$c/run" ]; then
			command=$(cat "$c/run")
			case $command in *@RUN@*) ;; *) command="\"\$SONDERUN\" $command \"\$MODULE\"" ;; esac
		fi
		export MODULE=$(echo "$c/$release"/t_*.ko)
		command=${command//@RUN@/'"$SONDERUN" "$MODULE"'}
		(cd /tmp && exec timeout -k 5 "$(cat "$c/timeout")" bash -c "$command") \
			>$local/stdout 2>$local/stderr </dev/null
		echo $? >$local/status
	fi
	# A runner that was told to end by our timeout still has to unload.
	if [ "$(cat $local/status)" = 124 ]; then
		for f in 1 2 3 4 5; do [ -z "$(own_modules)" ] || sleep 1; done
	fi
	# What it leaves behind is its failure, not the next one's.
	own_modules >$local/modules
	while read -r f; do rmmod "$f"; done <$local/modules 2>/dev/null
	cat /proc/sys/kernel/tainted >$local/taint.after
	log "$id" >$local/dmesg
	cp $local/* $run/$id/
	: >$run/$id/done
}

while read -r id; do
	echo "$id" >$run/current
	run_case "$id"
done <$run/todo
: >$run/current
: >$run/done
