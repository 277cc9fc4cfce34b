# SPDX-License-Identifier: GPL-2.0-or-later
# Pictures of what the examples in examples/profiling print: the counts in the pictures are those of the script, and what a program is known to do has the share that is known.
# native
# timeout 240
#@ for e in on-cpu-stacks off-cpu-stacks read-latency-heat; do
#@ 	"$SONDE_BUILD/sonde" -p4 -r "$RELEASE" -m "t_$(echo $e | tr - _)" -DMAXSTRINGLEN=2048 "$SONDE_TOP/examples/profiling/$e.stp"
#@ done
# module none
#| probe never { }

flame=$SONDE_BUILD/sonde-flame
# counted FILE: the sum of the counts behind stacks
counted() { awk '/^[0-9]+$/ {n += $1} END {print n + 0}' "$1"; }
# box FILE NAME: the counts of the boxes of that name, together
box() { sed -n "s/^<g><title>$2: \([0-9,]*\) .*/\1/p" "$1" | tr -d , | awk '{n += $1} END {print n + 0}'; }
# picture WHAT: out as $WHAT.svg, whose total is that of the script
picture()
{
	"$flame" -t "$1" -o "$1.svg" out 2>strange || fail "$1: $(cat strange)"
	expect_eq "$1: lines not understood" "$(cat strange)" ""
	expect_eq "$1: total" "$(box "$1.svg" all)" "$(counted out)"
	[ "$("$flame" --folded out | awk '{n += $NF} END {print n}')" = "$(counted out)" ] || fail "$1: folded"
}

# A program that does nothing but read zeroes, and others.
timeout 30 dd if=/dev/zero of=/dev/null bs=1M 2>/dev/null &
dd=$!
"$SONDERUN" "$MODULES/t_on_cpu_stacks.ko" >out 2>err || fail "on CPU: $(cat err)"
kill $dd
picture oncpu
of_dd=$(awk '/^dd:$/ {dd = 1} /^[0-9]+$/ {if (dd) n += $1; dd = 0} END {print n + 0}' out)
[ "$of_dd" -ge 50 ] || fail "only $of_dd samples of dd: $(head -n 40 out)"
expect_eq "dd's box" "$(box oncpu.svg dd)" "$of_dd"
reading=$(box oncpu.svg 'read_zero \[kernel\]')
[ "$reading" -ge $((of_dd * 8 / 10)) ] || fail "$reading of $of_dd in read_zero: $(head -n 40 out)"

# One process, as starting another may take longer than it sleeps.
python3 -c 'import time
print(flush=True)
while True: time.sleep(0.2)' >sleeps &
sleeps=$!
wait_for 60 test -s sleeps
"$SONDERUN" "$MODULES/t_off_cpu_stacks.ko" >out 2>err || fail "off CPU: $(cat err)"
kill $sleeps
picture offcpu
slept=$(box offcpu.svg 'hrtimer_nanosleep \[kernel\]')
[ "$slept" -ge 800000 ] && [ "$slept" -le 4000000 ] || fail "slept $slept us of two seconds: $(head -n 40 out)"

"$SONDERUN" -c 'for i in 1 2 3 4 5 6 7 8 9 10; do cat /etc/passwd >/dev/null; sleep 0.05; done' "$MODULES/t_read_latency_heat.ko" >out 2>err || fail "heat: $(cat err)"
"$flame" --heat --unit=reads -o heat.svg out || fail "heat map"
total=$(awk '{n += $3} END {print n}' out)
[ "$total" -ge 20 ] || fail "only $total reads"
expect_eq "boxes of the heat map" "$(grep -c '<g><title>' heat.svg)" "$(wc -l <out)"
expect_eq "sum of the heat map" "$(sed -n 's/^<g><title>.*: \([0-9,]*\) reads<.*/\1/p' heat.svg | tr -d , | awk '{n += $1} END {print n}')" "$total"
