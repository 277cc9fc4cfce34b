#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every allocation of the kernel runtime can be made to fail (kern.h, sd_may_fail), and every registration can be refused
# (sd_may_refuse): the stress suite sees what comes of it.
set -u
cd "${SONDE_TOP:-$(dirname "$0")/../..}" || exit
calls='k[mzc]alloc|kv[mzc]alloc|kv?malloc_array|kmalloc_array|kvzalloc_node|kv?asprintf|kstrdup|kmemdup(_nul)?|__vmalloc|vmalloc(_user)?|vzalloc|vmap'
calls="$calls|__?alloc_percpu|alloc_pages?|get_zeroed_page|alloc_(ordered_)?workqueue|proc_mkdir|proc_create(_data)?|perf_event_create_kernel_counter"
registers='register_(kprobe|kretprobe|ftrace_function|fprobe(_ips)?|module_notifier|tracepoint_module_notifier|die_notifier)|tracepoint_probe_register(_prio)?'
registers="$registers|nf_register_net_hook|cpuhp_setup_state_multi|cpuhp_state_add_instance|sd_uprobe_register|ftrace_set_filter_ips"
sources() { grep -rnE "\b($1)\(" runtime/kern --include='*.c' --include='*.h' | grep -vE '#define|compat/uprobe.h|:[0-9]+: \*'; }
bad=$(sources "$calls" | grep -v 'sd_may_fail('
	# Not asked to fail: questions that the kernel answers by refusing (ask_kprobe; the trial of filter.c).
	sources "$registers" | grep -v 'sd_may_refuse(' | grep -vE 'symbols.c:.*register_kprobe\(&kp\)|filter.c:.*(&f->trial|return taken)|static inline int sd_uprobe_register')
[ -z "$bad" ] || echo "$bad"
[ -z "$bad" ]
