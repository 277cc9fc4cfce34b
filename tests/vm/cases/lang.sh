# SPDX-License-Identifier: GPL-2.0-or-later
# The language in the kernel: tests/lang once more, each case a module, with the output that the user runtime gives.
# timeout 900
#@ "$SONDE_TOP/tests/vm/lang" prepare "$RELEASE" "${SONDE_LANG-}" >left-out
"$SONDE_TOP/tests/vm/lang" run "$MODULES"
