# SPDX-License-Identifier: GPL-2.0-or-later
# make check: all that needs neither root nor a guest. make check-vm: the guest tests, on every kernel listed.

# Every C file of tests/unit is a program of its own.
LDADD = libsonde.a libsyntax.a libsonde.a librun.a libcore.a $(DEPS_LIBS)
# sources check_PROGRAMS+.c: tests/unit/*.c
check_PROGRAMS += \
	tests/unit/build-modname \
	tests/unit/build-replay \
	tests/unit/cache-entries \
	tests/unit/core-map \
	tests/unit/core-regex \
	tests/unit/core-stat \
	tests/unit/run-identity \
	tests/unit/run-merge \
	tests/unit/run-meta \
	tests/unit/run-print \
	tests/unit/runtime-core \
	tests/unit/sema-fetch \
	tests/unit/syntax-roundtrip \
	tests/unit/types-arch \
	tests/unit/types-btf \
	tests/unit/types-kernel \
	tests/unit/types-print
# end

# T selects cases, as in: make check T=err/ V=1
check-local: sonde sonderun sonde.intree $(check_PROGRAMS)
	SONDE_BUILD='$(abs_builddir)' SONDE_USER_CFLAGS='$(SAN_CFLAGS)' $(srcdir)/tests/run $(T)

check-vm: sonde sonderun sonde.intree
	SONDE_BUILD='$(abs_builddir)' $(srcdir)/tests/vm/run --all $(T)
.PHONY: check-vm
