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
	examples/general/try-catch.stp \
	examples/library/Makefile \
	examples/library/README.md \
	examples/library/scripts/classes.stp \
	examples/library/tapset/library.stp \
	examples/memory/page-faults.stp \
	examples/network/packets.stp \
	examples/process/exit-codes.stp \
	examples/process/forks.stp \
	examples/process/programs-started.stp \
	examples/profiling/off-cpu-stacks.stp \
	examples/profiling/on-cpu-stacks.stp \
	examples/profiling/read-latency-heat.stp \
	examples/profiling/where-is-the-kernel.stp \
	examples/vfs/files-opened.stp \
	examples/vfs/read-sizes.stp \
	examples/vfs/reads-of-command.stp \
	examples/vfs/slowest-read.stp
# end

# sources dist_doc_DATA: README.md doc/*.md
dist_doc_DATA = \
	README.md \
	doc/diagnostics.md \
	doc/examples.md \
	doc/hacking.md \
	doc/language.md \
	doc/performance.md \
	doc/probes.md \
	doc/tapsets.md
# end
