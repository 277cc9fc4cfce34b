# SPDX-License-Identifier: GPL-2.0-or-later
# -c, -x, -o, -v, --format=json, and what sonderun refuses.
# module target
#| probe begin { printf("target %d\n", target()) }
#| probe timer.ms(50) { exit() }
# module wait
#| probe begin { println("begin") }
#| probe end { println("end") }
# module json
#| probe begin { printf("%s %d \"quoted\"\n", "text\t", -7) print("plain") log("logged") warn("warned") println("\377") }
#| probe begin(1) { error("went \"wrong\"") }
# module globals
#| global never_written = 3, count = -1, who = "nobody", list, stat
#| probe begin { list[1] = 1; stat <<< 1; printf("%d %d %s %d %d\n", never_written, count++, who, list[1], @sum(stat)) exit() }
# module fails
#| probe begin { exit() }

run_module target -x $$
expect_eq "-x" "$OUT" "target $$"
run_module target
expect_eq "no target" "$OUT" "target 0"

# The command's end is the script's; its output and its status are its own affair.
run_module wait -c 'echo command; exit 3'
expect_eq "status with -c" $STATUS 0
expect_eq "-c" "$(sort <<<"$OUT")" "begin
command
end"
run_module wait -v -c 'exit 3'
expect_match "-v" "$ERR" 'command ended with status 3'

run_module wait -o /tmp/output -c true
expect_eq "with -o, stdout" "$OUT" ""
expect_eq "with -o, the file" "$(</tmp/output)" "begin
end"
run_module wait -o /no/such/directory/file
expect_eq "-o that cannot be" $STATUS 1
expect_match "-o that cannot be" "$ERR" '^ERROR: /no/such/directory/file: No such file or directory$'

run_module json --format=json
expect_eq "json: status" $STATUS 1
expect_eq "json: stderr" "$ERR" ""
expect_eq "json: without times" "$(sed -E 's/(,"args":\[\])?,"time":[0-9]+}$/}/' /tmp/run.out | head -n 5)" \
	'{"type":"printf","text":"text\t -7 \"quoted\"\n","args":["text\t",-7]}
{"type":"printf","text":"plain","args":["plain"]}
{"type":"log","text":"logged"}
{"type":"warning","text":"warned"}
{"type":"printf","text":"\\xff\n","args":["\\xff"]}'
expect_match "json: the error" "$(tail -n 1 /tmp/run.out)" \
	'^\{"type":"error","text":"went \\"wrong\\"",("near":\{.*\},)?"probe":\{"what":"begin\(1\)","file":"json.stp","line":2,"column":7\},.*"time":[0-9]+\}$'
if python3 -c '' 2>/dev/null; then
	python3 -c 'import json, sys
last = 0
for line in open("/tmp/run.out", encoding="utf-8"):
    o = json.loads(line)
    assert o["time"] >= last, line
    last = o["time"]' || fail "json: a line does not parse"
fi

# What is refused, before anything is loaded.
cp "$MOD_fails" /tmp/m.ko
chmod g+w /tmp/m.ko
"$SONDERUN" /tmp/m.ko 2>/tmp/err && fail "a module that others may write to was loaded"
expect_match "others may write" "$(</tmp/err)" '^ERROR: /tmp/m.ko: others may write to it'
chmod 600 /tmp/m.ko
chown 12345 /tmp/m.ko
"$SONDERUN" /tmp/m.ko 2>/tmp/err && fail "somebody else's module was loaded"
expect_match "somebody else's" "$(</tmp/err)" 'belongs to user 12345'
ln -s "$MOD_fails" /tmp/link.ko
"$SONDERUN" /tmp/link.ko 2>/tmp/err && fail "a link was followed"
expect_match "a link" "$(</tmp/err)" 'symbolic link'
echo "no module" >/tmp/text.ko
"$SONDERUN" /tmp/text.ko 2>/tmp/err && fail "a text was loaded"
expect_match "a text" "$(</tmp/err)" 'not an ELF file'
"$SONDERUN" /tmp/nothing.ko 2>/tmp/err && fail "nothing was loaded"
expect_match "nothing" "$(</tmp/err)" 'No such file'
"$SONDERUN" "$MOD_fails" no_such_global=3 2>/tmp/err && fail "an unknown global was set"
expect_match "an unknown global" "$(</tmp/err)" 'no_such_global=3: the script has no global variable of that name'

# Global variables get their values before anything runs.
run_module globals
expect_eq "globals as they are" "$OUT" '3 -1 nobody 1 1'
"$SONDERUN" "$MOD_globals" never_written=0x10 count=-7 "who=some body=else" >/tmp/out 2>/tmp/err || fail "globals could not be set: $(</tmp/err)"
expect_eq "globals that are set" "$(</tmp/out)" '16 -7 some body=else 1 1'
for wrong in list=1 stat=1 count=x count= count=0x10000000000000000 'who=a"b' "who=$(printf %600s x)" count; do
	"$SONDERUN" "$MOD_globals" "$wrong" >/tmp/out 2>/tmp/err && fail "$wrong was taken"
	expect_match "$wrong" "$(</tmp/err)" '^ERROR: '
done
"$SONDERUN" -x 12x "$MOD_fails" 2>/tmp/err && fail "-x 12x was taken"
expect_match "-x 12x" "$(</tmp/err)" 'not a process number'
