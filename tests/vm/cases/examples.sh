# SPDX-License-Identifier: GPL-2.0-or-later
# Every example as its "run:" line says: in the guest, on real work, and each "expect:" is a line of what it prints. (SONDE_EXAMPLES=network: those with
# that in their path.)
# timeout 1500
# native
#@ bash "$SONDE_TOP/tests/vm/examples.sh" compile

exec bash "$SONDE_TOP/tests/vm/examples.sh" run
