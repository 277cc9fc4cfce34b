# SPDX-License-Identifier: GPL-2.0-or-later
# -B reaches the compiler, also that of embedded C; --modinfo the module.
# module options -g -B "KCFLAGS=-g0 -DFRUIT=7" --modinfo colour="light blue" --modinfo license=GPL
#| function fruit:long() %{ STAP_RETURN(FRUIT); %}
#| probe begin { println(fruit()) exit() }

expect_eq "said of itself" "$(modinfo -F colour "$MOD_options")" "light blue"
expect_eq "runs" "$("$SONDERUN" "$MOD_options")" 7
