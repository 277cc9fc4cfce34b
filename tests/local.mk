# SPDX-License-Identifier: GPL-2.0-or-later
# make check: all that needs neither root nor a guest. make check-vm: the guest tests, on every kernel listed.

# Every C file of tests/unit is a program of its own.
LDADD = libsonde.a libsyntax.a libsonde.a librun.a libcore.a $(DEPS_LIBS)
# sources check_PROGRAMS+.c: tests/unit/*.c
check_PROGRAMS += \
	tests/unit/base-arena \
	tests/unit/base-parallel \
	tests/unit/build-modname \
	tests/unit/build-replay \
	tests/unit/cache-entries \
	tests/unit/core-fp \
	tests/unit/core-lines \
	tests/unit/core-map \
	tests/unit/core-regex \
	tests/unit/core-stat \
	tests/unit/core-unwind \
	tests/unit/run-identity \
	tests/unit/run-merge \
	tests/unit/run-meta \
	tests/unit/run-print \
	tests/unit/run-rotate \
	tests/unit/runtime-core \
	tests/unit/sema-fetch \
	tests/unit/syntax-roundtrip \
	tests/unit/types-arch \
	tests/unit/types-btf \
	tests/unit/types-dwarf-broken \
	tests/unit/types-dwarf \
	tests/unit/types-kernel \
	tests/unit/types-print \
	tests/unit/types-program-main \
	tests/unit/types-program
# end

tests_unit_core_fp_LDADD = $(LDADD) -lm

# Random programs with what they print, and broken scripts: tests/fuzz/run.
check_PROGRAMS += tests/fuzz/generate tests/fuzz/mutate
tests_fuzz_generate_LDADD =
# sources tests_fuzz_generate_SOURCES: tests/fuzz/*.[ch] !tests/fuzz/mutate.c
tests_fuzz_generate_SOURCES = \
	tests/fuzz/build.c \
	tests/fuzz/build.h \
	tests/fuzz/build_array.c \
	tests/fuzz/build_expr.c \
	tests/fuzz/evaluate.c \
	tests/fuzz/evaluate.h \
	tests/fuzz/evaluate_array.c \
	tests/fuzz/format.c \
	tests/fuzz/generate.c \
	tests/fuzz/program.h \
	tests/fuzz/text.c \
	tests/fuzz/write.c
# end
tests_fuzz_mutate_SOURCES = tests/fuzz/mutate.c

# T selects cases, as in: make check T=err/ V=1
# What check-local runs, built and not run.
.PHONY: check-programs
check-programs: all $(check_PROGRAMS)

check-local: sonde sonderun sonde.intree $(check_PROGRAMS)
	SONDE_BUILD='$(abs_builddir)' SONDE_USER_CFLAGS='$(SAN_CFLAGS)' $(srcdir)/tests/run $(T)

check-vm: sonde sonderun sonde.intree
	SONDE_BUILD='$(abs_builddir)' $(srcdir)/tests/vm/run --all $(T)
.PHONY: check-vm
