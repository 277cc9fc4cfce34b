# SPDX-License-Identifier: GPL-2.0-or-later
# Contexts, statistics and buffers take memory for the processors that are online, no others; and hits are counted on those.
# module all
#| global s, ran
#| probe begin { for (i = 0; i < 10; i++) s <<< i }
#| probe timer.profile { ran[cpu()] <<< 1 if (@count(ran[cpu()]) == 5) exit() }
#| probe end { println(@count(s)) }

online=/sys/devices/system/cpu/cpu1/online
[ -w $online ] || exit 0

# parts: sets contexts, statistics and buffers from what -v says of a run
parts()
{
	run_module all -v
	expect_eq output "$OUT" 10
	[[ $ERR =~ memory:\ [0-9]+\ kB\ \(module\ [0-9]+,\ contexts\ ([0-9]+),\ arrays\ [0-9]+,\ statistics\ ([0-9]+),\ buffers\ ([0-9]+)\) ]] ||
		fail "no line about memory: $ERR"
	contexts=${BASH_REMATCH[1]} statistics=${BASH_REMATCH[2]} buffers=${BASH_REMATCH[3]}
}

n=$(nproc)
parts
all=$buffers before=$contexts
echo 0 >$online || fail "the processor does not go"
parts
echo 1 >$online || fail "the processor does not come back"
# One for each processor, and one of process context, of the same size but for a page or two that all share.
one=$((all - buffers))
[ $one -gt 64 ] || fail "buffers for $n processors take $all kB, for one less $buffers"
left=$((all - one * (n + 1)))
[ ${left#-} -le 16 ] || fail "buffers are not so many of one size: $all kB for $n, $buffers for one less"
[ "$contexts" -lt "$before" ] || fail "contexts take as much with a processor less: $contexts kB"
parts
expect_eq "buffers when it is back" "$buffers" "$all"
