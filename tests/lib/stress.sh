# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the cases of tests/vm/stress share, besides vm.sh. Each has a short form, which is what the ordinary suite runs,
# and a long one: SONDE_STRESS_ROUNDS says how often, or SONDE_STRESS_MINUTES for how long (see tests/vm/stress/run).

round=0

# while rounds N: N times in the short form.
rounds()
{
	if [ -n "${SONDE_STRESS_ROUNDS:-}" ]; then
		[ $round -lt "$SONDE_STRESS_ROUNDS" ] || return 1
	elif [ -n "${SONDE_STRESS_MINUTES:-}" ]; then
		[ $SECONDS -lt $((SONDE_STRESS_MINUTES * 60)) ] || return 1
	elif [ $round -ge "$1" ]; then
		return 1
	fi
	round=$((round + 1))
}

# Memory that the kernel cannot give back by itself, in kB: slab, vmalloc, per CPU.
memory_used()
{
	awk '$1 == "SUnreclaim:" {s = $2} $1 == "VmallocUsed:" {v = $2} $1 == "Percpu:" {p = $2} END {print s, v, p}' /proc/meminfo
}

memory_mark() { sync; sleep 0.3; read -r slab vmalloc percpu < <(memory_used); }

# memory_back KB: no more than so many kB over what memory_mark found, in any of them. A script's buffers and contexts
# alone have 5 MB on four processors. The slab of a kernel with kmemleak holds what that and others note of each object, and
# what KASAN keeps for a while after it was freed: it is not what tells there.
memory_back()
{
	local s v p tries debug=
	[ ! -w /sys/kernel/debug/kmemleak ] || debug=1
	# RCU and the work queues free late.
	for tries in 1 2 3 4 5 6; do
		read -r s v p < <(memory_used)
		{ [ -n "$debug" ] || [ $((s - slab)) -le "$1" ]; } && [ $((v - vmalloc)) -le "$1" ] && [ $((p - percpu)) -le "$1" ] && break
		sleep 0.5
	done
	echo "memory: slab $slab $s, vmalloc $vmalloc $v, percpu $percpu $p kB"
	[ -n "$debug" ] || [ $((s - slab)) -le "$1" ] || fail "the slab has grown by $((s - slab)) kB"
	[ $((v - vmalloc)) -le "$1" ] || fail "vmalloc has grown by $((v - vmalloc)) kB"
	[ $((p - percpu)) -le "$1" ] || fail "percpu memory has grown by $((p - percpu)) kB"
	[ -n "$debug" ] || return 0
	# What was freed a moment ago may still stand on a stack: it is a leak that is seen twice.
	for tries in 1 2 3; do
		echo scan >/sys/kernel/debug/kmemleak
		grep -q . /sys/kernel/debug/kmemleak || return 0
		sleep 5
	done
	cat /sys/kernel/debug/kmemleak
	fail "memory that nobody points at"
}

# clean NAME: nothing of that module is left.
clean()
{
	local var=MOD_$1 name
	name=$(basename "${!var}" .ko)
	wait_for 15 gone "$1"
	[ ! -e "/proc/$name" ] || fail "/proc/$name is still there"
	[ ! -e "/proc/sonde/$name" ] || fail "/proc/sonde/$name is still there"
}

# traffic: reads, writes, opens and packets until quiet; a function that is probed is hit all the time.
traffic()
{
	(
		trap 'exit 0' TERM
		while :; do
			dd if=/dev/zero of=/dev/null bs=1 count=200 status=none
			: </etc/passwd
			read -r line </proc/uptime
		done
	) &
	traffic_pids="${traffic_pids:-} $!"
}

quiet()
{
	# shellcheck disable=SC2086	# several
	[ -z "${traffic_pids:-}" ] || { kill $traffic_pids; wait $traffic_pids; } 2>/dev/null
	traffic_pids=
}
