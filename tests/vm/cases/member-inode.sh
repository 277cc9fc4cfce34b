# SPDX-License-Identifier: GPL-2.0-or-later
# Members against what stat says of the file.
# module inode
#| probe kernel.function("vfs_write") {
#| 	if (pid() == target())
#| 		printf("%d %d %o %d %d\n", $file->f_inode->i_ino, $file->f_inode->i_nlink, $file->f_inode->i_mode,
#| 		       $file->f_inode->i_sb->s_dev >> 20, $file->f_inode->i_sb->s_dev & 0xfffff)
#| }
: >/tmp/file
chmod 640 /tmp/file
ln /tmp/file /tmp/link
run_module inode -c 'echo x >/tmp/file'
expect_eq status $STATUS 0
expect_eq stderr "$ERR" ""
expect_eq "inode, links, mode, device" "$OUT" "$(stat -c '%i %h' /tmp/file) 100640 $(stat -c '%Hd %Ld' /tmp/file)"
