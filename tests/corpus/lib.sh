# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the programs of tests/corpus share: fetching other people's packages into $tmp, and telling why sonde refuses.

# fetch PACKAGE...: unpacked in $tmp/x; ends with 77 where there is no network.
fetch()
{
	local deb
	(cd "$tmp" && apt-get -o APT::Sandbox::User=root download "$@") >/dev/null 2>&1 || { echo "skip: the packages cannot be fetched"; exit 77; }
	for deb in "$tmp"/*.deb; do dpkg-deb -x "$deb" "$tmp/x" || exit 1; done
}

# reason FILE: the first error of what sonde said, without what differs from script to script: what the reasons are
# counted by.
reason()
{
	grep -m 1 -E '^(parse error|semantic error|ERROR):' "$1" |
		sed -E -e 's/: at [^:]+:[0-9]+:[0-9]+.*//' -e 's/^semantic error: //' \
			-e "s/(unknown function|the kernel has no function) '([^']*)'/\1 '...'/" \
			-e "s/(nothing answers to '[^']*') in .*/\1/" \
			-e "s/ has no member '[^']*'/ has no member '...'/" -e "s/'[$][a-zA-Z_0-9>-]*'/'\$...'/"
}

# table FILE: how often each of its lines occurs, most frequent first.
table() { sort "$1" | uniq -c | sort -rn | sed 's/^/  /'; }
