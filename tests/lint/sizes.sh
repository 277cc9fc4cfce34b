#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Files of 100 to 600 lines, no function longer than a few screens.
set -u
cd "${SONDE_TOP:-$(dirname "$0")/../..}" || exit
limit=600
find compiler flame include runtime tapset guest tools tests doc -type f \( -name '*.[chylS]' -o -name '*.def' -o -name '*.stp' -o -name '*.sh' \
	-o -name '*.test' -o -perm -u+x \) -print0 | xargs -0 wc -l |
	awk -v limit=$limit '$2 != "total" && $1 > limit {print $2 ": " $1 " lines, more than " limit; bad = 1} END {exit bad}'
