# SPDX-License-Identifier: GPL-2.0-or-later
# Four processors at one array, one statistic, one string: each hit counts once, or is in the ledger.
# timeout 400
# machine --smp 4 --mem 1G
# module sum -DMAXSKIPPED=1000000
#| global a, n, s
#| probe kernel.function("vfs_write") { if ($count == 3) { a["x"]++ n++ s <<< 1 } }
#| probe end { printf("%d %d %d\n", a["x"], n, @count(s)) }
# module pairs -DMAXSKIPPED=1000000
#| global at, last, bad, n, sizes
#| probe kernel.function("vfs_write") {
#|   if ($count != 3) next
#|   k = (n++ % 16)
#|   if ([k, "k"] in at) { if (at[k, "k"] != k * 7) bad++ delete at[k, "k"] } else { at[k, "k"] = k * 7 last = sprint(k, "=", k) }
#|   sizes[k] <<< strlen(last)
#| }
#| probe timer.ms(3) { foreach ([i, w] in at) if (at[i, w] != i * 7) bad++ if (last != "" && last !~ "^([0-9]+)=[0-9]+$") bad++ }
#| probe end { foreach (k in sizes) total += @count(sizes[k]) printf("%d %d %d\n", n, total, bad) }

. "$SONDE_TOP/tests/lib/stress.sh"

each=4000
job="for cpu in 0 1 2 3; do taskset -c \$cpu dd if=/dev/zero of=/dev/null bs=3 count=$each status=none & done; wait"
# What the ledger says of vfs_write.
skipped() { sed -nE 's/^WARNING: lost: probe kernel\.function\("vfs_write"\): ([0-9]+) (hit|handler)s? .*/\1/p' /tmp/run.err | awk '{n += $1} END {print n + 0}'; }

while rounds 2; do
	run_module sum -c "$job"
	expect_eq "status of sum" "$STATUS" 0
	read -r a n s <<<"$OUT"
	lost=$(skipped)
	echo "sum: $OUT, $lost skipped"
	expect_eq "the three" "$a $n $s" "$a $a $a"
	expect_eq "all of them: $ERR" $((a + lost)) $((4 * each))
	clean sum
	run_module pairs -c "$job"
	expect_eq "status of pairs: $ERR" "$STATUS" 0
	read -r n total bad <<<"$OUT"
	lost=$(skipped)
	echo "pairs: $OUT, $lost skipped"
	expect_eq "all pairs: $ERR" "$((n + lost)) $total $bad" "$((4 * each)) $n 0"
	clean pairs
done
