# SPDX-License-Identifier: GPL-2.0-or-later
# The runner is killed at each stage of a run, and at times that nobody has chosen: the module detaches and goes by itself,
# nothing stays, and the next run works.
# timeout 400
# machine --smp 4 --mem 1G
# module stages -DMAXACTION_INTERRUPTIBLE=10000000
#| global n
#| probe begin { for (i = 0; i < 30000; i++) printf("begin %d 0123456789012345678901234567890123456789\n", i) }
#| probe kernel.function("vfs_read"), kernel.function("vfs_write").return { n++ }
#| probe timer.ms(5) { printf("running %d\n", n) }
#| probe end { for (i = 0; i < 30000; i++) printf("end %d 0123456789012345678901234567890123456789\n", i) }
# module short
#| global n
#| probe kernel.function("vfs_read"), kernel.function("vfs_write").return, timer.us(300) { n++ printf("%d\n", n) }
#| probe end { println("end") }

. "$SONDE_TOP/tests/lib/stress.sh"

killed() { kill -9 "$PID"; wait "$PID" 2>/dev/null; clean $1; }

state() { grep -q "$1" /tmp/stages.out; }

# starts stages with its output in a pipe of which only so many lines are read, so that it stays where it is
behind_pipe()
{
	rm -f /tmp/pipe
	mkfifo /tmp/pipe
	set -m
	"$SONDERUN" "$MOD_stages" >/tmp/pipe 2>/tmp/stages.err &
	PID=$!
	set +m
	exec 8</tmp/pipe
}

trap quiet EXIT
traffic
run_module short -c true
expect_eq "a first run" "$STATUS $(tail -n 1 /tmp/run.out)" "0 end"
memory_mark
while rounds 1; do
	# Starting: begin prints, and nobody reads.
	behind_pipe
	read -r line <&8
	expect_match "starting" "$line" '^begin 0 '
	sleep 0.5
	killed stages
	exec 8<&-
	# Running.
	start_module stages
	wait_for 30 state running
	killed stages
	state '^end' && fail "an end probe ran"
	# Suspended, and killed.
	start_module stages
	wait_for 30 state running
	kill -STOP "$PID"
	sleep 0.3
	killed stages
	# Ending: end prints, and nobody reads any more.
	behind_pipe
	while read -r line <&8; do case $line in running*) break ;; esac; done
	kill -INT "$PID"
	while read -r line <&8; do case $line in end*) break ;; esac; done
	expect_match "ending" "$line" '^end 0 '
	killed stages
	exec 8<&-
	# Whenever.
	for ms in 010 050 120 250 500; do
		start_module short
		sleep 0.$ms
		killed short
	done
	run_module stages -c true
	expect_eq "another run" "$STATUS $(wc -l </tmp/run.err)" "0 0"
	expect_eq "all of it" "$(grep -c '^begin' /tmp/run.out) $(grep -c '^end' /tmp/run.out)" "30000 30000"
done
quiet
memory_back 1000
