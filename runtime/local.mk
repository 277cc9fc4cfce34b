# SPDX-License-Identifier: GPL-2.0-or-later
# The runner, and the parts of the runtime that are ordinary C in user space as well. The kernel's half is built
# per kernel, by sonde, from the installed sources.

bin_PROGRAMS += sonderun
sonderun_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/runtime/user
sonderun_SOURCES = runtime/run/main.c
sonderun_LDADD = librun.a libcore.a $(DEPS_LIBS)

# All of the runner but main(), for the unit tests too.
noinst_LIBRARIES += librun.a
librun_a_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/runtime/user
# sources librun_a_SOURCES: runtime/run/**/*.[ch] !runtime/run/main.c
librun_a_SOURCES = \
	runtime/run/ask.c \
	runtime/run/ask.h \
	runtime/run/bulk.c \
	runtime/run/bulk.h \
	runtime/run/identity.c \
	runtime/run/identity.h \
	runtime/run/input.c \
	runtime/run/input.h \
	runtime/run/json.c \
	runtime/run/kmsg.c \
	runtime/run/kmsg.h \
	runtime/run/ledger.c \
	runtime/run/ledger.h \
	runtime/run/merge.c \
	runtime/run/merge.h \
	runtime/run/meta.c \
	runtime/run/meta.h \
	runtime/run/module.c \
	runtime/run/module.h \
	runtime/run/msg.c \
	runtime/run/msg.h \
	runtime/run/out.c \
	runtime/run/out.h \
	runtime/run/print.c \
	runtime/run/print.h \
	runtime/run/report.c \
	runtime/run/rotate.c \
	runtime/run/rotate.h \
	runtime/run/session.c \
	runtime/run/session.h \
	runtime/run/signals.c \
	runtime/run/signals.h \
	runtime/run/target.c \
	runtime/run/target.h
# end

noinst_LIBRARIES += libcore.a
libcore_a_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/runtime/user
# sources libcore_a_SOURCES: runtime/core/**/*.[ch]
libcore_a_SOURCES = \
	runtime/core/embedded.c \
	runtime/core/error.c \
	runtime/core/escape.h \
	runtime/core/fn_ask.c \
	runtime/core/fn_memory.c \
	runtime/core/fn_syscall.c \
	runtime/core/fn_text.c \
	runtime/core/format.c \
	runtime/core/format.h \
	runtime/core/fp.c \
	runtime/core/fp.h \
	runtime/core/fp_text.c \
	runtime/core/hist.c \
	runtime/core/hist.h \
	runtime/core/hit.c \
	runtime/core/lines.c \
	runtime/core/lines.h \
	runtime/core/map.c \
	runtime/core/map_iter.c \
	runtime/core/map_iter.h \
	runtime/core/names.c \
	runtime/core/regex.c \
	runtime/core/settings.c \
	runtime/core/stat.c \
	runtime/core/string.c \
	runtime/core/syscall.h \
	runtime/core/syscall_memory.c \
	runtime/core/text.c \
	runtime/core/unwind.c \
	runtime/core/unwind_expr.c \
	runtime/core/unwind_read.h
# end

# What sonde needs at hand to build modules and user programs.
# sources nobase_dist_pkgdata_DATA+: runtime/**/* !runtime/run/main.c !runtime/run/bulk.* !runtime/run/kmsg.* !runtime/run/identity.* !runtime/run/merge.* !runtime/run/module.* !runtime/run/session.* !runtime/local.mk
nobase_dist_pkgdata_DATA += \
	runtime/abi.h \
	runtime/core/embedded.c \
	runtime/core/error.c \
	runtime/core/escape.h \
	runtime/core/fn_ask.c \
	runtime/core/fn_memory.c \
	runtime/core/fn_syscall.c \
	runtime/core/fn_text.c \
	runtime/core/format.c \
	runtime/core/format.h \
	runtime/core/fp.c \
	runtime/core/fp.h \
	runtime/core/fp_text.c \
	runtime/core/hist.c \
	runtime/core/hist.h \
	runtime/core/hit.c \
	runtime/core/lines.c \
	runtime/core/lines.h \
	runtime/core/map.c \
	runtime/core/map_iter.c \
	runtime/core/map_iter.h \
	runtime/core/names.c \
	runtime/core/regex.c \
	runtime/core/settings.c \
	runtime/core/stat.c \
	runtime/core/string.c \
	runtime/core/syscall.h \
	runtime/core/syscall_memory.c \
	runtime/core/text.c \
	runtime/core/unwind.c \
	runtime/core/unwind_expr.c \
	runtime/core/unwind_read.h \
	runtime/embedded.h \
	runtime/embedded_macros.h \
	runtime/errors.def \
	runtime/intrinsics.h \
	runtime/kern/Kbuild \
	runtime/kern/address.c \
	runtime/kern/begin.c \
	runtime/kern/callers.c \
	runtime/kern/clock.c \
	runtime/kern/compat/fprobe.h \
	runtime/kern/compat/ftrace_regs.h \
	runtime/kern/compat/hrtimer.h \
	runtime/kern/compat/indirect_call.h \
	runtime/kern/compat/module_memory.h \
	runtime/kern/compat/perf_context.h \
	runtime/kern/compat/rethook.h \
	runtime/kern/compat/timer.h \
	runtime/kern/compat/unwind.h \
	runtime/kern/compat/uprobe.h \
	runtime/kern/context.c \
	runtime/kern/control.c \
	runtime/kern/cpus.c \
	runtime/kern/data.c \
	runtime/kern/embedded.c \
	runtime/kern/error.c \
	runtime/kern/events.c \
	runtime/kern/events.h \
	runtime/kern/features.def \
	runtime/kern/filter.c \
	runtime/kern/fn_regs.c \
	runtime/kern/fn_signal.c \
	runtime/kern/fn_stack.c \
	runtime/kern/fn_task.c \
	runtime/kern/fn_time.c \
	runtime/kern/function.c \
	runtime/kern/input.c \
	runtime/kern/kern.h \
	runtime/kern/lines.c \
	runtime/kern/load.c \
	runtime/kern/lock.c \
	runtime/kern/memory.c \
	runtime/kern/module.c \
	runtime/kern/modules.c \
	runtime/kern/netfilter.c \
	runtime/kern/os.h \
	runtime/kern/perf.c \
	runtime/kern/perf_task.c \
	runtime/kern/perf_task.h \
	runtime/kern/places.c \
	runtime/kern/points.c \
	runtime/kern/process_watch.c \
	runtime/kern/procfs.c \
	runtime/kern/profile.c \
	runtime/kern/record.c \
	runtime/kern/record.h \
	runtime/kern/refused.c \
	runtime/kern/return.c \
	runtime/kern/ring.c \
	runtime/kern/stage.c \
	runtime/kern/statement.c \
	runtime/kern/symbols.c \
	runtime/kern/task.c \
	runtime/kern/task_filter.c \
	runtime/kern/task_syscall.c \
	runtime/kern/template.c \
	runtime/kern/timer.c \
	runtime/kern/tracepoint.c \
	runtime/kern/unit1.c \
	runtime/kern/unit2.c \
	runtime/kern/unit3.c \
	runtime/kern/unit4.c \
	runtime/kern/unit5.c \
	runtime/kern/unit6.c \
	runtime/kern/unit7.c \
	runtime/kern/uprobe.c \
	runtime/kern/user_callers.c \
	runtime/kern/user_callers.h \
	runtime/kern/user_mappings.c \
	runtime/kern/user_objects.c \
	runtime/kern/user_objects.h \
	runtime/kern/user_stack.c \
	runtime/kern/user_symbols.c \
	runtime/kern/watch.c \
	runtime/kind.h \
	runtime/map.h \
	runtime/run/ask.c \
	runtime/run/ask.h \
	runtime/run/input.c \
	runtime/run/input.h \
	runtime/run/json.c \
	runtime/run/ledger.c \
	runtime/run/ledger.h \
	runtime/run/meta.c \
	runtime/run/meta.h \
	runtime/run/msg.c \
	runtime/run/msg.h \
	runtime/run/out.c \
	runtime/run/out.h \
	runtime/run/print.c \
	runtime/run/print.h \
	runtime/run/report.c \
	runtime/run/rotate.c \
	runtime/run/rotate.h \
	runtime/run/signals.c \
	runtime/run/signals.h \
	runtime/run/target.c \
	runtime/run/target.h \
	runtime/stat.h \
	runtime/unwind.h \
	runtime/user/begin.c \
	runtime/user/context.c \
	runtime/user/control.c \
	runtime/user/data.c \
	runtime/user/embedded.c \
	runtime/user/embedded.h \
	runtime/user/error.c \
	runtime/user/fn_hit.c \
	runtime/user/fn_task.c \
	runtime/user/fn_time.c \
	runtime/user/input.c \
	runtime/user/main.c \
	runtime/user/memory.c \
	runtime/user/os.h \
	runtime/user/output.c \
	runtime/user/timer.c \
	runtime/user/user.h \
	runtime/wire.h
# end
