#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every allocation of the kernel runtime can be made to fail (kern.h, sd_may_fail): the stress suite sees what comes of it.
set -u
cd "${SONDE_TOP:-$(dirname "$0")/../..}" || exit
calls='k[mzc]alloc|kv[mzc]alloc|kv?malloc_array|kvzalloc_node|kstrdup|kmemdup(_nul)?|__vmalloc|vmalloc(_user)?|vzalloc|alloc_percpu|alloc_ordered_workqueue|proc_mkdir|proc_create(_data)?'
! grep -rnwE "($calls)\(" runtime/kern --include='*.c' --include='*.h' | grep -v 'sd_may_fail('
