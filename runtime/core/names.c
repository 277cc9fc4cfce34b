// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Names of the numbers that the kernel's user interface has: errors, signals,
 * protocol families, socket states, limits. From the uapi headers
 * asm-generic/errno*.h, signal.h, socket.h, net.h, in.h, resource.h; errors
 * and signals are those of all architectures that sonde knows.
 */
#include "os.h"
#include "abi.h"

#define NONE ((struct sd_str){ "", 0 })

struct table {
	const char *const *names;
	unsigned int n;
};

#define TABLE(a) { a, sizeof(a) / sizeof((a)[0]) }

static const char *const errnos[] = {
	[1] = "EPERM", "ENOENT", "ESRCH", "EINTR", "EIO", "ENXIO", "E2BIG", "ENOEXEC", "EBADF", "ECHILD", "EAGAIN", "ENOMEM",
	"EACCES", "EFAULT", "ENOTBLK", "EBUSY", "EEXIST", "EXDEV", "ENODEV", "ENOTDIR", "EISDIR", "EINVAL", "ENFILE", "EMFILE",
	"ENOTTY", "ETXTBSY", "EFBIG", "ENOSPC", "ESPIPE", "EROFS", "EMLINK", "EPIPE", "EDOM", "ERANGE", "EDEADLK",
	"ENAMETOOLONG", "ENOLCK", "ENOSYS", "ENOTEMPTY", "ELOOP", [42] = "ENOMSG", "EIDRM", "ECHRNG", "EL2NSYNC", "EL3HLT",
	"EL3RST", "ELNRNG", "EUNATCH", "ENOCSI", "EL2HLT", "EBADE", "EBADR", "EXFULL", "ENOANO", "EBADRQC", "EBADSLT",
	[59] = "EBFONT", "ENOSTR", "ENODATA", "ETIME", "ENOSR", "ENONET", "ENOPKG", "EREMOTE", "ENOLINK", "EADV", "ESRMNT",
	"ECOMM", "EPROTO", "EMULTIHOP", "EDOTDOT", "EBADMSG", "EOVERFLOW", "ENOTUNIQ", "EBADFD", "EREMCHG", "ELIBACC",
	"ELIBBAD", "ELIBSCN", "ELIBMAX", "ELIBEXEC", "EILSEQ", "ERESTART", "ESTRPIPE", "EUSERS", "ENOTSOCK", "EDESTADDRREQ",
	"EMSGSIZE", "EPROTOTYPE", "ENOPROTOOPT", "EPROTONOSUPPORT", "ESOCKTNOSUPPORT", "EOPNOTSUPP", "EPFNOSUPPORT",
	"EAFNOSUPPORT", "EADDRINUSE", "EADDRNOTAVAIL", "ENETDOWN", "ENETUNREACH", "ENETRESET", "ECONNABORTED", "ECONNRESET",
	"ENOBUFS", "EISCONN", "ENOTCONN", "ESHUTDOWN", "ETOOMANYREFS", "ETIMEDOUT", "ECONNREFUSED", "EHOSTDOWN",
	"EHOSTUNREACH", "EALREADY", "EINPROGRESS", "ESTALE", "EUCLEAN", "ENOTNAM", "ENAVAIL", "EISNAM", "EREMOTEIO", "EDQUOT",
	"ENOMEDIUM", "EMEDIUMTYPE", "ECANCELED", "ENOKEY", "EKEYEXPIRED", "EKEYREVOKED", "EKEYREJECTED", "EOWNERDEAD",
	"ENOTRECOVERABLE", "ERFKILL", "EHWPOISON",
	/* not for user space, and seen by probes all the same */
	[512] = "ERESTARTSYS", "ERESTARTNOINTR", "ERESTARTNOHAND", "ENOIOCTLCMD", "ERESTART_RESTARTBLOCK", "EPROBE_DEFER",
	"EOPENSTALE", "ENOPARAM",
	[521] = "EBADHANDLE", "ENOTSYNC", "EBADCOOKIE", "ENOTSUPP", "ETOOSMALL", "ESERVERFAULT", "EBADTYPE", "EJUKEBOX",
	"EIOCBQUEUED", "ERECALLCONFLICT", "ENOGRACE",
};

static const char *const signals[] = {
	[1] = "SIGHUP", "SIGINT", "SIGQUIT", "SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE", "SIGKILL", "SIGUSR1", "SIGSEGV",
	"SIGUSR2", "SIGPIPE", "SIGALRM", "SIGTERM", "SIGSTKFLT", "SIGCHLD", "SIGCONT", "SIGSTOP", "SIGTSTP", "SIGTTIN",
	"SIGTTOU", "SIGURG", "SIGXCPU", "SIGXFSZ", "SIGVTALRM", "SIGPROF", "SIGWINCH", "SIGIO/SIGPOLL", "SIGPWR", "SIGSYS",
};

static const char *const families[] = {
	"UNSPEC", "LOCAL", "INET", "AX25", "IPX", "APPLETALK", "NETROM", "BRIDGE", "ATMPVC", "X25", "INET6", "ROSE", "DECnet",
	"NETBEUI", "SECURITY", "KEY", "NETLINK", "PACKET", "ASH", "ECONET", "ATMSVC", "RDS", "SNA", "IRDA", "PPPOX", "WANPIPE",
	"LLC", "IB", "MPLS", "CAN", "TIPC", "BLUETOOTH", "IUCV", "RXRPC", "ISDN", "PHONET", "IEEE802154", "CAIF", "ALG", "NFC",
	"VSOCK", "KCM", "QIPCRTR", "SMC", "XDP", "MCTP",
};

static const char *const protocols[] = {
	[0] = "IP", "ICMP", "IGMP", [4] = "IPIP", [6] = "TCP", [8] = "EGP", [12] = "PUP", [17] = "UDP", [22] = "IDP",
	[29] = "TP", [33] = "DCCP", [41] = "IPV6", [46] = "RSVP", "GRE", [50] = "ESP", "AH", [58] = "ICMPV6", [92] = "MTP",
	[94] = "BEETPH", [98] = "ENCAP", [103] = "PIM", [108] = "COMP", [115] = "L2TP", [132] = "SCTP", [136] = "UDPLITE",
	[137] = "MPLS", [143] = "ETHERNET", [255] = "RAW",
};

static const char *const states[] = { "FREE", "UNCONNECTED", "CONNECTING", "CONNECTED", "DISCONNECTING" };

static const char *const limits[] = {
	"RLIMIT_CPU", "RLIMIT_FSIZE", "RLIMIT_DATA", "RLIMIT_STACK", "RLIMIT_CORE", "RLIMIT_RSS", "RLIMIT_NPROC",
	"RLIMIT_NOFILE", "RLIMIT_MEMLOCK", "RLIMIT_AS", "RLIMIT_LOCKS", "RLIMIT_SIGPENDING", "RLIMIT_MSGQUEUE", "RLIMIT_NICE",
	"RLIMIT_RTPRIO", "RLIMIT_RTTIME",
};

static const struct table errno_table = TABLE(errnos), signal_table = TABLE(signals), family_table = TABLE(families),
			  protocol_table = TABLE(protocols), state_table = TABLE(states), limit_table = TABLE(limits),
			  nothing = { errnos, 0 };

static struct sd_str name_of(const struct table *t, sd_int number)
{
	const char *name = number >= 0 && (sd_uint)number < t->n ? t->names[number] : NULL;

	return name ? (struct sd_str){ name, strlen(name) } : NONE;
}

static sd_int number_of(const struct table *t, struct sd_str name)
{
	unsigned int i;

	for (i = 0; i < t->n; i++)
		if (t->names[i] && strlen(t->names[i]) == name.n && !memcmp(t->names[i], name.s, name.n))
			return i;
	return -1;
}

/* The name, or the prefix and the number. */
static struct sd_str name_or(char *dst, sd_uint cap, const struct table *t, sd_int number, const char *prefix)
{
	struct sd_str v = name_of(t, number);
	char digits[24];
	sd_uint n = 0, k = 0, u = number < 0 ? -(sd_uint)number : (sd_uint)number;

	if (v.n)
		return v;
	do
		digits[k++] = (char)('0' + u % 10);
	while (u /= 10);
	if (number < 0)
		digits[k++] = '-';
	while (*prefix && n < cap)
		dst[n++] = *prefix++;
	while (k && n < cap)
		dst[n++] = digits[--k];
	return (struct sd_str){ dst, n };
}

struct sd_str sd_fn_errno_str(SD_FN_STR, sd_int err)
{
	(void)c, (void)s;
	return name_or(dst, cap, &errno_table, err < 0 ? -err : err, "E#");
}

struct sd_str sd_fn_signal_str(SD_FN_STR, sd_int number)
{
	(void)c, (void)s;
	if (number == 32)
		return (struct sd_str){ "SIGRTMIN", 8 };
	if (number > 32 && number <= 64) /* the kernel's numbering: the C library keeps some for itself */
		return name_or(dst, cap, &nothing, number - 32, "SIGRTMIN+");
	return name_or(dst, cap, &signal_table, number, "UNKNOWN_SIG:");
}

struct sd_str sd_fn_sock_fam_num2str(SD_FN_STR, sd_int number)
{
	(void)c, (void)s;
	return name_or(dst, cap, &family_table, number, "UNKNOWN VALUE: ");
}

struct sd_str sd_fn_sock_prot_num2str(SD_FN_STR, sd_int number)
{
	(void)c, (void)s;
	return name_or(dst, cap, &protocol_table, number, "UNKNOWN VALUE: ");
}

struct sd_str sd_fn_sock_state_num2str(SD_FN_STR, sd_int number)
{
	(void)c, (void)s;
	return name_or(dst, cap, &state_table, number, "UNKNOWN VALUE: ");
}

sd_int sd_fn_sock_fam_str2num(SD_FN, struct sd_str name)
{
	(void)c, (void)s;
	return number_of(&family_table, name);
}

sd_int sd_fn_sock_prot_str2num(SD_FN, struct sd_str name)
{
	(void)c, (void)s;
	return number_of(&protocol_table, name);
}

sd_int sd_fn_sock_state_str2num(SD_FN, struct sd_str name)
{
	(void)c, (void)s;
	return number_of(&state_table, name);
}

sd_int sd_fn_rlimit_from_str(SD_FN, struct sd_str name)
{
	(void)c, (void)s;
	return number_of(&limit_table, name);
}
