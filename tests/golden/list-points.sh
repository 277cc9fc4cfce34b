# SPDX-License-Identifier: GPL-2.0-or-later
# The library of this test is the case itself.
dir=$(mktemp -d)
cp "$1" "$dir/shelf.stp"
kernel=$(../lib/tiny-kernel)
list() { echo "\$ $*"; "$SONDE_BUILD"/sonde -r "$kernel" -I "$dir" "$@" 2>&1 | sed "s|$dir/||"; }
list -l 'kernel.function("widget_*")'
list -L 'kernel.function("widget_*d")'
list -L 'kernel.function("widget_find").return'
list -l 'shelf.*'
list -L 'shelf.*'
list -l 'shelf.open'
list -l '__shelf.*'
list -l 'timer.s*'
list -l 'begin'
list -l 'b*'
list -l 'shelf.{open,close}'
list -l 'shelf.opne'
list -l 'kernel.function("nothing*")'
list -l ''
list -l begin -l end
list -l begin -e 'probe begin { }'
rm -r "$dir"
