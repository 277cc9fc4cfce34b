# SPDX-License-Identifier: GPL-2.0-or-later
# The examples in the library's doc comments print what they say: those of tests/lang/doc-examples.test once more, as a module, and those that
# need a kernel, guru mode or a program. tests/lib/doc-examples has how they are written.
# timeout 600
# native
#@ gcc -O1 -g -o examples "$SONDE_TOP/tests/vm/programs/examples.c" || exit
#@ for where in kernel guru program; do
#@ 	(cd "$SONDE_TOP" && tests/lib/doc-examples script $where tapset/*.stp tapset/linux/*.stp) >$where.stp || exit
#@ done
#@ "$SONDE_BUILD/sonde" -p4 -r "$RELEASE" -m t_kernel -DMAXERRORS=100 -DMAXACTION=100000 kernel.stp && "$SONDE_BUILD/sonde" -p4 -g -r "$RELEASE" -m t_guru guru.stp &&
#@ 	"$SONDE_BUILD/sonde" -p4 -g -r "$RELEASE" -m t_program program.stp "$PWD/examples"
bad=
# judge WHERE COMMAND: runs the module, and compares; once more where something differs.
judge()
{
	local try wrong
	for try in 1 2; do
		wrong=
		"$SONDERUN" -c "$2" "$MODULES/t_$1.ko" >out 2>err || wrong="status $?, "
		[ ! -s err ] || wrong="$wrong$(cat err) "
		(cd "$SONDE_TOP" && exec tests/lib/doc-examples judge "$1" tapset/*.stp tapset/linux/*.stp /tmp/out) >judged || wrong="$wrong$(cat judged)"
		tail -n 1 judged
		[ -n "$wrong" ] || return 0
		[ $try = 2 ] || echo "UNSTEADY $1: at first $wrong"
	done
	bad="$bad $1: $wrong"
}
# Two processes that say something to each other, and a read. (How long udelay() waits is not looked at: now and then an emulated kernel fails to find
# out on one of its processors, and it returns at once there.)
cat >talk.py <<'END'
import socket
server = socket.create_server(("127.0.0.1", 5555))
client = socket.create_connection(("127.0.0.1", 5555), source_address=("127.0.0.1", 5556))
peer = server.accept()[0]
client.sendall(b"hello")
assert peer.recv(5) == b"hello"
# Whose end closes first keeps its port for a minute: not the client's, whose number the next run wants.
peer.close()
END
ip link set lo up 2>/dev/null || ifconfig lo 127.0.0.1 up
read_of_dd='python3 /tmp/talk.py; cd /usr; export SONDE_CASE=a=b; exec nice -n 5 dd if=/dev/zero of=/dev/null bs=10 count=1 status=none 2>/dev/null'
judge kernel "$read_of_dd"
judge guru "$read_of_dd"
judge program "$MODULES/examples"
[ -z "$bad" ] || fail "$bad"
