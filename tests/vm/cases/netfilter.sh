# SPDX-License-Identifier: GPL-2.0-or-later
# Packets at the hooks: every packet of a ping over the loopback device is seen, with its length; a verdict drops some.
# timeout 180
# module count
#| global n, bytes, first
#| probe netfilter.hook("NF_INET_PRE_ROUTING").pf("NFPROTO_IPV4") { n["pre"]++ }
#| probe netfilter.pf("NFPROTO_IPV4").hook("NF_IP_LOCAL_IN").priority("NF_IP_PRI_FIRST") { n["in"]++ bytes += $skb->len first = 1 }
#| probe netfilter.pf("NFPROTO_IPV4").hook("NF_INET_LOCAL_IN").priority("255") {
#|	n["later"] += first
#|	first = 0
#|	if (kernel_string($in->name) != "lo" || $out) n["wrong device"]++
#| }
#| probe netfilter.hook("NF_INET_LOCAL_OUT").pf("NFPROTO_IPV4") { n["out"]++ if (kernel_string($out->name) != "lo") n["wrong out"]++ }
#| probe netfilter.hook("NF_INET_POST_ROUTING").pf("NFPROTO_IPV4") { n[sprintf("post %d", $hooknum)]++ }
#| probe netfilter.hook("NF_INET_FORWARD").pf("NFPROTO_IPV4") { n["forward"]++ }
#| probe netfilter.hook("NF_INET_LOCAL_IN").pf("NFPROTO_IPV6") { n["six"]++ }
#| probe netfilter.hook("NF_ARP_IN").pf("NFPROTO_ARP") { n["arp"]++ }
#| probe netfilter.hook("NF_BR_PRE_ROUTING").pf("NFPROTO_BRIDGE") ? { n["bridge"]++ }
#| probe end { foreach (what+ in n) printf("%s: %d\n", what, n[what]) println(bytes) }
# module drop -g
#| global n
#| probe netfilter.hook("NF_INET_LOCAL_IN").pf("NFPROTO_IPV4") { if (++n % 2) $verdict = 0 }
#| probe netfilter.hook("NF_INET_LOCAL_OUT").pf("NFPROTO_IPV4") { $verdict = 77 }
#| probe end { println(n) }

busybox ip link set lo up
# Ten requests and ten answers, of 20 + 8 + 100 bytes each.
run_module count -c 'busybox ping -q -c 10 -i 0.1 -s 100 127.0.0.1 >/tmp/ping.out; [ ! -e /proc/net/if_inet6 ] || busybox ping6 -q -c 1 ::1 >/dev/null'
expect_match "ping" "$(cat /tmp/ping.out)" '10 packets received'
expect_eq status $STATUS 0
expect_eq stderr "$ERR" ""
six=
[ ! -e /proc/net/if_inet6 ] || six=$'six: 2\n'
expect_eq counts "$OUT" $'in: 20\nlater: 20\nout: 20\npost 4: 20\npre: 20\n'"${six}2560"
gone count || fail "still loaded"

# Killed: the hooks go.
start_module count
sleep 1
kill -9 "$PID"
wait "$PID" 2>/dev/null
wait_for 6 gone count

# The first of each pair is a request or its answer: half of the packets are dropped, so no answer ever comes.
run_module drop -c 'busybox ping -q -c 4 -i 0.1 -W 1 127.0.0.1 >/tmp/ping.out'
expect_match "ping with half of it dropped" "$(cat /tmp/ping.out)" '2 packets received|1 packets received|0 packets received'
expect_eq "stderr of drop" "$ERR" ""
busybox ping -q -c 2 -i 0.1 127.0.0.1 >/tmp/ping.out || fail "the network stays broken"
