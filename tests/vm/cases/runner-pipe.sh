# SPDX-License-Identifier: GPL-2.0-or-later
# A reader of the output that is slow, and one that goes away.
# timeout 90
# module stream
#| global n
#| probe timer.ms(10) { printf("%d\n", ++n) }
# module flood
#| global n, pad
#| probe begin { pad = "0123456789012345678901234567890123456789" for (i = 0; i < 3; i++) pad .= pad }
#| probe kernel.function("vfs_write") { if ($count == 3) printf("%d %s\n", ++n, pad) }
#| probe end { printf("total %d\n", n) }

# head goes after the first line, and with it the script.
began=$SECONDS
"$SONDERUN" "$MOD_stream" 2>/tmp/err | head -n 1 >/tmp/out
status=${PIPESTATUS[0]}
expect_eq "status with head" $status 0
expect_eq "output with head" "$(</tmp/out)" 1
expect_eq "stderr with head" "$(</tmp/err)" ""
[ $((SECONDS - began)) -lt 5 ] || fail "took $((SECONDS - began)) s to see that nobody reads"
gone stream || fail "still loaded"

# Records of some 350 bytes, 12,000 of them: four times what a ring holds, while nobody reads.
"$SONDERUN" -c 'taskset -c 0 dd if=/dev/zero of=/dev/null bs=3 count=12000 status=none' "$MOD_flood" 2>/tmp/err |
	{ sleep 6; cat; } >/tmp/out
status=${PIPESTATUS[0]}
expect_eq "status with a slow reader" $status 0
gone flood || fail "still loaded"
expect_eq "the total" "$(tail -n 1 /tmp/out)" "total 12000"
lost=$(sed -nE 's/^WARNING: lost: probe kernel\.function\("vfs_write"\): ([0-9]+) records dropped \(ring full; try -s MB\)$/\1/p' /tmp/err)
expect_eq "lines on stderr" "$(grep -c . /tmp/err)" 1
got=$(($(grep -c . /tmp/out) - 1))
[ "${lost:-0}" -gt 0 ] || fail "$got lines arrived, and no loss is reported: $(</tmp/err)"
expect_eq "printed and lost" $((got + lost)) 12000
awk '$1 == "total" {next} $1 <= last || length($2) != 320 {print "line " NR ": " $0; exit 1} {last = $1}' /tmp/out ||
	fail "out of order or damaged"
expect_eq "nothing else" "$(grep -cvE '^[0-9]+ [0-9]{320}$|^total 12000$' /tmp/out)" 0
