# SPDX-License-Identifier: GPL-2.0-or-later
# Handlers update globals side by side, by atomic operations, while a timer reads and empties them: no update is lost, and the
# timer sees those of a handler all or not at all.
# timeout 180
# module group
#| global by, sizes, n, s, all, torn, late, ticks
#| probe kernel.function("vfs_read") {
#| 	if (execname() == "dd" && $count < 10) {
#| 		by[tid(), $count]++
#| 		sizes[$count] <<< $count
#| 		n += $count
#| 		s <<< $count
#| 	}
#| }
#| probe timer.us(700) {
#| 	ticks++
#| 	sum = 0
#| 	foreach ([t, c] in by) sum += by[t, c] * c
#| 	of = 0
#| 	foreach (c in sizes) {
#| 		of += @sum(sizes[c])
#| 		if (@min(sizes[c]) != c || @max(sizes[c]) != c) torn++
#| 	}
#| 	if (sum != n || of != n || @sum(s) != n) torn++
#| 	all += n
#| 	n = 0
#| 	delete by
#| 	delete sizes
#| 	delete s
#| }
#| probe end { println(all + n, " ", torn, ticks > 10 ? " often" : " seldom") }
# module atomic
#| global by, sizes
#| probe kernel.function("vfs_read") {
#| 	if (execname() == "dd" && $count < 10) {
#| 		by[tid() % 5, $count % 3]++
#| 		sizes[execname()] <<< $count
#| 	}
#| }
#| probe end {
#| 	foreach ([t, c] in by) n += by[t, c]
#| 	println(n, " ", @count(sizes["dd"]), " ", @sum(sizes["dd"]), " ", @min(sizes["dd"]), " ", @max(sizes["dd"]))
#| }

ln -s "$(command -v busybox)" /tmp/dd # its name is what the probes look at
cat >/tmp/readers <<'END'
for size in 1 2 3 4; do
	/tmp/dd if=/dev/zero of=/dev/null bs=$size count=20000 2>/dev/null &
done
wait
END

run_module group -c "sh /tmp/readers"
expect_eq "stderr of group" "$ERR" ""
expect_eq "group" "$OUT" "200000 0 often"
run_module atomic -c "sh /tmp/readers"
expect_eq "stderr of atomic" "$ERR" ""
expect_eq "atomic" "$OUT" "80000 80000 200000 1 4"
