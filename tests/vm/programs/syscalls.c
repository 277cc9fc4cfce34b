// SPDX-License-Identifier: GPL-2.0-or-later
// System calls of many kinds with arguments of many forms, one after the other. Most of them fail: what matters is how they are asked for.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define S(name, ...) call(SYS_##name, (long[6]){ __VA_ARGS__ })
#define P(x) ((long)(x))
#define CWD AT_FDCWD

static char area[65536] __attribute__((aligned(4096)));
static struct timespec soon = { 0, 1000 }, none[2] = { { 0, UTIME_OMIT }, { 0, UTIME_NOW } }, dates[2] = { { 1000, 5 }, { 2000, 7 } };
static struct timeval tv = { 0, 10 }, tvs[2] = { { 1, 2 }, { 3, 4 } };
static struct itimerspec its = { { 0, 0 }, { 100, 5 } };
static struct itimerval itv = { { 0, 0 }, { 0, 0 } };
static unsigned long set, all = ~0UL;
static char *args[] = { "/bin/none", "one", "two \"quoted\"", NULL }, *env[] = { "A=b", NULL };
static struct iovec iov[2] = { { area, 3 }, { area + 10, 2 } };
static unsigned int word;

static long call(long nr, const long *a)
{
	return syscall(nr, a[0], a[1], a[2], a[3], a[4], a[5]);
}

static void files(void)
{
	long fd, dir;

	S(mkdir, P("/tmp/sc"), 0755);
	S(chdir, P("/tmp/sc"));
	fd = S(open, P("/tmp/sc/file"), O_RDWR | O_CREAT | O_TRUNC, 0644);
	S(open, P("/tmp/sc/none"), O_RDONLY);
	S(open, P("/tmp/sc/none"), O_WRONLY | O_APPEND | O_NONBLOCK | O_SYNC, 0600);
	S(openat, CWD, P("no such\nfile"), O_RDONLY | O_CLOEXEC | O_DIRECTORY);
	S(openat, 77, P("x"), O_WRONLY | O_CREAT | O_EXCL, 0);
	S(close, S(openat, CWD, P("/tmp"), O_RDWR | O_TMPFILE, 0600));
	S(openat, CWD, 0, O_PATH | O_NOFOLLOW);
	S(openat2, CWD, P("file"), P(area), 24);
	S(creat, P("/tmp/sc/made"), 0600);
	S(write, fd, P("hello, \"world\"\n\0\1\377\0012"), 20);
	S(write, fd, P("abcdefghijklmnopqrstuvwxyz0123456789"), 36);
	S(pwrite64, fd, P("xyz"), 3, 100);
	S(read, fd, P(area), 10);
	S(pread64, fd, P(area), 10, 5);
	S(readv, fd, P(iov), 2);
	S(writev, fd, P(iov), 2);
	S(preadv, fd, P(iov), 2, 1);
	S(pwritev, fd, P(iov), 2, 200);
	S(preadv2, fd, P(iov), 2, 1, 0, 8);
	S(pwritev2, fd, P(iov), 1, 1, 0, 2);
	S(lseek, fd, 0, SEEK_SET);
	S(lseek, fd, -3, SEEK_END);
	S(lseek, fd, 1, 99);
	S(fallocate, fd, FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE, 0, 4096);
	S(fadvise64, fd, 0, 100, POSIX_FADV_SEQUENTIAL);
	S(readahead, fd, 0, 100);
	S(sync_file_range, fd, 0, 100, 3);
	S(fsync, fd);
	S(fdatasync, fd);
	S(ftruncate, fd, 50);
	S(truncate, P("file"), 40);
	S(flock, fd, LOCK_EX | LOCK_NB);
	S(flock, fd, LOCK_UN);
	S(fcntl, fd, F_GETFD);
	S(fcntl, fd, F_SETFD, FD_CLOEXEC);
	S(fcntl, fd, F_GETFL);
	S(fcntl, fd, F_SETFL, O_RDWR | O_APPEND);
	S(close, S(fcntl, fd, F_DUPFD, 40));
	S(close, S(fcntl, fd, F_DUPFD_CLOEXEC, 41));
	S(fcntl, fd, F_GETLK, P(area));
	S(fcntl, fd, 0x999, 3);
	S(openat, CWD, P("file"), O_RDWR | O_NOATIME | O_DIRECT | O_NOCTTY | O_ASYNC | O_DSYNC);
	S(ioctl, fd, 0x541b, P(&word));
	S(ioctl, 0, 0x5401, P(area));
	S(stat, P("file"), P(area));
	S(lstat, P("nowhere"), P(area));
	S(fstat, fd, P(area));
	S(newfstatat, CWD, P("file"), P(area), AT_SYMLINK_NOFOLLOW);
	S(newfstatat, fd, P(""), P(area), AT_EMPTY_PATH);
	S(newfstatat, CWD, P("file"), P(area), 0);
	S(statx, CWD, P("file"), AT_SYMLINK_NOFOLLOW, 0x7ff, P(area));
	S(statx, CWD, P("file"), 0x2000, 3, P(area));
	S(statfs, P("/"), P(area));
	S(fstatfs, fd, P(area));
	S(access, P("file"), R_OK | W_OK);
	S(access, P("nofile"), F_OK);
	S(faccessat, CWD, P("file"), X_OK);
	S(faccessat2, CWD, P("file"), R_OK, AT_EACCESS);
	S(chmod, P("file"), 0600);
	S(fchmod, fd, 04755);
	S(fchmodat, CWD, P("file"), 0);
	S(chown, P("file"), 0, -1);
	S(fchown, fd, 1, 2);
	S(lchown, P("file"), -1, -1);
	S(fchownat, CWD, P("file"), 0, 0, AT_SYMLINK_NOFOLLOW);
	S(umask, 022);
	S(umask, 0);
	S(link, P("file"), P("linked"));
	S(linkat, CWD, P("file"), CWD, P("linked2"), AT_SYMLINK_FOLLOW);
	S(symlink, P("file"), P("soft"));
	S(symlinkat, P("file"), CWD, P("soft2"));
	S(readlink, P("soft"), P(area), 100);
	S(readlinkat, CWD, P("soft2"), P(area), 100);
	S(rename, P("linked"), P("renamed"));
	S(renameat, CWD, P("renamed"), CWD, P("renamed2"));
	S(renameat2, CWD, P("renamed2"), CWD, P("file"), 1);
	S(unlink, P("soft"));
	S(unlinkat, CWD, P("soft2"), 0);
	S(unlinkat, CWD, P("none"), AT_REMOVEDIR);
	S(mknod, P("fifo"), S_IFIFO | 0600, 0);
	S(mknodat, CWD, P("device"), S_IFCHR | 0666, 0x103);
	S(mkdirat, CWD, P("sub"), 0700);
	S(rmdir, P("sub"));
	dir = S(open, P("/tmp"), O_RDONLY | O_DIRECTORY);
	S(getdents, dir, P(area), 1000);
	S(getdents64, dir, P(area), 1000);
	S(fchdir, dir);
	S(close, dir);
	S(getcwd, P(area), 1000);
	S(utime, P("/tmp/sc/file"), 0);
	S(utimes, P("/tmp/sc/file"), P(tvs));
	S(futimesat, CWD, P("/tmp/sc/file"), P(tvs));
	S(utimensat, CWD, P("/tmp/sc/file"), P(dates), 0);
	S(utimensat, CWD, P("/tmp/sc/file"), P(none), AT_SYMLINK_NOFOLLOW);
	S(setxattr, P("/tmp/sc/file"), P("user.x"), P("value"), 5, 1);
	S(lsetxattr, P("/tmp/sc/file"), P("user.x"), P("value"), 5, 0);
	S(fsetxattr, fd, P("user.y"), P("v"), 1, 2);
	S(getxattr, P("/tmp/sc/file"), P("user.x"), P(area), 100);
	S(lgetxattr, P("/tmp/sc/file"), P("user.x"), P(area), 100);
	S(fgetxattr, fd, P("user.x"), P(area), 100);
	S(listxattr, P("/tmp/sc/file"), 0, 0);
	S(llistxattr, P("/tmp/sc/file"), 0, 0);
	S(flistxattr, fd, 0, 0);
	S(removexattr, P("/tmp/sc/file"), P("user.x"));
	S(lremovexattr, P("/tmp/sc/file"), P("user.x"));
	S(fremovexattr, fd, P("user.y"));
	S(sendfile, 77, fd, 0, 10);
	S(copy_file_range, fd, 0, fd, 0, 10, 0);
	S(splice, fd, 0, 77, 0, 10, 3);
	S(tee, 77, 78, 10, 2);
	S(vmsplice, 77, P(iov), 1, 8);
	S(name_to_handle_at, CWD, P("/tmp/sc/file"), P(area), P(&word), 0);
	S(open_by_handle_at, 77, P(area), O_RDONLY);
	S(sync);
	S(syncfs, fd);
	S(quotactl, 0x800002, P("/dev/none"), 0, P(area));
	S(mount, P("none"), P("/tmp/nowhere"), P("tmpfs"), 0x8001 | 6, P("size=1"));
	S(umount2, P("/tmp/nowhere"), 2);
	S(pivot_root, P("/tmp/a"), P("/tmp/b"));
	S(chroot, P("/tmp/nowhere"));
	S(swapon, P("/tmp/nowhere"), 0x8001);
	S(swapoff, P("/tmp/nowhere"));
	S(acct, P("/tmp/nowhere"));
	S(open_tree, CWD, P("/tmp/nowhere"), 0x80001);
	S(move_mount, CWD, P("/tmp/nowhere"), CWD, P("/tmp/nowhere"), 4);
	S(fsopen, P("nofs"), 1);
	S(fsconfig, 77, 0, P("key"), P("value"), 0);
	S(fsmount, 77, 1, 1);
	S(fspick, CWD, P("/tmp/nowhere"), 1);
	S(mount_setattr, CWD, P("/tmp/nowhere"), 0x8000, P(area), 32);
	S(dup, fd);
	S(dup2, fd, 50);
	S(dup3, fd, 51, O_CLOEXEC);
	S(close_range, 50, 60, 4);
	S(close, fd);
	S(close, -1);
}

static void memory(void)
{
	long at = S(mmap, 0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	S(mmap, 0, 4096, PROT_NONE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	S(mprotect, at, 4096, PROT_READ);
	S(mprotect, at, 4096, PROT_NONE);
	S(madvise, at, 4096, MADV_DONTNEED);
	S(mincore, at, 4096, P(area));
	S(msync, at, 4096, MS_SYNC | MS_INVALIDATE);
	S(mlock, at, 4096);
	S(mlock2, at, 4096, 1);
	S(munlock, at, 4096);
	S(munlockall);
	S(mlockall, 3);
	S(mremap, at, 8192, 4096, 1);
	S(mremap, at, 4096, 4096, 3, at + 4096);
	S(munmap, at, 4096);
	S(brk, 0);
	S(remap_file_pages, at, 4096, 0, 0, 0);
	S(memfd_create, P("memory"), 3);
	S(pkey_alloc, 0, 0);
	S(pkey_mprotect, at, 4096, PROT_READ, -1);
	S(pkey_free, 5);
	S(mbind, at, 4096, 0, 0, 0, 0);
	S(set_mempolicy, 0, 0, 0);
	S(get_mempolicy, P(&word), 0, 0, 0, 0);
	S(migrate_pages, 0, 0, 0, 0);
	S(move_pages, 0, 0, 0, 0, 0, 2);
	S(membarrier, 0, 0);
	S(process_vm_readv, 1, P(iov), 1, P(iov), 1, 0);
	S(process_vm_writev, -1, P(iov), 1, P(iov), 1, 0);
	S(process_madvise, 77, P(iov), 1, MADV_COLD, 0);
	S(userfaultfd, 0x80801);
}

static void processes(void)
{
	int status;
	long pid;

	S(getpid); S(getppid); S(gettid); S(getuid); S(geteuid); S(getgid); S(getegid); S(getpgrp);
	S(getpgid, 0);
	S(getsid, 0);
	S(setpgid, 0, 0);
	S(setsid);
	S(setuid, 0); S(setgid, 0); S(setreuid, -1, 0); S(setregid, -1, 0); S(setresuid, -1, -1, 0); S(setresgid, 0, -1, -1);
	S(setfsuid, 0); S(setfsgid, 0);
	S(getresuid, P(area), P(area + 4), P(area + 8));
	S(getresgid, P(area), P(area + 4), P(area + 8));
	S(getgroups, 0, 0);
	S(setgroups, 0, 0);
	S(getpriority, 0, 0);
	S(setpriority, 0, 0, 5);
	S(getrlimit, 7, P(area));
	S(setrlimit, 4, P(area + 1000));
	S(prlimit64, 0, 7, 0, P(area));
	S(getrusage, 0, P(area));
	S(getrusage, -1, P(area));
	S(times, P(area));
	S(sched_yield);
	S(sched_getscheduler, 0);
	S(sched_setscheduler, 0, 3, P(area + 1000));
	S(sched_getparam, 0, P(area));
	S(sched_setparam, 0, P(area + 1000));
	S(sched_get_priority_max, 1);
	S(sched_get_priority_min, 2);
	S(sched_rr_get_interval, 0, P(area));
	S(sched_getaffinity, 0, 128, P(area));
	S(sched_setaffinity, 99999, 8, P(&all));
	S(sched_getattr, 0, P(area), 48, 0);
	S(sched_setattr, 99999, P(area + 1000), 0);
	S(ioprio_get, 1, 0);
	S(sched_setparam, 0, 0);
	S(ioprio_set, 1, 0, 0x4004);
	S(kcmp, 1, 1, 0, 1, 2);
	S(capget, P(area), 0);
	S(capset, 0, 0);
	S(prctl, 15, P("syscalls"), 0, 0, 0);
	S(prctl, 3, 0, 0, 0, 0);
	S(prctl, 0x777, 1, 2, 3, 4);
	S(arch_prctl, 0x1003, P(area));
	S(personality, 0xffffffff);
	S(unshare, CLONE_FS | CLONE_FILES);
	S(setns, 77, CLONE_NEWNET);
	S(set_tid_address, P(&word));
	S(get_robust_list, 0, P(area), P(area + 8));
	S(set_robust_list, P(area), 1);
	S(getcpu, P(area), P(area + 4), 0);
	S(seccomp, 2, 0, P(area));
	S(ptrace, 16, 99999, 0, 0);
	S(pidfd_open, 99999, 0);
	S(pidfd_getfd, 77, 1, 0);
	S(pidfd_send_signal, 77, 10, 0, 0);
	S(execve, P("/bin/none"), P(args), P(env));
	S(execve, 0, 0, 0);
	S(execveat, CWD, P("/bin/none"), P(args), P(env), AT_EMPTY_PATH);
	pid = S(fork);
	if (!pid)
		_exit(3);
	S(wait4, pid, P(&status), 0, 0);
	S(wait4, -1, P(&status), WNOHANG | WUNTRACED | WCONTINUED, P(area));
	S(waitid, P_ALL, 0, P(area), WEXITED | WNOHANG, 0);
	S(waitid, P_PID, 99999, 0, WEXITED | WSTOPPED | WNOWAIT, 0);
	S(kill, 0, 0);
	S(kill, 99999, SIGTERM);
	S(tkill, 99999, SIGUSR1);
	S(tgkill, 99999, 99999, SIGKILL);
	S(tgkill, 99999, 99999, 34);
}

static void signals(void)
{
	struct timespec t = { 0, 0 };

	set = 1UL << (SIGUSR1 - 1) | 1UL << (SIGCHLD - 1);
	S(rt_sigprocmask, SIG_BLOCK, P(&set), P(area), 8);
	S(rt_sigprocmask, SIG_UNBLOCK, P(&set), 0, 8);
	S(rt_sigprocmask, SIG_SETMASK, 0, 0, 8);
	S(rt_sigprocmask, 9, P(&all), 0, 8);
	S(rt_sigprocmask, 9, P(area + 60000), 0, 8);
	S(rt_sigaction, SIGUSR2, 0, P(area), 8);
	S(rt_sigaction, 33, 0, P(area), 8);
	S(rt_sigpending, P(area), 8);
	S(rt_sigtimedwait, P(&set), 0, P(&t), 8);
	S(rt_sigqueueinfo, 99999, SIGUSR1, P(area));
	S(rt_tgsigqueueinfo, 99999, 99999, SIGUSR1, P(area));
	S(rt_sigsuspend, P(&set), 3);
	S(sigaltstack, 0, P(area));
	S(signalfd, -1, P(&set), 8);
	S(signalfd4, -1, P(&set), 8, 0x80800);
	S(alarm, 0);
	S(getitimer, 0, P(area));
	S(setitimer, 1, P(&itv), 0);
	S(timer_create, CLOCK_MONOTONIC, 0, P(&word));
	S(timer_settime, word, 1, P(&its), 0);
	S(timer_gettime, word, P(area));
	S(timer_getoverrun, word);
	S(timer_delete, word);
	S(timer_delete, 12345);
	S(timerfd_create, CLOCK_REALTIME, 0x80800);
	S(timerfd_settime, 77, 1, P(&its), P(area));
	S(timerfd_gettime, 77, P(area));
	S(nanosleep, P(&soon), P(area));
	S(clock_nanosleep, CLOCK_MONOTONIC, 0, P(&soon), 0);
	S(clock_gettime, CLOCK_BOOTTIME, P(area));
	S(clock_getres, CLOCK_REALTIME_COARSE, P(area));
	S(clock_settime, 99, P(&soon));
	S(clock_adjtime, 99, P(area));
	S(adjtimex, 0);
	S(gettimeofday, P(area), 0);
	S(settimeofday, P(&tv), 4);
	S(time, 0);
	S(futex, P(&word), FUTEX_WAKE, 1);
	S(futex, P(&word), FUTEX_WAKE_PRIVATE, 0x7fffffff);
	S(futex, P(&word), FUTEX_WAIT_PRIVATE, 12345, P(&soon));
	S(futex, P(&word), FUTEX_WAIT, 12345, 0);
	S(futex, P(&word), FUTEX_WAIT_BITSET | FUTEX_CLOCK_REALTIME, 12345, 0, 0, -1);
	S(futex, P(&word), FUTEX_REQUEUE, 1, 2, P(area));
	S(futex, P(&word), FUTEX_CMP_REQUEUE_PRIVATE, 1, 2, P(area), 5);
	S(futex, P(&word), 99, 1, 2, P(area), 5);
	S(futex_waitv, P(area), 1, 0, 0, 1);
}

static void sockets(void)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(1), .sin_addr = { htonl(INADDR_LOOPBACK) } };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_port = htons(7), .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	struct sockaddr_un un = { .sun_family = AF_UNIX, .sun_path = "/tmp/sc/socket" }, hidden = { .sun_family = AF_UNIX, .sun_path = "\0name" };
	unsigned short netlink[6] = { AF_NETLINK, 0, 5, 0, 1, 0 };
	struct msghdr msg = { 0 };
	struct pollfd poll = { .fd = 0, .events = POLLIN };
	int pair[2] = { 77, 78 }, one = 1, len = 4;
	long s = S(socket, AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), epoll;

	S(socket, AF_INET6, SOCK_DGRAM, 0);
	S(socket, AF_UNIX, SOCK_SEQPACKET, 0);
	S(socket, 99, 77, 1);
	S(socket, AF_INET6, SOCK_RAW, IPPROTO_ICMPV6);
	S(socket, AF_INET, SOCK_STREAM, IPPROTO_TCP);
	S(socketpair, AF_UNIX, SOCK_STREAM, 0, P(pair));
	S(setsockopt, s, SOL_SOCKET, SO_REUSEADDR, P(&one), 4);
	S(setsockopt, s, IPPROTO_TCP, 1, P(&one), 4);
	S(getsockopt, s, SOL_SOCKET, SO_ERROR, P(&one), P(&len));
	S(bind, s, P(&in), sizeof(in));
	S(bind, s, P(&un), 16);
	S(bind, s, P(&hidden), 7);
	S(connect, s, P(&in6), sizeof(in6));
	S(connect, s, P(netlink), 12);
	S(connect, s, P(&in), sizeof(in));
	S(connect, s, 0, 0);
	S(listen, s, 5);
	S(accept, 77, 0, 0);
	S(accept4, 77, P(area), P(&len), SOCK_CLOEXEC);
	S(getsockname, s, P(area), P(&len));
	S(getpeername, s, P(area), P(&len));
	S(sendto, pair[0], P("message"), 7, MSG_DONTWAIT | MSG_NOSIGNAL, 0, 0);
	S(sendto, 77, P("message"), 7, 0, P(&in), sizeof(in));
	S(recvfrom, pair[1], P(area), 100, MSG_PEEK, 0, 0);
	S(sendmsg, pair[0], P(&msg), 0);
	S(recvmsg, pair[1], P(&msg), MSG_DONTWAIT);
	S(sendmmsg, 77, P(area), 0, 0);
	S(recvmmsg, 77, P(area), 0, MSG_WAITALL, 0);
	S(shutdown, s, SHUT_RDWR);
	S(poll, P(&poll), 0, 0);
	S(ppoll, P(&poll), 0, P(&soon), 0, 8);
	S(select, 0, 0, 0, 0, P(&tv));
	S(pselect6, 0, 0, 0, 0, P(&soon), 0);
	epoll = S(epoll_create1, EPOLL_CLOEXEC);
	S(epoll_create, 1);
	S(epoll_ctl, epoll, EPOLL_CTL_ADD, s, P(area));
	S(epoll_ctl, epoll, EPOLL_CTL_DEL, s, 0);
	S(epoll_wait, epoll, P(area), 10, 0);
	S(epoll_pwait, epoll, P(area), 10, 0, 0, 8);
	S(epoll_pwait2, epoll, P(area), 10, P(&soon), 0, 8);
	S(eventfd, 3);
	S(eventfd2, 3, 0x80801);
	S(pipe, P(area));
	S(pipe2, P(area), O_CLOEXEC | O_NONBLOCK);
	S(inotify_init);
	S(inotify_init1, 0x80800);
	S(inotify_add_watch, 77, P("/tmp"), 0x102);
	S(inotify_rm_watch, 77, 1);
	S(fanotify_init, 0x81, O_RDONLY | O_CLOEXEC);
	S(fanotify_mark, 77, 1, 0x3b, CWD, P("/tmp"));
}

static void others(void)
{
	S(uname, P(area));
	S(sysinfo, P(area));
	S(syslog, 10, 0, 0);
	S(sethostname, P("host"), 4);
	S(setdomainname, P("domain"), 6);
	S(getrandom, P(area), 10, 1);
	S(sysfs, 3, 0, 0);
	S(ustat, 0x999, P(area));
	S(ioperm, 0x80, 1, 0);
	S(iopl, 9);
	S(modify_ldt, 0, P(area), 16);
	S(reboot, 0xfee1dead, 1, 0, 0);
	S(reboot, 0xfee1dead, 672274793, 5, 0);
	S(init_module, P(area), 10, P("a=b"));
	S(finit_module, 77, P("a=b"), 1);
	S(delete_module, P("nothing"), O_NONBLOCK);
	S(kexec_load, 0, 0, 0, 0x99);
	S(kexec_file_load, 77, 78, 1, P(""), 8);
	S(bpf, 0, 0, 0);
	S(perf_event_open, P(area), 0, -1, -1, 8);
	S(shmget, 0, 4096, 01600);
	S(shmat, 99999, 0, 010000);
	S(shmctl, 99999, 2, P(area));
	S(shmdt, P(area));
	S(semget, 0x1234, 2, 0666);
	S(semop, 99999, P(area), 1);
	S(semtimedop, 99999, P(area), 1, P(&soon));
	S(semctl, 99999, 1, 12, 0);
	S(msgget, 0, 03600);
	S(msgsnd, 99999, P(area), 1, 04000);
	S(msgrcv, 99999, P(area), 1, 5, 0);
	S(msgctl, 99999, 0, 0);
	S(mq_open, P("queue"), O_RDWR | O_CREAT, 0600, 0);
	S(mq_open, P("queue"), O_RDONLY);
	S(mq_unlink, P("nothing"));
	S(mq_timedsend, 77, P(area), 1, 2, P(&soon));
	S(mq_timedreceive, 77, P(area), 1, 0, P(&soon));
	S(mq_notify, 77, 0);
	S(mq_getsetattr, 77, 0, 0);
	S(add_key, P("user"), P("sc"), P("data"), 4, -3);
	S(request_key, P("user"), P("nothing"), 0, -3);
	S(keyctl, 0, -3, 0);
	S(io_setup, 1, P(area));
	S(io_destroy, 99);
	S(io_submit, 99, 1, 0);
	S(io_cancel, 99, 0, 0);
	S(io_getevents, 99, 1, 1, 0, P(&soon));
	S(io_pgetevents, 99, 1, 1, 0, P(&soon), 0);
	S(io_uring_setup, 0, 0);
	S(io_uring_enter, 77, 1, 2, 1, 0, 8);
	S(io_uring_register, 77, 1, 0, 2);
	S(landlock_create_ruleset, 0, 0, 1);
	S(landlock_add_rule, 77, 1, 0, 0);
	S(landlock_restrict_self, 77, 0);
	S(rseq, 0, 32, 0, 0x53053053);
	S(restart_syscall);
	S(vhangup + 100000); /* no such number: nobody's call */
}

int main(void)
{
	mlockall(MCL_CURRENT | MCL_FUTURE); /* so that a handler finds all that arguments point at */
	memset(area, 0, sizeof(area));
	files();
	memory();
	mlockall(MCL_CURRENT | MCL_FUTURE);
	processes();
	signals();
	sockets();
	others();
	return 0;
}
