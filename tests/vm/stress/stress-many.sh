# SPDX-License-Identifier: GPL-2.0-or-later
# Two dozen scripts at once, on the same functions and on others, started together and ended in any order.
# native
# timeout 400
# machine --smp 4 --mem 1G
#@ for i in $(seq 1 24); do
#@	case $((i % 4)) in
#@	0) p='kernel.function("vfs_read"), kernel.function("vfs_write").return' ;;
#@	1) p='kernel.function("vfs_*"), kernel.trace("raw_syscalls:sys_exit")' ;;
#@	2) p='kernel.function("vfs_read").return, timer.profile' ;;
#@	3) p='kernel.trace("sched_switch"), timer.us(700), kernel.function("do_sys_open*")' ;;
#@	esac
#@	"$SONDE_BUILD/sonde" -r "$RELEASE" -p4 --no-global-var-display -s 1 -m "t_many_$i" -e "global n, a probe begin { println(\"begin\") }
#@		probe $p { n++ a[pid()]++ } probe end { println(\"end \", n > 0, \" $i\") }"
#@ done

. "$SONDE_TOP/tests/lib/stress.sh"

trap quiet EXIT
while rounds 1; do
	pids=
	for i in $(seq 1 24); do
		setsid "$SONDERUN" "$MODULES/t_many_$i.ko" >/tmp/many.$i 2>/tmp/many.$i.err &
		pids="$pids $!"
	done
	for i in $(seq 1 24); do wait_for 60 grep -q begin "/tmp/many.$i"; done
	expect_eq "all of them" "$(grep -c '^t_many_' /proc/modules)" 24
	traffic
	traffic
	sleep 2
	for pid in $(shuf -e $pids); do kill -INT "$pid"; done
	for pid in $pids; do wait "$pid" || fail "status $?: $(cat /tmp/many.*.err)"; done
	quiet
	for i in $(seq 1 24); do expect_eq "of $i" "$(tail -n 1 /tmp/many.$i)" "end 1 $i"; done
	expect_eq "still loaded" "$(grep '^t_many_' /proc/modules)" ""
done
