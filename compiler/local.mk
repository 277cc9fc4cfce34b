# SPDX-License-Identifier: GPL-2.0-or-later
# The compiler: everything but main() in a library, which the unit tests link too.

bin_PROGRAMS += sonde
sonde_SOURCES = compiler/driver/main.c
sonde_LDADD = libsonde.a libsyntax.a libsonde.a $(DEPS_LIBS)

noinst_LIBRARIES += libsonde.a
libsonde_a_CPPFLAGS = $(AM_CPPFLAGS) -I$(builddir)/compiler/syntax
# sources libsonde_a_SOURCES: compiler/**/*.[ch] compiler/**/*.def !compiler/driver/main.c
libsonde_a_SOURCES = \
	compiler/base/arena.c \
	compiler/base/arena.h \
	compiler/base/buf.c \
	compiler/base/buf.h \
	compiler/base/diag-driver.def \
	compiler/base/diag-probe.def \
	compiler/base/diag-sema.def \
	compiler/base/diag-syntax.def \
	compiler/base/diag-types.def \
	compiler/base/diag.c \
	compiler/base/diag.def \
	compiler/base/diag.h \
	compiler/base/hash.c \
	compiler/base/hash.h \
	compiler/base/intern.c \
	compiler/base/intern.h \
	compiler/base/map.c \
	compiler/base/map.h \
	compiler/base/parallel.c \
	compiler/base/parallel.h \
	compiler/base/progress.c \
	compiler/base/progress.h \
	compiler/base/source.c \
	compiler/base/source.h \
	compiler/base/suggest.c \
	compiler/base/util.c \
	compiler/base/util.h \
	compiler/base/vec.h \
	compiler/driver/back.c \
	compiler/driver/build.c \
	compiler/driver/build.h \
	compiler/driver/build_embedded.c \
	compiler/driver/build_identity.c \
	compiler/driver/build_kbuild.c \
	compiler/driver/build_private.h \
	compiler/driver/build_tree.c \
	compiler/driver/cache.c \
	compiler/driver/cache.h \
	compiler/driver/check.c \
	compiler/driver/docs.c \
	compiler/driver/docs.h \
	compiler/driver/docs_write.c \
	compiler/driver/embedded.c \
	compiler/driver/example.c \
	compiler/driver/features.c \
	compiler/driver/features.h \
	compiler/driver/front.c \
	compiler/driver/headers.c \
	compiler/driver/libraries.c \
	compiler/driver/limits.c \
	compiler/driver/list.c \
	compiler/driver/list_points.c \
	compiler/driver/modname.c \
	compiler/driver/modname.h \
	compiler/driver/options.c \
	compiler/driver/options.h \
	compiler/driver/proc.c \
	compiler/driver/proc.h \
	compiler/driver/replay.c \
	compiler/driver/replay.h \
	compiler/driver/replay_make.c \
	compiler/driver/report.c \
	compiler/driver/session.c \
	compiler/driver/session.h \
	compiler/driver/user.c \
	compiler/driver/user.h \
	compiler/emit/array.c \
	compiler/emit/call.c \
	compiler/emit/cfn.c \
	compiler/emit/cfn.h \
	compiler/emit/data.c \
	compiler/emit/embedded.c \
	compiler/emit/emit.c \
	compiler/emit/emit.h \
	compiler/emit/expr.c \
	compiler/emit/fetch.c \
	compiler/emit/probe.c \
	compiler/emit/regex.c \
	compiler/emit/stat.c \
	compiler/emit/stmt.c \
	compiler/probe/begin.c \
	compiler/probe/callee.c \
	compiler/probe/deny.c \
	compiler/probe/deny.def \
	compiler/probe/deny.h \
	compiler/probe/function.c \
	compiler/probe/inline.c \
	compiler/probe/input.c \
	compiler/probe/kprobe.c \
	compiler/probe/listed.c \
	compiler/probe/netfilter.c \
	compiler/probe/pattern.c \
	compiler/probe/pattern.h \
	compiler/probe/perf.c \
	compiler/probe/places.c \
	compiler/probe/places.h \
	compiler/probe/process_target.c \
	compiler/probe/process_target.h \
	compiler/probe/procfs.c \
	compiler/probe/profile.c \
	compiler/probe/provider.c \
	compiler/probe/provider.def \
	compiler/probe/provider.h \
	compiler/probe/statement.c \
	compiler/probe/task.c \
	compiler/probe/timer.c \
	compiler/probe/tracepoint.c \
	compiler/probe/watch.c \
	compiler/sema/array.c \
	compiler/sema/autocast.c \
	compiler/sema/builtin.c \
	compiler/sema/builtin.def \
	compiler/sema/builtin.h \
	compiler/sema/display.c \
	compiler/sema/embedded.c \
	compiler/sema/embedded.h \
	compiler/sema/expand.c \
	compiler/sema/fetch.c \
	compiler/sema/fetch.h \
	compiler/sema/fold.c \
	compiler/sema/format.c \
	compiler/sema/infer.c \
	compiler/sema/library.c \
	compiler/sema/library.h \
	compiler/sema/library_header.c \
	compiler/sema/listing.c \
	compiler/sema/locks.c \
	compiler/sema/plan.h \
	compiler/sema/point.c \
	compiler/sema/point.h \
	compiler/sema/pretty.c \
	compiler/sema/prune.c \
	compiler/sema/pure.c \
	compiler/sema/regex.c \
	compiler/sema/regex.h \
	compiler/sema/regex_dfa.c \
	compiler/sema/regex_nfa.c \
	compiler/sema/regex_parse.c \
	compiler/sema/regex_private.h \
	compiler/sema/regex_tdfa.c \
	compiler/sema/regs.c \
	compiler/sema/resolve.c \
	compiler/sema/resolve.h \
	compiler/sema/resolve_target.c \
	compiler/sema/sema.c \
	compiler/sema/sema.h \
	compiler/sema/target.c \
	compiler/sema/target.h \
	compiler/sema/target_at.c \
	compiler/sema/target_fold.c \
	compiler/sema/target_type.c \
	compiler/sema/target_value.c \
	compiler/sema/target_var.c \
	compiler/sema/warn.c \
	compiler/syntax/ast.c \
	compiler/syntax/ast.def \
	compiler/syntax/ast.h \
	compiler/syntax/atop.c \
	compiler/syntax/atop.def \
	compiler/syntax/atop.h \
	compiler/syntax/build.c \
	compiler/syntax/build.h \
	compiler/syntax/build_expr.c \
	compiler/syntax/build_stmt.c \
	compiler/syntax/check.c \
	compiler/syntax/check.h \
	compiler/syntax/dump.c \
	compiler/syntax/dump.h \
	compiler/syntax/dump_expr.c \
	compiler/syntax/errors.c \
	compiler/syntax/errors.h \
	compiler/syntax/feed.c \
	compiler/syntax/lexer.c \
	compiler/syntax/lexer.h \
	compiler/syntax/literal.c \
	compiler/syntax/macro.c \
	compiler/syntax/pp.c \
	compiler/syntax/pp.h \
	compiler/syntax/pp_cond.c \
	compiler/syntax/syntax.c \
	compiler/syntax/syntax.h \
	compiler/syntax/token.h \
	compiler/types/arch.c \
	compiler/types/arch.h \
	compiler/types/arch_arm64.c \
	compiler/types/arch_list.h \
	compiler/types/arch_x86_64.c \
	compiler/types/btf.c \
	compiler/types/btf.h \
	compiler/types/btf_index.c \
	compiler/types/btf_var.c \
	compiler/types/db.h \
	compiler/types/dwarf.h \
	compiler/types/dwarf_calls.c \
	compiler/types/dwarf_fetch.c \
	compiler/types/dwarf_file.c \
	compiler/types/dwarf_files.c \
	compiler/types/dwarf_files.h \
	compiler/types/dwarf_find.c \
	compiler/types/dwarf_find.h \
	compiler/types/dwarf_index.c \
	compiler/types/dwarf_index.h \
	compiler/types/dwarf_index_build.c \
	compiler/types/dwarf_index_part.h \
	compiler/types/dwarf_index_walk.c \
	compiler/types/dwarf_internal.h \
	compiler/types/dwarf_lines.c \
	compiler/types/dwarf_lines.h \
	compiler/types/dwarf_loc.c \
	compiler/types/dwarf_names.c \
	compiler/types/dwarf_object.c \
	compiler/types/dwarf_scope.c \
	compiler/types/dwarf_types.c \
	compiler/types/dwarf_types.h \
	compiler/types/dwarf_vars.c \
	compiler/types/events.c \
	compiler/types/events.h \
	compiler/types/graph.h \
	compiler/types/image.c \
	compiler/types/image.h \
	compiler/types/image_raw.c \
	compiler/types/index.c \
	compiler/types/kcache.c \
	compiler/types/kcache.h \
	compiler/types/kernel.c \
	compiler/types/kernel.h \
	compiler/types/kernel_config.c \
	compiler/types/kernel_exports.c \
	compiler/types/kernel_types.c \
	compiler/types/kernel_var.c \
	compiler/types/loc.c \
	compiler/types/parse.c \
	compiler/types/scope.h \
	compiler/types/type.h \
	compiler/types/types.c \
	compiler/types/unpack.c
# end

# The generated scanner and parser, with warnings of their own.
noinst_LIBRARIES += libsyntax.a
libsyntax_a_CFLAGS = -std=gnu11 -Wall -Wno-unused-function -Wno-unused-but-set-variable $(WERROR_CFLAGS) $(SAN_CFLAGS)
libsyntax_a_CPPFLAGS = $(libsonde_a_CPPFLAGS)
nodist_libsyntax_a_SOURCES = compiler/syntax/gram.c compiler/syntax/lex.c
EXTRA_DIST += compiler/syntax/gram.y compiler/syntax/lex.l
BUILT_SOURCES += compiler/syntax/gram.h
CLEANFILES += compiler/syntax/gram.c compiler/syntax/gram.h compiler/syntax/lex.c

# One run of bison makes both files.
compiler/syntax/gram.c: compiler/syntax/gram.y
	@$(MKDIR_P) compiler/syntax
	$(AM_V_GEN)$(BISON) -Wall -Werror --defines=compiler/syntax/gram.h -o $@ $(srcdir)/compiler/syntax/gram.y
compiler/syntax/gram.h: compiler/syntax/gram.c
	@test -f $@ || { rm -f compiler/syntax/gram.c; $(MAKE) compiler/syntax/gram.c; }
compiler/syntax/lex.c: compiler/syntax/lex.l
	@$(MKDIR_P) compiler/syntax
	$(AM_V_GEN)$(FLEX) -o $@ $(srcdir)/compiler/syntax/lex.l
