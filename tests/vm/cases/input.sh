# SPDX-License-Identifier: GPL-2.0-or-later
# The runner's standard input, by character and by line, from a pipe that stays open and from one that ends.
# module lines
#| global n, chars
#| probe input.char { chars++ }
#| probe input.line { printf("%d <%s>\n", ++n, text_str(line)) if (line == "quit\n") exit() }
#| probe end { printf("%d chars\n", chars) }
# module big
#| global n, bytes
#| probe input.line { n++ bytes += strlen(line) if (line == "end\n") exit() }
#| probe end { printf("%d %d\n", n, bytes) }
# module tty
#| global all
#| probe input.char { all .= char if (char == "q") exit() }
#| probe end { println(all) }
# module none
#| probe timer.ms(300) { println("timer") exit() }

printf 'one\n\ntwo\nquit\nnot this\n' | "$SONDERUN" "$MOD_lines" >/tmp/out 2>/tmp/err || fail "status $?"
expect_eq output "$(cat /tmp/out)" $'1 <one\\n>\n2 <\\n>\n3 <two\\n>\n4 <quit\\n>\n14 chars'
expect_eq stderr "$(cat /tmp/err)" ""

# As it comes.
mkfifo /tmp/fifo
exec 7<>/tmp/fifo
"$SONDERUN" "$MOD_lines" </tmp/fifo >/tmp/out 2>/tmp/err &
pid=$!
echo first >&7
wait_for 5 grep -q first /tmp/out
printf part >&7
sleep 0.3
grep -q part /tmp/out && fail "a line before its end"
echo s >&7
wait_for 5 grep -q '2 <parts' /tmp/out
kill -INT $pid
wait $pid || fail "status $?"
expect_eq "as it comes" "$(cat /tmp/out)" $'1 <first\\n>\n2 <parts\\n>\n12 chars'

# Its end is not the script's; the last line needs no newline.
printf 'last' | "$SONDERUN" -c 'sleep 1' "$MOD_lines" >/tmp/out 2>/tmp/err || fail "status $?"
expect_eq "the end of input" "$(cat /tmp/out)" $'1 <last>\n4 chars'

# A few thousand lines: none is lost.
{ seq 20000; echo end; } | "$SONDERUN" "$MOD_big" >/tmp/out 2>/tmp/err || fail "status $?"
expect_eq "many lines" "$(cat /tmp/out)" "20001 108898"
expect_eq "stderr of many lines" "$(cat /tmp/err)" ""

# Who does not want it leaves it to others.
{ "$SONDERUN" "$MOD_none" >/tmp/out; read -r rest; } < <(echo untouched)
expect_eq "left alone" "$rest" untouched

# On a terminal each character comes at once, and the terminal is as it was afterwards.
# (Where there is a program that makes one.)
if command -v script >/dev/null && command -v stty >/dev/null; then
	(sleep 2; printf x; sleep 1; printf q; sleep 2) |
		script -q -c "stty -g >/tmp/before; $SONDERUN $MOD_tty >/tmp/tty.out; stty -g >/tmp/after" /dev/null >/dev/null 2>&1
	expect_eq "characters" "$(cat /tmp/tty.out)" "xq"
	expect_eq "the terminal" "$(cat /tmp/after)" "$(cat /tmp/before)"
fi
