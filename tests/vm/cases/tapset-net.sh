# Aliases of sockets, TCP and UDP over loopback, against what was sent, and the counters of ipmib and tcpmib against those of
# /proc/net/snmp.
# timeout 120
# native
# module sockets -DMAXMAPENTRIES=5000
#| global good, bad
#| function note (what:string, fits:long) { if (fits) good[what]++; else bad[what]++ }
#| probe socket.create { if (execname() == "python3") note("create", (family == 2 && (type == 1 || type == 2) && !requester)) }
#| probe socket.create.return { if (execname() == "python3") note("create.return", success && err == 0 && family == 2) }
#| probe socket.send { if (execname() == "python3") note("send", success && family == 2 && (size == 1000 || size == 700 || size == 77)) }
#| probe socket.receive { if (execname() == "python3" && size > 0) note("receive", success && (protocol == 6 || protocol == 17)) }
#| probe socket.sendmsg { if (execname() == "python3") note("sendmsg", sock_fam_num2str(family) == "INET" || sock_fam_num2str(family) == "AF_INET" ) }
#| probe socket.recvmsg { if (execname() == "python3") note("recvmsg", size >= 0 && family == 2) }
#| probe socket.write_iter { if (execname() == "python3") note("write_iter", size == 77) }
#| probe socket.write_iter.return { if (execname() == "python3") note("write_iter.return", size == 77 && success) }
#| probe socket.read_iter.return { if (execname() == "python3") note("read_iter.return", size == 77 && success) }
#| probe socket.close { if (execname() == "python3") note("close", family == 2 && (type == 1 || type == 2)) }
#| probe tcp.sendmsg { if (execname() == "python3") note("tcp.sendmsg", family == 2 && saddr == "127.0.0.1" && daddr == "127.0.0.1" && (dport == 7777 || sport == 7777) && (size == 1000 || size == 77)) }
#| probe tcp.sendmsg.return { if (execname() == "python3") note("tcp.sendmsg.return", size == 1000 || size == 77) }
#| probe tcp.recvmsg { if (execname() == "python3") note("tcp.recvmsg", saddr == "127.0.0.1" && size >= 77) }
#| probe tcp.recvmsg.return { if (execname() == "python3") note("tcp.recvmsg.return", daddr == "127.0.0.1" && size >= 0) }
#| probe tcp.setsockopt { if (execname() == "python3") note("tcp.setsockopt", level == 6 && optname == 1 && optstr == "TCP_NODELAY" && optlen == 4) }
#| probe tcp.setsockopt.return { if (execname() == "python3") note("tcp.setsockopt.return", ret == 0) }
#| probe tcp.receive { if (dport == 7777 || sport == 7777) note("tcp.receive", saddr == "127.0.0.1" && daddr == "127.0.0.1" && protocol == 6 && (syn || ack || rst) && family == 2) }
#| probe tcp.receive { if (dport == 7777 && syn && !ack) note("tcp.syn", !fin && !rst) }
#| probe udp.sendmsg { if (execname() == "python3") note("udp.sendmsg", size == 700 && family == 2) }
#| probe udp.sendmsg.return { if (execname() == "python3") note("udp.sendmsg.return", size == 700) }
#| probe udp.recvmsg.return { if (execname() == "python3") note("udp.recvmsg.return", size == 700 && sport == 7778) }
#| probe udp.recvmsg { if (execname() == "python3") note("udp.recvmsg", size >= 700 && sport == 7778) }
#| probe end {
#| 	foreach (what+ in good) printf("%s %d\n", what, bad[what])
#| 	foreach (what+ in bad) if (!(what in good)) printf("never right: %s %d\n", what, bad[what])
#| }
# module mib
#| probe ipmib.InReceives, ipmib.OutRequests, tcpmib.ActiveOpens, tcpmib.PassiveOpens, tcpmib.InSegs, tcpmib.OutSegs, tcpmib.CurrEstab, tcpmib.OutRsts { }
#| probe end {
#| 	printf("InReceives %d\nOutRequests %d\nActiveOpens %d\nPassiveOpens %d\nInSegs %d\nOutSegs %d\nCurrEstab %d\nOutRsts %d\n", InReceives[1], OutRequests[1], ActiveOpens[1],
#| 		PassiveOpens[1], InSegs[1], OutSegs[1], CurrEstab[1], OutRsts[1])
#| }
ip link set lo up
cat >/tmp/traffic.py <<'PY'
import os, socket
server = socket.socket(); server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); server.bind(("127.0.0.1", 7777)); server.listen()
client = socket.socket(); client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1); client.connect(("127.0.0.1", 7777))
peer, _ = server.accept()
for n in range(20):
    client.sendall(b"x" * 1000)
    got = 0
    while got < 1000: got += len(peer.recv(4096))
os.write(peer.fileno(), b"y" * 77); os.read(client.fileno(), 77)
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); udp.bind(("127.0.0.1", 7778))
out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); out.sendto(b"z" * 700, ("127.0.0.1", 7778)); udp.recv(2000)
for s in (client, peer, server, udp, out): s.close()
try: socket.create_connection(("127.0.0.1", 7779))
except ConnectionRefusedError: pass
PY
"$SONDERUN" -c 'python3 /tmp/traffic.py' "$MOD_sockets" >/tmp/out || exit
diff -u - /tmp/out <<'LIST' || { echo "the aliases of sockets"; exit 1; }
close 0
create 0
create.return 0
read_iter.return 0
receive 0
recvmsg 0
send 0
sendmsg 0
tcp.receive 0
tcp.recvmsg 0
tcp.recvmsg.return 0
tcp.sendmsg 0
tcp.sendmsg.return 0
tcp.setsockopt 0
tcp.setsockopt.return 0
tcp.syn 0
udp.recvmsg 0
udp.recvmsg.return 0
udp.sendmsg 0
udp.sendmsg.return 0
write_iter 0
write_iter.return 0
LIST
# The counters: what the kernel has counted meanwhile must be what the probes have.
names="InReceives OutRequests ActiveOpens PassiveOpens InSegs OutSegs CurrEstab OutRsts"
cat >/tmp/measured <<'SH'
sleep 0.5
cat /proc/net/snmp >/tmp/before
python3 /tmp/traffic.py
sleep 0.5
cat /proc/net/snmp >/tmp/after
SH
"$SONDERUN" -c 'sh /tmp/measured' "$MOD_mib" >/tmp/counted || exit
at() { awk -v want="$2" '/^(Ip|Tcp):/ { if (!n[$1]++) split($0, names); else for (i = 2; i <= NF; i++) if (names[i] == want) print $i }' "$1"; }
for name in $names; do
	echo "$name $(($(at /tmp/after "$name") - $(at /tmp/before "$name")))"
done >/tmp/told
cat /tmp/told
diff -u /tmp/told /tmp/counted
