# SPDX-License-Identifier: GPL-2.0-or-later
# Programs in namespaces of their own: both numbers of a process are told, and it is the same program by whatever path: a bind mount, another root, a file system laid
# over it. Copies of it are other files of the same build. Processes that were there before the script, that come while it runs, and that stay; -x.
# native
# timeout 120
#@ mkdir -p lower; gcc -g -O1 -static -Wl,--build-id -o lower/spaces "$SONDE_TOP/tests/vm/programs/spaces.c"
#@ id=$(readelf -n lower/spaces | sed -n 's/.*Build ID: //p')
#@ common='probe process("PROG").begin { printf("begin %d %d %s\n", pid() != ns_pid(), ns_pid(), execname()) } probe process("PROG").end { printf("end %d\n", ns_pid()) } probe process("PROG").function("announce") { printf("announce %d %d\n", $number, $number == ns_pid()) } global ready; probe timer.ms(50) { if (!ready++) println("ready") }'
#@ mk() { "$SONDE_BUILD/sonde" -p4 -r "$RELEASE" -m "$1" -e "$2" || exit; }
#@ mk t_path "${common//PROG/$PWD/lower/spaces}"
#@ mk t_all 'probe process.begin { if (execname() == "spaces") printf("begin %d\n", ns_pid()) } probe process.end { if (execname() == "spaces") printf("end %d\n", ns_pid()) } probe process.syscall { if (execname() == "spaces") n++ } probe end { println(n > 3 ? "calls" : "none") } global n'
#@ PATH=$PWD/lower:$PATH mk t_build "${common//PROG/$id}"
# module none
#| probe never { }

prog=$MODULES/lower/spaces
mkdir -p /tmp/bound /tmp/upper /tmp/spaces-work /tmp/merged /tmp/root
cp "$prog" /tmp/root/spaces
touch /tmp/bound/other

# start NAME: the module runs, $runner
start()
{
	"$SONDERUN" $2 $3 "$MODULES/t_$1.ko" >out 2>err &
	runner=$!
	wait_for 30 grep -q "^t_$1 " /proc/modules
	wait_for 30 grep -q ready out
}
finish() { kill -INT $runner; wait $runner || fail "$1: $(cat err)"; expect_eq "$1: stderr" "$(cat err)" ""; }

start path
"$prog" >/tmp/said                                       # 1: as it is
unshare -p -f "$prog" >>/tmp/said                        # 2: number 1 of a namespace
unshare -p -m -f sh -c "mount --bind $prog /tmp/bound/other && exec /tmp/bound/other" >>/tmp/said # 3: by another path, that only it sees
unshare -p -m -f sh -c "mount -t overlay o -o lowerdir=$MODULES/lower,upperdir=/tmp/upper,workdir=/tmp/spaces-work /tmp/merged 2>/dev/null && exec /tmp/merged/spaces || echo no" >/tmp/laid # 4
/tmp/root/spaces >/dev/null                              # 5: another file
finish path
expect_eq "numbers in their namespaces" "$(tail -n 2 /tmp/said | tr '\n' ' ')" "1 1 "
expect_eq "by path: calls" "$(grep -c '^announce [0-9]* 1$' out)" "$((3 + $(grep -c '^1$' /tmp/laid)))"
expect_eq "by path: numbers" "$(grep '^announce' out | head -n 3 | awk '{print $2}')" "$(cat /tmp/said)"
expect_eq "by path: begins in namespaces" "$(grep -c '^begin 1 1 ' out)" 2
expect_eq "by path: begins" "$(grep -c '^begin' out) $(grep -c '^end' out)" "3 3"

# Before, during, and after; -x: that one and what descends from it.
mkfifo in
"$prog" wait <in >/tmp/said &
waiting=$!
exec 4>in
wait_for 10 has_lines /tmp/said 1
unshare -p -f "$prog" wait <in >/tmp/said2 4>&- & # it must not keep the other end open
wait_for 10 has_lines /tmp/said2 1
start path
wait_for 20 has_lines out 3
expect_eq "there before" "$(grep '^begin' out | sort | tr '\n' ' ')" "begin 0 $waiting spaces begin 1 1 spaces "
"$prog" >/dev/null
echo >&4; echo >&4
wait_for 20 grep -q '^announce' out
wait_for 20 has_lines out 8
finish "before and during"
expect_eq "that stay have no end" "$(grep -c '^begin' out) $(grep -c '^end' out)" "3 1"
start path -x $waiting
wait_for 20 has_lines out 2
"$prog" >/dev/null
finish "only one"
expect_eq "-x" "$(grep -c . out) $(grep '^begin' out)" "2 begin 0 $waiting spaces"
exec 4>&-
wait $waiting

# By the build-id, which leads to the file.
"$SONDERUN" -c "exec $prog" "$MODULES/t_build.ko" >out 2>err || fail "build: $(cat err)"
expect_eq "by build-id" "$(grep -c '^announce' out)" 1
