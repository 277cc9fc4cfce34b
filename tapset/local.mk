# SPDX-License-Identifier: GPL-2.0-or-later
# sources nobase_dist_pkgdata_DATA+: tapset/**/*.stp*
nobase_dist_pkgdata_DATA += \
	tapset/ansi.stp \
	tapset/atomic.stp \
	tapset/container.stpm \
	tapset/context.stp \
	tapset/conversions.stp \
	tapset/ctime.stp \
	tapset/dev.stp \
	tapset/errno.stp \
	tapset/indent.stp \
	tapset/inet.stp \
	tapset/input.stp \
	tapset/json.stpm \
	tapset/linux/cmdline.stp \
	tapset/linux/dentry.stp \
	tapset/linux/inet_sock.stp \
	tapset/linux/kernel_log.stp \
	tapset/linux/loadavg.stp \
	tapset/linux/perf.stp \
	tapset/linux/proc_mem.stp \
	tapset/linux/sigaction.stp \
	tapset/linux/task.stp \
	tapset/linux/vfs.stp \
	tapset/logging.stp \
	tapset/proc_mem.stp \
	tapset/prometheus.stpm \
	tapset/queue_stats.stp \
	tapset/regex.stp \
	tapset/registers.stp \
	tapset/session.stp \
	tapset/signal.stp \
	tapset/stopwatch.stp \
	tapset/task_time.stp \
	tapset/this.stp \
	tapset/this.stpm \
	tapset/time.stp \
	tapset/tokenize.stp \
	tapset/uconversions-string.stp \
	tapset/uconversions.stp
# end
