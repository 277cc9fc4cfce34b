# SPDX-License-Identifier: GPL-2.0-or-later
# What is told of attaching: places that were left out, with the reason, in text and as JSON; and a start that ends by
# itself when what is attached so far takes the machine's time.
# needs module:ext4
# timeout 240
# module left
#| global n
#| probe kernel.function("vfs_*") { n++ }
#| probe kernel.function("vfs_*").return { n++ }
#| probe module("ext4").function("ext4_read_*") { n++ }
#| probe kernel.function("te*") { n++ }
#| probe kernel.function("no_function_of_this_name")?, kernel.function("vfs_read") { n++ }
#| probe timer.ms(100) { exit() }
# module whole
#| probe kernel.function("vfs_read"), kernel.trace("sched_switch") { }
#| probe timer.ms(100) { exit() }
# module heavy -DSTP_OVERLOAD_THRESHOLD=50000000 -DSTP_OVERLOAD_INTERVAL=1000000000
#| global n
#| probe kernel.function("*").call { for (i = 0; i < 400; i++) n += i % 7 }
#| probe error { println("error probe") }
#| probe end { println("not this one") }
#| probe timer.s(40) { println("nothing happened") exit() }
# module storm -DSTP_OVERLOAD_THRESHOLD=20000000000000 -DSTP_OVERLOAD_INTERVAL=1000000000000000
#| global n
#| probe kernel.function("*").call { for (i = 0; i < 200; i++) n += i % 7 }
#| probe error { println("error probe") }
#| probe end { println("not this one") }
#| probe timer.s(40) { println("nothing happened") exit() }
# module early
#| probe kernel.function("*").call { exit() }
#| probe end { println("end probe") }
# module first
#| global n
#| probe kernel.function("*").call, kernel.trace("*") { n++ }
#| probe begin { exit() }
#| probe end { println(n) }

run_module left -vv
expect_eq status $STATUS 0
expect_match "functions of the kernel's start" "$ERR" 'probe kernel.function\("vfs_\*"\): not attached at [0-9]+ places?: [0-9]+ refused by the kernel \('
expect_match "returns" "$ERR" 'probe kernel.function\("vfs_\*"\).return: not attached at [0-9]+ places?: [0-9]+ refused'
expect_match "their names" "$ERR" 'refused: [a-z_ ]*vfs_caches_init_early'
expect_match "a module that is not there" "$ERR" 'probe module\("ext4"\).function\("ext4_read_\*"\): not attached at [0-9]+ places: [0-9]+ in modules that were not loaded'
expect_match "what patterns leave out" "$ERR" 'probe kernel.function\("te\*"\): not attached at .*[0-9]+ left out of patterns'
expect_match "their names" "$ERR" 'denied: .*text_poke'
expect_match "in all" "$ERR" 'attached ([0-9]+) of ([0-9]+) places in [0-9.]+ s, detached in [0-9.]+ s'
attached=${BASH_REMATCH[1]} places=${BASH_REMATCH[2]}
left=$(grep -o 'not attached at [0-9]*' /tmp/run.err | awk '{ n += $4 } END { print n }')
expect_eq "sum of what is attached and what is not" $((attached + left)) "$places"

run_module left
expect_eq "without -v" "$ERR" ""
run_module left --format=json
expect_match "JSON" "$OUT" '\{"type":"unplaced","probe":"kernel.function\(\\"vfs_\*\\"\)","cause":"refused","count":[0-9]+,"places":\[.*"vfs_caches_init_early".*\]\}'
expect_match "JSON of what patterns leave out" "$OUT" '"type":"unplaced","probe":"kernel.function\(\\"te\*\\"\)","cause":"denied","count":[0-9]+,"places":\[.*"text_poke'
expect_match "JSON of modules" "$OUT" '"type":"unplaced","probe":"module\(.*","cause":"away","count":[0-9]+,"places":\["ext4_read_'

run_module whole -v
expect_match "nothing left out" "$ERR" 'attached 2 of 2 places in'
[[ $ERR != *"not attached"* ]] || fail "told of what is not"

# Too much: no more is attached, all is let go, and it is said which probe it was. First by the control that looks at
# each handler; then, with an interval that no test waits for, by the look between the steps alone.
for m in heavy storm; do
	read -r from _ </proc/uptime
	run_module $m -v
	read -r to _ </proc/uptime
	echo "$m: $(awk -v a="$from" -v b="$to" 'BEGIN { print b - a }') s"
	grep -E 'ERROR|disarmed|attached [0-9]' /tmp/run.err
	expect_eq "status of $m" $STATUS 1
	expect_eq "what $m printed" "$(head -n 1 /tmp/run.out)" "error probe"
	case $m in
	heavy)	expect_match "what is said" "$ERR" "ERROR: probe overhead exceeded threshold: [0-9]+ cycles of handlers on one CPU, at last of [a-z_0-9]+" ;;
	storm)	expect_match "what is said" "$ERR" "ERROR: probes took too much of the machine's time while they were being attached: they were disarmed after [0-9]+ places"
		expect_match "which" "$ERR" 'while running: kernel.function\("\*"\).call at' ;;
	esac
	expect_match "how far it came" "$ERR" 'the probes were disarmed while they were being attached: [0-9]+ of [0-9]+ places were'
	expect_match "the rest" "$ERR" 'left out \(the script ended before their turn\)'
done

# A script that ends while it is attached needs no more places.
run_module early -v
expect_eq status $STATUS 0
expect_eq output "$OUT" "end probe"
expect_match "how far it came" "$ERR" 'attached ([0-9]+) of ([0-9]+) places .* \(the script ended while it was attached\)'
[ "${BASH_REMATCH[1]}" -lt $((BASH_REMATCH[2] / 2)) ] || fail "attached ${BASH_REMATCH[1]} of ${BASH_REMATCH[2]}"

run_module first -v
expect_eq "begin ends it" "$STATUS $OUT" "0 0"
[[ $ERR != *attached* ]] || fail "it was attached"
