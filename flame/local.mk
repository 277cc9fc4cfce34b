# SPDX-License-Identifier: GPL-2.0-or-later
# sonde-flame: pictures of stacks.

bin_PROGRAMS += sonde-flame
sonde_flame_LDADD = libsonde.a $(DEPS_LIBS)
# sources sonde_flame_SOURCES: flame/*.[ch]
sonde_flame_SOURCES = \
	flame/flame.h \
	flame/heat.c \
	flame/main.c \
	flame/stacks.c \
	flame/svg.c \
	flame/text.c
# end
