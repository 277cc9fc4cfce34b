#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The aliases of system calls are those that tools/syscalls makes of its table.
cd "${SONDE_TOP:-$(dirname "$0")/../..}" && tools/syscalls --check
