#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The file lists that make reads are those of the tree.
cd "${SONDE_TOP:-$(dirname "$0")/../..}" || exit
exec tools/sources --check
