# SPDX-License-Identifier: GPL-2.0-or-later
# sources nobase_dist_pkgdata_DATA+: tapset/**/*.stp*
nobase_dist_pkgdata_DATA += \
	tapset/context.stp \
	tapset/linux/vfs.stp \
	tapset/time.stp
# end
