# SPDX-License-Identifier: GPL-2.0-or-later
# Every function of a folder of the kernel's sources that has parameters, in one module: it loads, attaches all, and sees traffic.
# needs debuginfo
# timeout 180
# native
# module parameters
#| global hits, bytes
#| probe kernel.function("*@net/ipv4/*.c").call { hits[probefunc()]++; bytes <<< strlen($$parms) }
#| probe end { n = 0; foreach (f in hits) n++; printf("%d %d %d\n", n > 10, hits["icmp_rcv"] > 0, @count(bytes) > 40) }
# The functions of the list that have parameters, and how many of them the module has places for.
#@ "$SONDE_BUILD/sonde" -r "$RELEASE" -L 'kernel.function("*@net/ipv4/*.c").call' | grep ' \$' | sed 's/ \$.*//' | sort -u >listed
#@ "$SONDE_BUILD/sonde" -w -r "$RELEASE" -p3 -e 'probe kernel.function("*@net/ipv4/*.c").call { println($$parms) }' |
#@ 	grep -o '\.pp = "kernel.function(\\"[^)]*)[a-z.]*' | sed 's/.*= "//; s/\\//g' | sort -u >placed
#@ [ "$(wc -l <listed)" -gt 1000 ] && [ -z "$(comm -23 listed placed)" ]

busybox ip link set lo up
run_module parameters -c 'busybox ping -q -c 3 -i 0.2 127.0.0.1 >/tmp/ping.out'
expect_eq status "$STATUS" 0
expect_match ping "$(cat /tmp/ping.out)" '3 packets received'
expect_eq "functions hit, icmp_rcv among them" "$OUT" "1 1 1"
