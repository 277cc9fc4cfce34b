# What guru mode's functions write, against what programs see of it; what the runner does for scripts; and who runs them.
# timeout 120
# native
# module write -g
#| probe kernel.function("do_sys_openat2") {
#| 	if (execname() != "python3")
#| 		next
#| 	path = user_string(pointer_arg(2), "")
#| 	if (path == "/tmp/AAAA")
#| 		set_user_string_n(pointer_arg(2), 9, "/tmp/BBBB")
#| 	if (path == "/tmp/CCCC") {
#| 		set_user_char(pointer_arg(2) + 5, 0x42)
#| 		set_user_short(pointer_arg(2) + 6, 0x4242)
#| 		set_user_string(pointer_arg(2) + 8, "B")
#| 	}
#| 	if (path == "there")
#| 		set_int_arg(1, -100)
#| 	if (path == "/tmp/guru-signal")
#| 		raise(10)
#| 	if (path == "/tmp/guru-name") {
#| 		comm = &@cast(task_current(), "task_struct")->comm
#| 		set_kernel_string(comm, "nobody")
#| 		set_kernel_char(comm, 0x53)
#| 		set_kernel_short(comm + 1, 0x4d4f)
#| 		try { set_kernel_long(0, 1); println("written") } catch (why) { println(why) }
#| 		try { set_user_int(8, 1); println("written") } catch (why) { println(why) }
#| 		try { raise(65); println("raised") } catch (why) { println(why) }
#| 		set_user_string_arg(16, "x")
#| 	}
#| }
# module ask
#| probe begin {
#| 	printf("%d %d %s %s\n", stp_pid(), is_myproc(), tz_ctime(0), tz_name())
#| 	println(module_size() =~ "^[1-9][0-9]* text, [1-9][0-9]* ro_data, [0-9]+ ro_after_init, [1-9][0-9]* data$")
#| 	println(addr_to_node(task_current()), " ", addr_to_node(8), " ", cpuid() == cpu())
#| 	a = speculation()
#| 	b = speculation()
#| 	speculate(a, "kept\n")
#| 	speculate(b, "dropped\n")
#| 	println("before")
#| 	discard(b)
#| 	commit(a)
#| 	target_set_report()
#| 	system("echo made >/tmp/made; id -u >>/tmp/made")
#| 	try { regparm(3) } catch (why) { println(why) }
#| }
#| probe kernel.function("vfs_statfs").return { println(returnstr(1)); exit() }
# module files
#| probe begin { println("one"); switch_file(); println("two"); switch_file(); println("three"); exit() }
# module json
#| global n
#| probe begin {
#| 	json_set_prefix("mine")
#| 	json_add_numeric_metric("count", "how \"many\"", "things")
#| 	json_add_array("nets", "of nets")
#| 	json_add_array_numeric_metric("nets", "packets", "", "")
#| 	json_add_array_string_metric("nets", "state", "up or down")
#| 	json_add_string_metric("who", "")
#| 	println("ready")
#| }
#| probe json_data {
#| 	@json_output_data_start
#| 	@json_output_numeric_value("count", ++n)
#| 	@json_output_array_numeric_value("nets", "lo", "packets", 1)
#| 	@json_output_array_string_value("nets", "lo", "state", "up")
#| 	@json_output_array_numeric_value("nets", "eth0", "packets", 2)
#| 	@json_output_array_string_value("nets", "eth0", "state", "a \\ b")
#| 	@json_output_string_value("who", execname())
#| 	@json_output_data_end
#| }
cat >/tmp/victim.py <<'PY'
import ctypes, os, signal
libc = ctypes.CDLL(None, use_errno=True)
def opened(dfd, path):
    fd = libc.openat(dfd, path, 0)
    return os.read(fd, 100).decode().strip() if fd >= 0 else os.strerror(ctypes.get_errno())
got = []
signal.signal(signal.SIGUSR1, lambda *a: got.append("signal"))
print(opened(-100, ctypes.create_string_buffer(b"/tmp/AAAA")))
print(opened(-100, ctypes.create_string_buffer(b"/tmp/CCCC")))
print(opened(999, b"there"))
opened(-100, b"/tmp/guru-signal")
print(got)
opened(-100, b"/tmp/guru-name")
print(open("/proc/self/comm").read().strip())
PY
cd /tmp
echo a >/tmp/AAAA; echo b >/tmp/BBBB; echo c >/tmp/CCCC; echo here >/tmp/there
start_module write
wait_for 20 loaded write
sleep 1
seen=$(python3 /tmp/victim.py | tr "\n" " ")
[ "$seen" = "b b here ['signal'] SOMody " ] || fail "the program sees $seen; $(cat /tmp/write.out /tmp/write.err)"
kill -INT "$PID"; wait "$PID"
expect_eq "errors" "$(sed -E 's/( at 0x[0-9a-f]+)? at [^0].*/\1/' /tmp/write.out | tr '\n' ' ')" "write fault at 0x0000000000000000 write fault at 0x0000000000000008 value out of range: 65 "
grep -q 'WARNING: a string could not be written to 0x10: write fault' /tmp/write.err || fail "no warning: $(cat /tmp/write.err)"

sleep 100 & target=$!
export TZ=XYZ+3; start_module ask -x "$target"
wait_for 20 grep -q regparm /tmp/ask.out
# The probe is there some time after begin. Only an overlay's statfs calls the function: the system call has it inlined.
asked() { stat -f / >/dev/null; grep -qx 0 /tmp/ask.out; }
wait_for 30 asked
wait "$PID"
kill "$target"
expect_eq "the runner's answers" "$(cat /tmp/ask.out)" "$PID 1 Wed Dec 31 21:00:00 1969 XYZ XYZ
1
0 -1 1
before
kept
target set:
$target
regparm(3): no function of 64 bits is compiled with -mregparm
0"
wait_for 10 has_lines /tmp/made 2
expect_eq "the command" "$(tr '\n' ' ' </tmp/made)" "made 0 "

run_module files -o /tmp/row -S 1
expect_eq "files" "$(cat /tmp/row.0) $(cat /tmp/row.1) $(cat /tmp/row.2)" "one two three"
run_module files
expect_match "no files" "$ERR" 'switch_file\(\): the output is in no row of files'

start_module json
wait_for 20 grep -q ready /tmp/json.out
name=$(basename "$MOD_json" .ko)
python3 - "/proc/sonde/$name" <<'PY' || fail "json"
import json, sys
d = sys.argv[1]
meta = json.load(open(d + "/metadata.json"))
assert meta["prefix"] == "mine", meta
assert [(m["name"], m["type"], m["pointer"]) for m in meta["metrics"]] == [("count", "integer", "/count"), ("nets", "array", "/nets"), ("who", "string", "/who")], meta
assert meta["metrics"][0]["description"] == 'how "many"' and meta["metrics"][0]["units"] == "things", meta
assert [m["name"] for m in meta["metrics"][1]["metrics"]] == ["packets", "state"] and meta["metrics"][1]["description"] == "of nets", meta
for n in (1, 2):
    data = json.load(open(d + "/data.json"))
    assert data == {"count": n, "nets": [{"__id": "lo", "packets": 1, "state": "up"}, {"__id": "eth0", "packets": 2, "state": "a \\ b"}], "who": "python3"}, data
PY
kill -INT "$PID"; wait "$PID"
