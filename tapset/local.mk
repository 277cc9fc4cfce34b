# SPDX-License-Identifier: GPL-2.0-or-later
# sources nobase_dist_pkgdata_DATA+: tapset/**/*.stp*
nobase_dist_pkgdata_DATA += \
	tapset/container.stpm \
	tapset/context.stp \
	tapset/input.stp \
	tapset/json.stpm \
	tapset/linux/perf.stp \
	tapset/linux/vfs.stp \
	tapset/prometheus.stpm \
	tapset/session.stp \
	tapset/this.stp \
	tapset/this.stpm \
	tapset/time.stp
# end
