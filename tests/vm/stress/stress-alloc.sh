# SPDX-License-Identifier: GPL-2.0-or-later
# Each allocation of a script with probes of every kind fails once, the first to the last: while the module is set up, while
# its probes are attached, while it runs and ends. It fails cleanly and says so, or goes on without.
# timeout 400
# machine --smp 4 --mem 1G
# module all -t
#| global n, a, s
#| probe begin { n++ }
#| probe kernel.function("vfs_read"), kernel.function("vfs_open") { n++ a[pid()]++ s <<< n }
#| probe kernel.function("vfs_write").return.maxactive(2), kernel.function("vfs_open").return.maxactive(2) { n++ }
#| probe kernel.trace("sched_process_exec"), kernel.trace("raw_syscalls:sys_exit") { n++ }
#| probe timer.ms(5), timer.jiffies(2) { n++ }
#| probe timer.profile.freq.hz(100), perf.sw.cpu_clock.hz(100) { n++ }
#| probe kernel.data("panic_timeout").write { n++ }
#| probe procfs("x/y").read { $value = sprint(n > 0) }
#| probe procfs("x/z").write { n += strlen($value) }
#| probe netfilter.hook("NF_INET_LOCAL_IN").pf("NFPROTO_IPV4") { n++ }
#| probe input.line { n++ }
#| probe end { println(n > 0 && @count(s) >= 0 && a[0] >= 0) }

. "$SONDE_TOP/tests/lib/stress.sh"

name=$(basename "$MOD_all" .ko)
job="cat /proc/sonde/$name/x/y; echo hello >/proc/sonde/$name/x/z; exec dd if=/dev/zero of=/dev/null bs=1 count=20 status=none"
cycle()
{
	echo line | timeout 30 "$SONDERUN" -c "$job" "$MOD_all" sd_fail_alloc=$1 >/tmp/out 2>/tmp/err
	status=$? said=$(</tmp/err)
	[ $status -le 1 ] || fail "allocation $1: status $status: $said"
	[ ! -e "/sys/module/$name" -a ! -e "/proc/sonde/$name" -a ! -e "/proc/$name" ] || clean all
	[ $status = 1 ] || dmesg | grep -q "$name: allocation $1 is made to fail"
}

# Once without, for what the first run leaves in the kernel for good (folders in /proc, caches).
cycle 1000000 && fail "a millionth allocation"
expect_eq "status of a run that nothing happens to" "$status $(head -c 300 /tmp/err)" "0 "
memory_mark
failed=0 survived=0
# In the short form each third of them; starting programs takes long in an emulated guest.
[ -n "${SONDE_STRESS_ROUNDS:-}${SONDE_STRESS_MINUTES:-}" ] && step=1 || step=3
for ((n = 1; n <= 300; n += step)); do
	if ! cycle $n; then
		expect_eq "status of the last run" "$status $said" "0 "
		break
	elif [ $status = 0 ]; then
		# There is another way, or one reader of a file got an error.
		survived=$((survived + 1))
	else
		failed=$((failed + 1))
		case $said in *ERROR:*|*WARNING:*) ;; *) fail "allocation $n fails without a word: $said" ;; esac
	fi
done
echo "$failed allocations end the script, $survived do not"
[ $failed -ge $((45 / step)) ] && [ $n -lt 300 ] || fail "only $failed of $n"
memory_back 600
