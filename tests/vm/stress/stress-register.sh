# SPDX-License-Identifier: GPL-2.0-or-later
# Each registration with the kernel, of a script with probes of every kind, is refused once, the first to the last: the script ends
# cleanly and says what it was about, or goes on another way. Then the same without the better ways of attaching.
# timeout 500
# machine --smp 4 --mem 1G
# module all
#| global n, a
#| probe begin { n++ }
#| probe kernel.function("vfs_read"), kernel.function("vfs_open") { n++ a[pid()]++ }
#| probe kernel.function("vfs_write").return.maxactive(2), kernel.function("vfs_open").return { n += @entry(pid()) > 0 }
#| probe kernel.function("vfs_write@fs/read_write.c:*")?, kernel.function("tcp_v4_*") { n++ }
#| probe module("loop").function("lo_open")? { n++ }
#| probe kernel.trace("sched_process_exec"), kernel.trace("raw_syscalls:sys_exit") { n++ }
#| probe timer.ms(5) { n++ }
#| probe timer.profile.freq.hz(100), perf.sw.cpu_clock.hz(100) { n++ }
#| probe perf.sw.task_clock.process { n++ }
#| probe kernel.data("panic_timeout").write { n++ }
#| probe procfs("x").read { $value = sprint(n > 0) }
#| probe netfilter.hook("NF_INET_LOCAL_IN").pf("NFPROTO_IPV4") { n++ }
#| probe process.begin, process.end, process.thread.begin, process.syscall { n++ }
#| probe end { println(n > 0 && a[0] >= 0) }

. "$SONDE_TOP/tests/lib/stress.sh"

name=$(basename "$MOD_all" .ko)
cycle()
{
	timeout 60 "$SONDERUN" -c "cat /proc/sonde/$name/x; exec dd if=/dev/zero of=/dev/null bs=1 count=20 status=none" "$MOD_all" "$@" >/tmp/out 2>/tmp/err
	status=$? said=$(</tmp/err)
	[ $status -le 1 ] || fail "$*: status $status: $said"
	[ ! -e "/sys/module/$name" -a ! -e "/proc/sonde/$name" -a ! -e "/proc/$name" ] || clean all
}

cycle
expect_eq "status of a run that nothing happens to" "$status $(head -c 300 /tmp/err)" "0 "
memory_mark
seen=0
for way in "" hook,fprobe ftrace,hook; do
	cycle ${way:+sd_without=$way}
	expect_eq "without ${way:-nothing}" "$status $(head -c 300 /tmp/err)" "0 "
	failed=0 survived=0
	[ -n "${SONDE_STRESS_ROUNDS:-}${SONDE_STRESS_MINUTES:-}" ] || [ -z "$way" ] && step=1 || step=4
	for ((n = 1; n <= 200; n += step)); do
		cycle sd_fail_register=$n ${way:+sd_without=$way}
		made=$(dmesg | grep -c "$name: registration [0-9]* is made to fail")
		[ "$made" -gt "$seen" ] || break
		seen=$made
		if [ $status = 0 ]; then
			survived=$((survived + 1))
			continue
		fi
		failed=$((failed + 1))
		case $said in
		*ERROR:*probe*|*ERROR:*"while running:"*) ;;
		*) fail "registration $n is refused, and it is not said of what: $said" ;;
		esac
		[ -z "${SONDE_STRESS_VERBOSE:-}" ] || echo "$n: $(grep -m 1 ERROR: /tmp/err)"
	done
	expect_eq "status of the last run" "$status $said" "0 "
	echo "without ${way:-nothing}: $failed registrations end the script, $survived do not"
	[ $failed -ge $((12 / step)) ] && [ $n -lt 200 ] || fail "only $failed of $n"
done
memory_back 600
