# SPDX-License-Identifier: GPL-2.0-or-later
# The README of examples/library, followed to the letter by somebody on whose machine sonde was installed: every command in it
# (a line of four spaces and make or sonde) is run, in order, and has to say what the README says that it says.
# timeout 400
# native
#@ make -s -C "$SONDE_BUILD" install DESTDIR="$PWD/root" >install.log 2>&1 && cp -r "$SONDE_TOP/examples/library" . && XDG_CACHE_HOME=$PWD/cache "$SONDE_BUILD/sonde" -p4 -r "$RELEASE" -e 'probe begin { exit() }' >/dev/null
cp -r "$MODULES/root/usr/local/." /usr/local/ && cp -r "$MODULES/library" "$MODULES/cache" . && cd library || fail "no sonde to install"
export XDG_CACHE_HOME=$PWD/../cache PATH=/usr/local/bin:$PATH
unset SONDE_TAPSET
hash make pkg-config || exit 77
commands=0
while IFS= read -r line; do
	case $line in '    make '*|'    sonde '*) ;; *) continue ;; esac
	commands=$((commands + 1))
	bash -c "$line" >../out 2>../err </dev/null || fail "$line: $(cat ../out ../err)"
	case $line in
	*read_class*)	expect_eq "$line" "$(cat ../out)" "small large nothing" ;;
	*'make check')	expect_eq "$line" "$(tail -n 1 ../out)" "tapset: 1 function and 1 probe alias compile for $(uname -r), 0 do not" ;;
	*'make doc')	[ -f doc/reads.md ] && [ -f doc/man3/function::read_class.3sonde ] && [ -f doc/man3/probe::reads.done.3sonde ] || fail "no documentation" ;;
	*'make install') [ -f "$(pkg-config --variable=librarydir sonde)/reads/library.stp" ] || fail "not where pkg-config says" ;;
	*classes.stp)	expect_match "$line" "$(cat ../out)" 'small +[0-9]+' ;;
	*)		fail "what is to come of: $line" ;;
	esac
done <README.md
expect_eq "commands" "$commands" 5
# Of a library that cannot work nothing is seen, and all else works.
sed -i 's/sonde >= 0.1/sonde >= 99/' "$(pkg-config --variable=librarydir sonde)/reads/library.stp"
sonde -p2 -e 'probe begin { println(read_class(1)) }' >../out 2>&1 && fail "a library that needs another sonde was used"
expect_match "left out" "$(cat ../out)" "unknown function 'read_class'"
sonde -p2 -e 'probe begin { exit() }' >/dev/null || fail "a library that cannot work is in the way"
make -s uninstall && [ ! -e "$(pkg-config --variable=librarydir sonde)/reads" ] || fail "uninstall"
