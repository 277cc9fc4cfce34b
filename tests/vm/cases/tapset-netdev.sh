# Aliases of network devices and of packets at hooks, on loopback, a pair of devices joined to one another, and a dummy.
# timeout 120
# needs module:veth
# needs module:dummy
# module devices
#| global good, bad
#| function note (what:string, fits:long) { if (fits) good[what]++; else bad[what]++ }
#| probe netdev.change_mtu { if (dev_name == "dummy0") note("change_mtu", old_mtu == 1500 && new_mtu == 1400) }
#| probe netdev.change_mac { if (dev_name == "dummy0") note("change_mac", mac_len == 6 && new_mac == "02:00:00:00:00:09" && old_mac != new_mac && strlen(old_mac) == 17) }
#| probe netdev.open { if (dev_name == "dummy0") note("open", 1) }
#| probe netdev.close { if (isinstr(dev_name, "dummy")) note("close", dev_name == "dummy0") }
#| probe netdev.set_promiscuity { if (dev_name == "dummy0") note("set_promiscuity", inc == 1 && enable && !disable || inc == -1 && disable && !enable) }
#| probe netdev.change_rx_flag { if (dev_name == "dummy0") note("change_rx_flag", flags != 0) }
#| probe netdev.register { if (isinstr(dev_name, "dummy")) note("register", 1) }
#| probe netdev.unregister { if (isinstr(dev_name, "dummy")) note("unregister", dev_name == "dummy0") }
#| probe netdev.transmit { if (dev_name == "lo" && protocol == 0x800) note("transmit", length > 14 && truesize >= length) }
#| probe netdev.hard_transmit { if (dev_name == "lo" && protocol == 0x800) note("hard_transmit", length > 14 && truesize >= length) }
#| probe netdev.receive { if (dev_name == "lo" && protocol == 0x800) note("receive", length >= 20 && truesize >= length) }
#| probe netdev.get_stats { note("get_stats", dev_name != "") }
#| probe netfilter.ip.local_out { if (protocol == 1 && length == 84 && daddr == "127.0.0.1") note("local_out", saddr == "127.0.0.1" && daddr == "127.0.0.1" && length == 84 && pf == "ipv4" && family == 2 && outdev_name == "lo" && indev == 0 && strlen(data_hex) >= 40) }
#| probe netfilter.ip.post_routing { if (protocol == 1) note("post_routing", outdev_name == "lo" || outdev_name == "va") }
#| probe netfilter.ip.pre_routing { if (protocol == 1) note("pre_routing", indev_name == "lo" && outdev == 0) }
#| probe netfilter.ip.local_in { if (protocol == 1) note("local_in", indev_name == "lo" && nf_drop == 0 && nf_accept == 1) }
#| probe netfilter.ip.local_in { if (protocol == ipproto_udp) note("local_in.udp", dport == 9 && sport > 0 && syn == 0 && saddr == "127.0.0.1") }
#| probe netfilter.ip.local_in { if (protocol == ipproto_tcp) note("local_in.tcp", dport == 9 && syn && !ack || sport == 9 && rst && ack) }
#| probe netfilter.arp.out { if (indev_name == "" && outdev_name == "va") note("arp.out", ar_op == 1 && ar_hrd == 1 && ar_pro == 0x800 && ar_sip == "10.9.9.1" && ar_tip == "10.9.9.2" && ar_sha == "02:00:00:00:00:0a") }
#| probe netfilter.arp.in { if (indev_name == "vb") note("arp.in", ar_op == 1 && ar_tip == "10.9.9.2" && ar_hln == 6 && ar_pln == 4 && pf == "arp") }
#| probe end {
#| 	foreach (what+ in good) printf("%s %d\n", what, bad[what])
#| 	foreach (what+ in bad) if (!(what in good)) printf("never right: %s %d\n", what, bad[what])
#| }
cat >/tmp/netdev-work <<'SH'
ip link set lo up
busybox ping -c 2 127.0.0.1 >/dev/null
echo hello >/dev/udp/127.0.0.1/9
(echo hello >/dev/tcp/127.0.0.1/9) 2>/dev/null
modprobe dummy numdummies=0
ip link add dummy0 type dummy
ip link set dummy0 mtu 1400
ip link set dummy0 address 02:00:00:00:00:09
ip link set dummy0 up
ip link set dummy0 promisc on
ip link set dummy0 promisc off
cat /proc/net/dev >/dev/null
ip link set dummy0 down
ip link del dummy0
modprobe veth
ip link add va address 02:00:00:00:00:0a type veth peer name vb
ip addr add 10.9.9.1/24 dev va
ip link set va up; ip link set vb up
busybox ping -c 1 -W 1 10.9.9.2 >/dev/null
ip link del va
true
SH

"$SONDERUN" -c 'bash /tmp/netdev-work' "$MOD_devices" >/tmp/out || exit
diff -u - /tmp/out <<'LIST'
arp.in 0
arp.out 0
change_mac 0
change_mtu 0
change_rx_flag 0
close 0
get_stats 0
hard_transmit 0
local_in 0
local_in.tcp 0
local_in.udp 0
local_out 0
open 0
post_routing 0
pre_routing 0
receive 0
register 0
set_promiscuity 0
transmit 0
unregister 0
LIST
