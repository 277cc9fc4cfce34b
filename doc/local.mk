# SPDX-License-Identifier: GPL-2.0-or-later
# sources dist_man_MANS+: doc/man/*.[1-9] doc/man/*.[1-9]stap
dist_man_MANS += \
	doc/man/sonde-flame.1 \
	doc/man/sonde.1 \
	doc/man/sonderun.8
# end

# sources nobase_dist_pkgdata_DATA+: examples/**/*
nobase_dist_pkgdata_DATA += \
	examples/general/countdown.stp \
	examples/general/hello.stp \
	examples/general/setting.stp \
	examples/general/top.stp \
	examples/general/try-catch.stp \
	examples/interrupts/handlers.stp \
	examples/interrupts/irqs-off.stp \
	examples/interrupts/preemption-off.stp \
	examples/interrupts/softirqs.stp \
	examples/interrupts/timers.stp \
	examples/interrupts/workqueues.stp \
	examples/io/block-latency.stp \
	examples/io/block-sizes.stp \
	examples/io/bytes-by-process.stp \
	examples/io/fsync-latency.stp \
	examples/io/page-cache.stp \
	examples/io/read-latency.stp \
	examples/io/top-files.stp \
	examples/io/who-removes.stp \
	examples/kernel/deepest-stack.stp \
	examples/kernel/function-counts.stp \
	examples/kernel/function-graph.stp \
	examples/kernel/function-latency.stp \
	examples/kernel/messages.stp \
	examples/kernel/modules.stp \
	examples/kernel/who-calls.stp \
	examples/library/Makefile \
	examples/library/README.md \
	examples/library/scripts/classes.stp \
	examples/library/tapset/library.stp \
	examples/memory/fault-latency.stp \
	examples/memory/mappings.stp \
	examples/memory/oom.stp \
	examples/memory/page-faults.stp \
	examples/memory/pages-by-process.stp \
	examples/memory/reclaim.stp \
	examples/memory/slab.stp \
	examples/network/connections.stp \
	examples/network/device-traffic.stp \
	examples/network/drops.stp \
	examples/network/packets.stp \
	examples/network/retransmissions.stp \
	examples/network/tcp-bytes.stp \
	examples/network/tcp-lifetimes.stp \
	examples/network/tcp-path.stp \
	examples/network/tcp-states.stp \
	examples/network/udp-talkers.stp \
	examples/process/core-dump.stp \
	examples/process/exit-codes.stp \
	examples/process/forks.stp \
	examples/process/life.stp \
	examples/process/lifetimes.stp \
	examples/process/programs-started.stp \
	examples/process/signals.stp \
	examples/process/slow-syscalls.stp \
	examples/process/syscall-counts.stp \
	examples/process/syscall-errors.stp \
	examples/profiling/off-cpu-stacks.stp \
	examples/profiling/on-cpu-stacks.stp \
	examples/profiling/read-latency-heat.stp \
	examples/profiling/where-is-the-kernel.stp \
	examples/scheduler/futex-contention.stp \
	examples/scheduler/kernel-locks.stp \
	examples/scheduler/migrations.stp \
	examples/scheduler/off-cpu.stp \
	examples/scheduler/on-cpu.stp \
	examples/scheduler/switches.stp \
	examples/scheduler/wakeup-latency.stp \
	examples/security/becomes-root.stp \
	examples/security/capabilities.stp \
	examples/security/programs-from-tmp.stp \
	examples/security/ptrace.stp \
	examples/security/who-opens.stp \
	examples/user/environment.stp \
	examples/user/library-calls.stp \
	examples/user/malloc.stp \
	examples/user/python-calls.stp \
	examples/user/slow-queries.stp \
	examples/vfs/files-opened.stp \
	examples/vfs/read-sizes.stp \
	examples/vfs/reads-of-command.stp \
	examples/vfs/slowest-read.stp
# end

# sources dist_doc_DATA: README.md doc/*.md doc/*.svg
dist_doc_DATA = \
	README.md \
	doc/compatibility.md \
	doc/diagnostics.md \
	doc/examples.md \
	doc/hacking.md \
	doc/language.md \
	doc/performance-history.svg \
	doc/performance-hit.svg \
	doc/performance-records.svg \
	doc/performance-start.svg \
	doc/performance.md \
	doc/probes.md \
	doc/tapsets.md
# end
