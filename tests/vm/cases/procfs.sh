# SPDX-License-Identifier: GPL-2.0-or-later
# Files of a script: reading whole and in parts, writing, modes, several at once, and their end, while they are open too.
# timeout 180
# module files
#| global n, kept = "nothing", hits
#| probe procfs("state").read { $value = sprintf("n=%d ", ++n) $value .= "kept=" . kept . "\n" }
#| probe procfs("state").write { kept = text_str($value) }
#| probe procfs.read { $value = "default\n" next $value = "wrong" }
#| probe procfs("deep/er/file").umask(0040).read { $value = "deep\n" }
#| probe procfs("deep/er/both").umask(0).read { $value = "first" }
#| probe procfs("deep/er/both").read { $value .= " second\n" }
#| probe procfs("deep/er/both").umask(0022).write { printf("both: %s", $value) }
#| probe procfs("long").read.maxsize(3000) { for (i = 0; i < 100; i++) $value .= "0123456789abcdefghijklmn\n" }
#| probe procfs("quiet").read { hits++ }
#| probe procfs("broken").read { $value = "part" error("no more") }
#| probe procfs("stop").write { println("stop: " . $value) exit() }
#| probe end { printf("hits %d\n", hits) }
# module clash
#| probe begin { println("begin") }
#| probe procfs("a/b").read { $value = "" }
#| probe procfs("a").read { $value = "" }
# module small -DSTP_PROCFS_BUFSIZE=10
#| probe procfs("a").read { $value = "0123456789abcdef" }
#| probe procfs("b").read.maxsize(12) { $value = "0123456789abcdef" }

name=$(basename "$MOD_files" .ko)
d=/proc/sonde/$name
start_module files
wait_for 5 test -e "$d/quiet"

expect_eq "whole" "$(cat "$d/state")" "n=1 kept=nothing"
expect_eq "the documented path" "$(cat "/proc/systemtap/$name/state")" "n=2 kept=nothing"
expect_eq "byte by byte" "$(dd if="$d/state" bs=1 status=none)" "n=3 kept=nothing"
expect_eq "in the middle" "$(dd if="$d/state" bs=1 skip=4 count=6 status=none)" "kept=n"
expect_eq "beyond the end" "$(dd if="$d/state" bs=100 skip=1 status=none 2>&1)" ""
echo hello >"$d/state" || fail "echo"
expect_match "what was written" "$(cat "$d/state")" '^n=6 kept=hello\\n$'
printf 'no newline' >"$d/state" || fail "printf"
expect_match "without a newline" "$(cat "$d/state")" '^n=7 kept=no newline$'
expect_eq "next keeps what was assigned" "$(cat "$d/command")" default
expect_eq "in a folder" "$(cat "$d/deep/er/file")" deep
expect_eq "two probes of one file" "$(cat "$d/deep/er/both")" "first second"
expect_eq "a long text" "$(wc -c <"$d/long") $(tail -n 1 "$d/long")" "2500 0123456789abcdefghijklmn"
expect_eq "an empty text" "$(cat "$d/quiet")" ""
expect_eq "modes" "$(stat -c %a "$d/state" "$d/command" "$d/deep/er/file" "$d/deep/er/both" "$d/stop" | tr '\n' ' ')" \
	"600 400 404 644 200 "
# More than a string holds comes in pieces.
head -c 1200 /dev/zero | tr '\0' x >"$d/deep/er/both" || fail "a long write"
cat "$d/stop" 2>/dev/null && fail "a file without a read probe was read"
(echo >"$d/quiet") 2>/dev/null && fail "a file without a write probe was written to"

# Each reader has its own text, and may begin again.
exec 5<"$d/state" 6<"$d/state"
read -r -n 4 -u 5 a
read -r -n 4 -u 6 b
[ "$a" != "$b" ] || fail "two readers share a text: $a"
exec 6<&-
for i in 1 2 3 4 5 6 7 8; do cat "$d/long" >"/tmp/long.$i" & done
wait $(jobs -p | grep -v "^$PID$") 2>/dev/null
for i in 1 2 3 4 5 6 7 8; do expect_eq "reader $i" "$(wc -c <"/tmp/long.$i")" 2500; done

# The script ends while a file is open: the file ends too, and the module goes.
echo now >"$d/stop"
wait "$PID"
expect_eq "status" $? 0
gone files || fail "still loaded"
[ ! -e "$d" ] || fail "$d is still there"
(cat <&5) 2>/dev/null && fail "an open file outlived its script"
exec 5<&-
expect_eq "the pieces together" "$(tr -cd x </tmp/files.out | wc -c)" 1200
grep -q "x\{512\}" /tmp/files.out && fail "a piece is longer than a string"
expect_eq "the end" "$(tail -n 3 /tmp/files.out | tr '\n' '|' | sed 's/^.*stop/stop/')" "stop: now||hits 1|"
expect_eq stderr "$(cat /tmp/files.err)" ""

# An error in a handler is one of the script.
start_module files
wait_for 5 test -e "$d/quiet"
cat "$d/broken" >/dev/null
wait "$PID"
expect_eq "status after an error" $? 1
expect_match "the error" "$(cat /tmp/files.err)" 'ERROR: no more .*procfs\("broken"\).read'

# The runner is killed while a file is open.
start_module files
wait_for 5 test -e "$d/quiet"
exec 5<"$d/state"
kill -9 "$PID"
wait "$PID" 2>/dev/null
wait_for 6 gone files
[ ! -e "$d" ] || fail "$d is still there after a kill"
exec 5<&-

run_module clash
expect_eq "status of a clash" $STATUS 1
expect_match "a clash" "$ERR" '"a" is the name of a file and of a folder'
[ ! -e "/proc/sonde/$(basename "$MOD_clash" .ko)" ] || fail "the clash left something"

start_module small
d=/proc/sonde/$(basename "$MOD_small" .ko)
wait_for 5 test -e "$d/b"
expect_eq "STP_PROCFS_BUFSIZE" "$(cat "$d/a")" 0123456789
expect_eq "maxsize" "$(cat "$d/b")" 0123456789ab
kill -INT "$PID"
wait "$PID"
expect_match "what was cut is counted" "$(cat /tmp/small.err)" 'cut'
