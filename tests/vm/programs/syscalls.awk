# SPDX-License-Identifier: GPL-2.0-or-later
# awk -f syscalls.awk STRACE OURS: system calls of one process as strace and as a script with syscall.* saw them, beside each other, call
# by call and argument by argument. Prints what differs and a summary; fails when something differs that no rule below has a reason for.

# The arguments at the outermost level, into arg[1..n].
function split_args(s, arg,    i, c, depth, quoted, n, cur) {
	n = depth = quoted = 0
	cur = ""
	for (i = 1; i <= length(s); i++) {
		c = substr(s, i, 1)
		if (quoted) {
			if (c == "\\") {
				cur = cur c substr(s, ++i, 1)
				continue
			}
			if (c == "\"") quoted = 0
		} else if (c == "\"")
			quoted = 1
		else if (index("[({", c))
			depth++
		else if (index("])}", c))
			depth--
		else if (c == "," && !depth) {
			arg[++n] = cur
			cur = ""
			if (substr(s, i + 1, 1) == " ") i++
			continue
		}
		cur = cur c
	}
	if (cur != "" || n) arg[++n] = cur
	return n
}
# NAME(ARGUMENTS) at the beginning of s: sets name, args, rest.
function split_call(s,    i, c, depth, quoted) {
	i = index(s, "(")
	name = substr(s, 1, i - 1)
	s = substr(s, i + 1)
	depth = 1
	quoted = 0
	for (i = 1; i <= length(s) && depth; i++) {
		c = substr(s, i, 1)
		if (quoted) {
			if (c == "\\") i++
			else if (c == "\"") quoted = 0
		} else if (c == "\"") quoted = 1
		else if (c == "(") depth++
		else if (c == ")") depth--
	}
	args = substr(s, 1, i - 2)
	rest = substr(s, i)
}
# Without what strace adds as an explanation, /* 20 vars */, and with the name that open(2) has for a bit.
function plain(s) {
	sub(/FASYNC/, "O_ASYNC", s)
	gsub(/ ?\/\*[^*]*\*\//, "", s)
	return s
}
function is_address(s) { return s ~ /^0x[0-9a-f]+$/ }

# ---- reasons: "" for none. The first ones hold for every call.
function reason(call, k, theirs, ours) {
	if (is_address(ours) && theirs ~ /^(~?\[|\{|"|@)/) return "memory that strace shows is an address"
	if (theirs ~ /"\.\.\.$/ && index(ours, substr(theirs, 1, length(theirs) - 4)) == 1) return "strace cuts strings"
	if ((call, k) in why) return why[call, k]
	if ((call, "any") in why) return why[call, "any"]
	return ""
}
function because(calls, k, text,    c, n) {
	n = split(calls, c)
	for (; n; n--) why[c[n], k] = text
}
function differs(i, what, theirs, ours) {
	if (what == "") {
		bad++
		printf "DIFFERS %s: strace %s, we %s\n    %s\n    %s\n", their_name[i], theirs, ours, their_line[i], our_line[j]
	} else {
		reasons[what]++
		which[what] = which[what] (index(which[what] " ", " " their_name[i] " ") ? "" : " " their_name[i])
	}
}
BEGIN {
	n = split("fstatat newfstatat umount umount2 mmap2 mmap pread pread64 pwrite pwrite64", w)
	for (k = 1; k < n; k += 2) alias[w[k]] = w[k + 1]
	because("prctl ptrace keyctl syslog", "any", "how many arguments there are, and of what type, is not told apart by the first one")
	because("fcntl membarrier", "=", "what a returned number means is not told by the call alone")
	because("quotactl swapon", "any", "a number made of several is not taken apart")
	because("setsockopt", 3, "options of other levels than SOL_SOCKET are numbers")
	because("rt_sigsuspend", 1, "strace does not show a set of the wrong size")
	because("kexec_file_load", 4, "a string is taken to its end, not by its length")
	because("restart_syscall", "n", "strace shows what is resumed")
}
FNR == NR {
	if ($0 !~ /^[a-z0-9_]+\(/) next
	split_call($0)
	their_line[++theirs] = $0
	their_name[theirs] = name
	their_args[theirs] = plain(args)
	sub(/^ *= /, "", rest)
	their_ret[theirs] = rest
	next
}
$1 == "E" {
	if (!first) first = $2
	if ($2 != first) next
	our_line[++ours] = $0
	sub(/^E [0-9]+ /, "")
	split_call($0)
	our_name[ours] = name in alias ? alias[name] : name
	our_args[ours] = args
	next
}
$1 == "R" && $2 == first && ours {
	sub(/^R [0-9]+ /, "")
	our_ret[ours] = $0
}
END {
	# The first line of strace's is execve, which began as another program.
	j = 0
	for (i = 2; i <= theirs; i++) {
		if (our_name[j + 1] != their_name[i]) {
			# A call that the kernel does not have has no function.
			if (their_ret[i] ~ /ENOSYS/) {
				absent++
				continue
			}
			printf "DIFFERS: call %d of strace's is %s, ours is %s\n", i, their_line[i], our_line[j + 1]
			bad++
			# Whichever is missing.
			if (our_name[j + 2] == their_name[i]) j++
			else continue
		}
		j++
		calls++
		distinct[their_name[i]] = 1
		delete a
		delete b
		na = split_args(their_args[i], a)
		nb = split_args(our_args[j], b)
		if ((their_name[i], "all") in why) {
			differs(i, why[their_name[i], "all"])
			na = nb = 0
		} else if (na != nb)
			differs(i, reason(their_name[i], "n", na " arguments", nb " arguments"), na " arguments", nb " arguments")
		for (k = 1; k <= na && k <= nb; k++) {
			compared++
			if (a[k] == b[k]) same++
			else differs(i, reason(their_name[i], k, a[k], b[k]), a[k], b[k])
		}
		r = their_ret[i]
		o = our_ret[j]
		if (r ~ /^\?/ && r !~ /ERESTART/) continue
		returns++
		if (r ~ /^(-1|\?) E/) {
			split(r, w, " ")
			if (index(o, "(" w[2] ")")) { same_returns++; continue }
		} else if (plain(r) == o || substr(r, 1, index(r " ", " ") - 1) == o) {
			same_returns++
			continue
		}
		differs(i, reason(their_name[i], "=", r, o), "= " r, "= " o)
	}
	if (our_name[j + 1] != "") {
		print "DIFFERS: more of ours: " our_line[j + 1]
		bad++
	}
	for (d in distinct) ndistinct++
	for (w_ in reasons) printf "%4d  %s:%s\n", reasons[w_], w_, which[w_]
	printf "%d calls of %d kinds, %d arguments of which %d are the same, %d returns of which %d are; %d calls the kernel does not have; %d differ without a reason\n",
		calls, ndistinct, compared, same, returns, same_returns, absent, bad
	exit (bad > 0)
}
