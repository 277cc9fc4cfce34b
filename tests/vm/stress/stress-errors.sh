# SPDX-License-Identifier: GPL-2.0-or-later
# Every run-time error in every kind of probe: each is told with its place and its probe, its handler ends and gives back its
# locks, and nothing else happens.
# native
# timeout 400
# machine --smp 4 --mem 1G
#@ cat >common <<'END'
#@ global zero, small[3], wide, seen, quiet, said
#@ function deep:long(i) { return deep(i + 1) + 1 }
#@ function raise:long(i)
#@ {
#@   if (i == 0) return 1 / zero
#@   if (i == 1) return 1 % zero
#@   if (i == 2) { for (k = 0; k < 20000; k++) j += k return j }
#@   if (i == 3) return deep(1)
#@   if (i == 4) return kernel_long(8)
#@   if (i == 5) return strlen(kernel_string(16))
#@   if (i == 6) { error("mine " . sprint(i)) }
#@   if (i == 7) { for (k = 0; k < 9; k++) small[k] = k }
#@   if (i == 8) { for (k = 0; k < 99; k++) wide[k, sprint(k)] = k }
#@   if (i == 9) return @avg(seen)
#@   if (i == 10) return strtol("1", 77)
#@   if (i == 11) return stringat("x", -1)
#@   if (i == 12) { if ("x" =~ "(y)") return 1 return strlen(matched(0)) }
#@   if (i == 13) { quiet <<< 1 return @hist_log(quiet)[1000] }
#@   if (i == 14) { if ("y" =~ "(y)") return strlen(matched(7)) }
#@   if (i == 15) { said = sprintf("%*b", 3, i) }
#@   if (i == 16) @cast(8, "struct task_struct", "kernel")->pid = 1
#@   return 0
#@ }
#@ probe never { seen <<< 1 }
#@ END
#@ last=16 nr=0
#@ {
#@	cat common
#@	echo 'global n'
#@	for i in $(seq 0 $last); do echo "probe begin { raise($i) } probe end { raise($i) }"; done
#@	while read -r kind; do echo "probe $kind { i = n[\"$((++nr))\"]++ if (i <= $last) raise(i) }"; done <<'END'
#@ timer.ms(7)
#@ timer.jiffies(3)
#@ timer.profile
#@ kernel.function("vfs_read")
#@ kernel.function("vfs_read").return
#@ kernel.function("vfs_wri*")
#@ kernel.trace("sys_enter")
#@ kernel.data("panic_timeout").write
#@ perf.sw.cpu_clock.hz(100)
#@ procfs("x").read
#@ procfs("y").write
#@ netfilter.hook("NF_INET_LOCAL_IN").pf("NFPROTO_IPV4")
#@ input.line
#@ END
#@	# Inside of a function, where the debugging information is there to say where that is.
#@	[ ! -f "$KERNEL_ROOT/usr/lib/debug/boot/vmlinux-$RELEASE" ] ||
#@		echo "probe kernel.statement(\"vfs_read@fs/read_write.c:+3\").nearest { i = n[\"stmt\"]++ if (i <= $last) raise(i) }"
#@ } >all.stp
#@ { cat common; echo 'probe begin { raise(0) }'; for i in $(seq 0 $last); do echo "probe error { raise($i) }"; done; } >last.stp
#@ build() { "$SONDE_BUILD/sonde" -r "$RELEASE" -g -w -p4 -DMAXMAPENTRIES=50 -DMAXACTION=1000 -DMAXACTION_INTERRUPTIBLE=1000 -DMAXSKIPPED=1000000 "$@"; }
#@ build -DMAXERRORS=1000000 -m t_errors_all all.stp
#@ build -DMAXERRORS=0 -m t_errors_last last.stp

. "$SONDE_TOP/tests/lib/stress.sh"

each=17
MOD_all=$MODULES/t_errors_all.ko MOD_last=$MODULES/t_errors_last.ko
# "MESSAGE AND WHAT|PROBE" of each error that was told.
told()
{
	awk '/^ERROR: / { what = $0; sub(/ at [^ ]*$/, "", what); gsub(/0x[0-9a-f]+/, "N", what) }
		/while running: / { sub(/.*while running: /, ""); sub(/ at [^ ]*$/, ""); print what "|" $0 }' "$1" | sort -u
}

d=/proc/sonde/t_errors_all
(for i in $(seq 1 30); do echo "line $i"; sleep 0.2; done) | "$SONDERUN" -o /tmp/all.out -c "
	for i in \$(seq 1 $each); do
		cat $d/x; echo y >$d/y; echo 0 >/proc/sys/kernel/panic
		dd if=/dev/zero of=/dev/null bs=1 count=20 status=none
	done 2>/dev/null
	busybox ping -q -c $((each + 3)) -i 0.1 127.0.0.1
	sleep 4" "$MOD_all" 2>/tmp/all.err
expect_eq status $? 1
told /tmp/all.err >/tmp/told
cut -d'|' -f2 /tmp/told | sort | uniq -c | tee /tmp/kinds
kinds=15
! grep -q statement /tmp/kinds || kinds=16
awk -v n=$each '$1 != n {print "not all: " $0; bad = 1} END {exit bad}' /tmp/kinds || { cat /tmp/told; fail "not every error was told in every probe"; }
expect_eq "kinds of probes" "$(wc -l </tmp/kinds)" $kinds
clean all

"$SONDERUN" "$MOD_last" >/tmp/last.out 2>/tmp/last.err
expect_eq "status of the other" $? 1
told /tmp/last.err >/tmp/told
expect_eq "errors of error probes" "$(grep -c '|error$' /tmp/told)" $each
clean last
