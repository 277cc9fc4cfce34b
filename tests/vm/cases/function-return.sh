# SPDX-License-Identifier: GPL-2.0-or-later
# .return: returned values add up to what was read; parameters as they were at entry; instances that run out.
# All of it by each way that there is to a return: the module's parameter sd_without leaves out the better ones.
# timeout 360
# module sum
#| global n, sum, ends, wrong
#| probe kernel.function("vfs_read").return {
#| 	if (pid() == target() && kernel_string($file->f_path->dentry->d_name->name) == "sized") {
#| 		if ($return > 0) { n++; sum += $return } else ends++
#| 		if ($count != 4096) wrong++
#| 	}
#| }
#| probe end { printf("%d %d %d %d\n", n, sum, ends, wrong) }
# module brief
#| global n, sum
#| probe kernel.function("vfs_read").return { if (pid() == target() && $return > 0 && $count == 4096) { n++; sum += $return } }
#| probe end { printf("%d %d\n", n, sum) }
# module alias
#| global n, sum, e
#| probe vfs.read.return { if (pid() == target() && $count == 4000) { n++; sum += bytes_read } }
#| probe vfs.read.return { if (pid() == target() && error == 21) { e++ if (ret == -21 && bytes_read == 0 && retstr == "-21") e++ } }
#| probe end { printf("%d %d %d\n", n, sum, e) }
# module both
#| global ins, outs, order
#| probe kernel.function("vfs_write") { if (pid() == target() && $count == 5) { ins++ } }
#| probe kernel.function("vfs_write").return {
#| 	if (pid() == target() && $count == 5) { outs++; if (ins != outs) order++; text = $$return . " " . pp() . " " . probefunc() }
#| 	if (text != "") println(text)
#| }
#| probe end { printf("%d %d %d\n", ins, outs, order) }
# module few
#| probe kernel.function("hrtimer_nanosleep").return.maxactive(1) { if (execname() == "sleep") println("back") }
# module few_all -DKRETACTIVE=2
#| probe kernel.function("hrtimer_nanosleep").return { if (execname() == "sleep") println("back") }
# module many_all -DKRETACTIVE=1
#| probe kernel.function("hrtimer_nanosleep").return.maxactive(50000) { if (execname() == "sleep") println("back") }
# module sleepers
#| global n
#| probe kernel.function("hrtimer_nanosleep").return { if (execname() == "sleep") printf("%d %d\n", ++n, $return) }

[ -e /sys/kernel/debug/kprobes ] || mount -t debugfs none /sys/kernel/debug
head -c 102400 /dev/zero >/tmp/sized
all()
{
	run_module sum -c 'exec dd if=/tmp/sized of=/dev/null bs=4096 2>/dev/null'
	expect_eq status $STATUS 0
	expect_eq stderr "$ERR" ""
	expect_eq "reads, bytes, ends, other sizes" "$OUT" "25 102400 1 0"

	run_module brief -c 'exec dd if=/tmp/sized of=/dev/null bs=4096 count=25 2>/dev/null'
	expect_eq "reads and bytes" "$OUT" "25 102400"

	run_module alias -c 'dd if=/tmp of=/dev/null bs=100 2>/dev/null; exec dd if=/tmp/sized of=/dev/null bs=4000 2>/dev/null'
	expect_eq "reads and bytes through the alias" "${OUT% *}" "27 102400"
	expect_eq stderr "$ERR" ""

	# A directory cannot be read: EISDIR comes from vfs_read itself.
	run_module alias -c 'exec dd if=/tmp of=/dev/null bs=100 2>/dev/null'
	expect_eq "the error's variables" "$OUT" "0 0 2"

	run_module both -c 'exec dd if=/dev/zero of=/tmp/x bs=5 count=3 2>/dev/null'
	line='return=0x5 kernel.function("vfs_write").return vfs_write'
	expect_eq "entry and return" "$OUT" "$line
$line
$line
3 3 0"

	# Three sleep at once, one instance: two returns are missed, and said to be.
	run_module few -c 'sleep 1 & sleep 1 & sleep 1 & wait'
	expect_eq status $STATUS 0
	expect_eq "returns seen" "$OUT" back
	expect_eq "what is said of the others" "$ERR" 'WARNING: lost: probe kernel.function("hrtimer_nanosleep").return.maxactive(1): 2 hits missed (the kernel could not call the probe; for .return try .maxactive(N))'

	# The same limit by -D, for probes that do not say it themselves.
	run_module few_all -c 'sleep 1 & sleep 1 & sleep 1 & wait'
	expect_eq "returns seen of two" "$OUT" "back
back"
	expect_eq "what is said of the third" "${ERR%% (*}" 'WARNING: lost: probe kernel.function("hrtimer_nanosleep").return: 1 hit missed'
	run_module many_all -c 'sleep 0.5 & sleep 0.5 & wait'
	expect_eq "stderr of many" "$ERR" ""
	expect_eq "returns seen of many" "$OUT" "back
back"

	run_module sleepers -c 'for i in 1 2 3 4 5 6 7 8; do sleep 0.5 & done; wait'
	expect_eq stderr "$ERR" ""
	expect_eq "eight at once" "$OUT" "1 0
2 0
3 0
4 0
5 0
6 0
7 0
8 0"
}

for way in "" inline hook hook,fprobe lookup; do
	echo "without: ${way:-nothing}"
	PARAMETERS=${way:+sd_without=$way}
	run_module both -c "grep -c ' r  *vfs_write' /sys/kernel/debug/kprobes/list >/tmp/kretprobes"
	case $way in
	''|inline)	expect_eq "kretprobes" "$(cat /tmp/kretprobes)" 0 ;;
	hook,fprobe)	expect_eq "kretprobes" "$(cat /tmp/kretprobes)" 1 ;;
	esac
	all
done
