# SPDX-License-Identifier: GPL-2.0-or-later
# Programs that tests/fuzz makes up, at functions chosen at random, while the machine does something: whatever they compute, it
# survives and they end. SONDE_STRESS_SEED: other programs; their number follows from the minutes.
# native
# timeout 900
# machine --smp 4 --mem 1G
#@ mkdir -p work
#@ make -s -C "$SONDE_BUILD" tests/fuzz/generate
#@ n=$((6 + ${SONDE_STRESS_MINUTES:-0} * 8 + ${SONDE_STRESS_ROUNDS:-0})) seed=${SONDE_STRESS_SEED:-1} tried=0
#@ "$SONDE_BUILD/sonde" -r "$RELEASE" -l 'kernel.function("*")' | sed 's/@.*//; s/^kernel.function("//; s/".*//' |
#@	grep -E '^(vfs|do|ksys|__x64_sys|try|put|get|f?d?_?install|fput|d|path|link|lookup|may|security|cap|sched|wake|up|down|mutex|tick|hrtimer|rcu|mm|vma|page|alloc|kmem|free|copy|unmap|ip|tcp|sock|dev|proc|seq|tty|n_tty|pipe|anon|handle|exc|common|irq|account|update|enqueue|dequeue|task|wait)_' |
#@	sort -u >work/functions
#@ RANDOM=$seed
#@ pick() { head -c 4000000 </dev/zero | openssl enc -aes-128-ctr -pass "pass:$1" -nosalt -pbkdf2 2>/dev/null >work/source; shuf -n "$2" --random-source=work/source work/functions; }
#@ for ((i = 1; i <= n && tried < 3 * n; tried++)); do
#@	"$SONDE_BUILD/tests/fuzz/generate" $((seed + tried)) 1 --timers work/all.stp work/all.exp >work/list
#@	points=$(pick $((seed + tried)) 30 | sed 's/.*/kernel.function("&")?/' | paste -sd,)
#@	returns=$(pick $((seed + tried + 1000000)) 10 | sed 's/.*/kernel.function("&").return?/' | paste -sd,)
#@	# Each takes its turn no more: they run at every hit.
#@	sed -E "/^probe timer.*turn .*\}$/d; /^ *if \(turn.*next;/d; /^ *turn\+\+;/d; s/^probe timer\.us\([0-9]+\) \{/probe $points, $returns, kernel.function(\"vfs_read\") {/" work/all.stp >work/r$i.stp
#@	"$SONDE_BUILD/sonde" -r "$RELEASE" -w -p4 --no-global-var-display -DMAXERRORS=1000000 -DMAXSKIPPED=1000000 -m "t_random_$i" work/r$i.stp >work/r$i.log 2>&1 && i=$((i + 1)) || cat work/r$i.log
#@ done
#@ [ $i -gt $n ]

. "$SONDE_TOP/tests/lib/stress.sh"

trap quiet EXIT
traffic
traffic
mkdir -p /tmp/random
ran=0 hits=0
for f in "$MODULES"/t_random_*.ko; do
	name=$(basename "$f" .ko)
	echo "$name" >/dev/kmsg
	timeout -k 60 180 "$SONDERUN" -v --timeout=3 -o /tmp/random/out "$f" 2>/tmp/random/err
	status=$?
	[ $status -le 1 ] || fail "$name: status $status: $(tail -n 5 /tmp/random/err)"
	grep -q "^$name " /proc/modules && fail "$name: still loaded"
	hits=$((hits + $(sed -nE 's/.* ([0-9]+) hits, .* skipped, .* errors/\1/p' /tmp/random/err)))
	ran=$((ran + 1))
	[ "$(wc -c </tmp/random/out)" -lt 50000000 ] || : >/tmp/random/out
done
echo "$ran programs, $hits hits"
[ $hits -gt 0 ] || fail "nothing was hit"
