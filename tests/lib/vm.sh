# SPDX-License-Identifier: GPL-2.0-or-later
#
# What a shell case of tests/vm may use, besides $SONDERUN, $RELEASE and $MOD_NAME. It runs in the guest, in bash,
# in an empty /tmp; its exit status is the verdict: the first thing that is wrong ends it.

# fail WHY: the end of the case.
fail()
{
	echo "FAIL: $*" >&2
	exit 1
}

# expect_eq WHAT GOT WANTED
expect_eq() { [ "$2" = "$3" ] || fail "$1: got '$2', wanted '$3'"; }

# expect_match WHAT GOT REGEX
expect_match() { [[ $2 =~ $3 ]] || fail "$1: got '$2', wanted something like '$3'"; }

# run_module NAME [SONDERUN-ARGS...]: runs a module in the foreground, with the $PARAMETERS of a module; its output is in $OUT, what it says on
# stderr in $ERR, its exit status in $STATUS.
run_module()
{
	local name=MOD_$1
	shift
	"$SONDERUN" "$@" "${!name}" ${PARAMETERS:-} >/tmp/run.out 2>/tmp/run.err
	STATUS=$?
	OUT=$(cat /tmp/run.out) ERR=$(cat /tmp/run.err)
}

# start_module NAME [SONDERUN-ARGS...]: the same in the background, as a process group of its own: $PID; its output
# goes to /tmp/NAME.out and /tmp/NAME.err.
start_module()
{
	local name=$1 var=MOD_$1
	shift
	# Job control, so that it does not ignore SIGINT as other background jobs do.
	set -m
	"$SONDERUN" "$@" "${!var}" ${PARAMETERS:-} >"/tmp/$name.out" 2>"/tmp/$name.err" &
	PID=$!
	set +m
}

# end_module NAME: ends what start_module started as Ctrl-C would, which has to succeed and to say nothing on standard error.
end_module()
{
	kill -INT $PID
	wait $PID || fail "$1: status $?: $(cat "/tmp/$1.err")"
	expect_eq "standard error of $1" "$(cat "/tmp/$1.err")" ""
}

# wait_for SECONDS COMMAND...: until the command succeeds.
wait_for()
{
	local tries=$(($1 * 20))
	shift
	while ! "$@" >/dev/null 2>&1; do
		[ $((tries -= 1)) -gt 0 ] || fail "waited in vain for: $*"
		sleep 0.05
	done
}

# has_lines FILE N: at least so many.
has_lines() { [ "$(wc -l <"$1")" -ge "$2" ]; }

# loaded NAME: is the module of that name (its file's) in the kernel?
loaded()
{
	local var=MOD_$1
	grep -q "^$(basename "${!var}" .ko) " /proc/modules
}

gone() { ! loaded "$1"; }
