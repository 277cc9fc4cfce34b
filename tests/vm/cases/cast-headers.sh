# SPDX-License-Identifier: GPL-2.0-or-later
# @cast to types of headers: of programs, on memory of the process; of the kernel, that its own BTF lacks; of a module that is not probed.
# module user
#| probe kernel.trace("raw_syscalls:sys_enter") {
#| 	if (pid() == target() && $id == %( arch == "x86_64" %? 230 %: 115 %)) { # clock_nanosleep
#| 		at = @cast($regs, "pt_regs", "kernel<asm/ptrace.h>")->%( arch == "x86_64" %? dx %: regs[2] %)
#| 		t = @cast(at, "timespec", "<time.h>")
#| 		printf("%d.%09d %s\n", t->tv_sec, t->tv_nsec, @cast(at, "timespec", "<time.h>")$)
#| 	}
#| }
# module kernel -g
#| probe begin {
#| 	printf("%d %d %d\n", &@cast(0, "struct fat_boot_sector", "kernel<linux/msdos_fs.h>")->total_sect,
#| 	       &@cast(0, "fat_boot_sector", "nosuch:kernel<linux/types.h><linux/msdos_fs.h>")->fat32->root_cluster,
#| 	       @cast_module_sizeof("kernel<linux/msdos_fs.h>", "struct msdos_dir_entry"))
#| 	printf("%d\n", @cast_module_sizeof("nosuch:ext4:kernel", "struct ext4_inode"))
#| }

run_module user -c 'exec sleep 0.123'
expect_eq status $STATUS 0
expect_eq "what sleep asked for" "$OUT" '0.123000000 {.tv_sec=0, .tv_nsec=123000000}'
run_module kernel -c true
expect_eq "a boot sector of FAT, an inode of ext4" "$OUT $ERR" $'32 44 32\n160 '
