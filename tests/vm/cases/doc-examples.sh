# SPDX-License-Identifier: GPL-2.0-or-later
# The examples in the library's doc comments print what they say: those of tests/lang/doc-examples.test once more, as a module. tests/lib/doc-examples has how they are written.
# timeout 300
# native
#@ for where in kernel; do
#@ 	(cd "$SONDE_TOP" && tests/lib/doc-examples script $where tapset/*.stp tapset/linux/*.stp) >$where.stp || exit
#@ done
#@ "$SONDE_BUILD/sonde" -p4 -r "$RELEASE" -m t_kernel -DMAXERRORS=100 kernel.stp
bad=
# judge WHERE COMMAND: runs the module, and compares.
judge()
{
	"$SONDERUN" -c "$2" "$MODULES/t_$1.ko" >out 2>err || bad="$bad $1: status $?, $(cat err)"
	[ ! -s err ] || bad="$bad $1: $(cat err)"
	(cd "$SONDE_TOP" && exec tests/lib/doc-examples judge "$1" tapset/*.stp tapset/linux/*.stp /tmp/out) || bad="$bad $1"
}
judge kernel 'dd if=/dev/zero of=/dev/null bs=10 count=1 status=none'
[ -z "$bad" ] || fail "$bad"
