# SPDX-License-Identifier: GPL-2.0-or-later
# examples/network/tcp-path.stp over two network cards, virtio and e1000, joined inside of the guest's machine, and over veth: the way of what is
# written to the driver, and of what the other driver hands in to who reads it. (Loopback: the case examples.)
# timeout 240
# native
# needs module:veth module:e1000
# machine --cards
#@ "$SONDE_BUILD/sonde" -p4 -w -r "$RELEASE" -m t_tcp_path_cards "$SONDE_TOP/examples/network/tcp-path.stp"

MOD_cards=$MODULES/t_tcp_path_cards.ko
# over NEAR FAR: a connection from one device to the other, which is in a network of its own.
over()
{
	ip netns add far$1
	ip link set "$2" netns far$1
	ip addr add 10.$1.0.1/24 dev "$3"
	ip link set "$3" up
	ip netns exec far$1 ip addr add 10.$1.0.2/24 dev "$2"
	ip netns exec far$1 ip link set "$2" up
	wait_for 20 busybox ping -q -c 1 -w 2 10.$1.0.2
	ip netns exec far$1 bash -c 'sleep 10 | busybox nc -l -p 5001' >/tmp/got &
	wait_for 10 grep -q ':1389 ' /proc/$!/net/tcp /proc/$!/net/tcp6
	run_module cards -c "echo hello | busybox nc -w 5 10.$1.0.2 5001; sleep 0.5"
	kill %% 2>/dev/null
	wait 2>/dev/null
	expect_eq "what arrived over $3" "$(cat /tmp/got)" hello
	for line in '(busybox|nc)\([0-9]+\): *-> write, 6 bytes' ' +-> tcp_sendmsg' ' +-> __tcp_transmit_skb' ' +-> __ip_queue_xmit' " +-> dev_hard_start_xmit to $3, [0-9]+ bytes" \
		"\\*  $2 hands in [0-9]+ bytes" '-> ip_local_deliver' ' +-> tcp_v4_rcv' "\\*  wakes its reader" '-> read, up to [0-9]+ bytes' ' +-> tcp_recvmsg' '<- read: 6 bytes' '<- write: 6 bytes'; do
		grep -qE -e "$line" /tmp/run.out || { cat /tmp/run.out >&2; fail "over $3: no line is like $line"; }
	done
}

modprobe veth
ip link add near0 type veth peer name far0
over 9 far0 near0
modprobe virtio_net
modprobe e1000
card() { for d in /sys/class/net/*; do [ "$(cat "$d/address")" != "$1" ] || echo "${d##*/}"; done; }
wait_for 10 test -n "$(card 52:54:00:00:00:02)"
over 10 "$(card 52:54:00:00:00:02)" "$(card 52:54:00:00:00:01)"
