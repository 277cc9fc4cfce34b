# SPDX-License-Identifier: GPL-2.0-or-later
# sources dist_man_MANS+: doc/man/*.[1-9] doc/man/*.[1-9]stap
dist_man_MANS += \
	doc/man/sonderun.8
# end

# sources nobase_dist_pkgdata_DATA+: examples/**/*
nobase_dist_pkgdata_DATA +=
# end

# sources dist_doc_DATA: README.md doc/*.md
dist_doc_DATA =
# end
