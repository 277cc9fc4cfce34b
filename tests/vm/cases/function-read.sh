# SPDX-License-Identifier: GPL-2.0-or-later
# kernel.function: who reads what, compared with what is known of the reader.
# module read
#| probe kernel.function("vfs_read") {
#| 	printf("%d %s %s %d\n", pid(), execname(), kernel_string($file->f_path->dentry->d_name->name), $count)
#| }
# module alias
#| probe vfs.read if (pid() == target()) {
#| 	if (kernel_string(@cast(file, "struct file")->f_path->dentry->d_name->name) == "data")
#| 		printf("%s %d %s\n", name, bytes_to_read, argstr)
#| }
# module call
#| probe kernel.function("vfs_write").call {
#| 	if (pid() == target() && $count == 6) printf("%s|%s\n", user_string_n($buf, $count - 1), ppfunc())
#| }

# cat reads twice: the contents, and the end.
echo "some contents" >/tmp/data
run_module read -o /tmp/reads -c 'echo $$ >/tmp/pid; exec cat /etc/hostname'
expect_eq status $STATUS 0
expect_eq stderr "$ERR" ""
expect_eq "what cat prints" "$OUT" "$(</etc/hostname)"
got=$(grep " hostname " /tmp/reads)
size=${got##* }
expect_eq "lines of hostname" "$got" "$(</tmp/pid) cat hostname $size
$(</tmp/pid) cat hostname $size"
[ "${size:-0}" -ge 4096 ] || fail "cat reads $size bytes at a time"
run_module alias -c 'exec dd if=/tmp/data of=/dev/null bs=7 count=2 2>/dev/null'
expect_eq status $STATUS 0
while IFS= read -r line; do
	expect_match "the alias's variables" "$line" '^vfs.read 7 7, 0x[0-9a-f]+, 0x[0-9a-f]+$'
done <<<"$OUT"
expect_eq "reads of data" "$(grep -c . <<<"$OUT")" 2

run_module call -c 'echo hello >/tmp/x'
expect_eq "what is written" "$OUT" "hello|vfs_write"
