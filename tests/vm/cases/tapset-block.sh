# Aliases of block devices, their schedulers and SCSI, on a disk that scsi_debug emulates, against its own counts.
# timeout 120
# needs module:scsi_debug
# module block
#| global requests, bytes, done_bytes, issued, completed, good, bad
#| function note (what:string, fits:long) { if (fits) good[what]++; else bad[what]++ }
#| probe ioblock.request { if (devname == "sda") { requests[rw]++; bytes[rw] += size; note("request", sector < 16384 && bdev == bdev_contains && p_start_sect == 0 && name == "ioblock.request") } }
#| probe ioblock.end { if (devname == "sda") { done_bytes[rw] += bytes_done; note("end", error == 0 && size == bytes_done) } }
#| probe ioblock_trace.request { if (devname == "sda") note("trace.request", q != 0 && size % 512 == 0 && vcnt >= 1) }
#| probe ioblock_trace.end { if (devname == "sda") note("trace.end", q != 0) }
#| probe ioscheduler_trace.elv_issue_request { if (disk_major == 8 && disk_minor == 0) { issued++; note("issue", rq != 0 && elevator_name == "mq-deadline") } }
#| probe ioscheduler_trace.elv_completed_request { if (disk_major == 8 && disk_minor == 0) { completed++; note("complete", name == "elv_completed_request") } }
#| probe ioscheduler.elv_add_request { if (disk_major == 8) note("add", elevator_name == "mq-deadline") }
#| probe ioscheduler.elv_next_request { if (elevator_name == "mq-deadline") note("next", 1) }
#| probe ioscheduler.elv_next_request.return { if (disk_major == 8) note("next.return", rq != 0) }
#| probe scsi.ioentry { note("ioentry", (disk_major == 8 && disk_minor == 0 || disk_major == -1) && device_state_str == "RUNNING" && req_addr != 0) }
#| probe scsi.iodispatching { note("iodispatching", device_state == 2 && lun == 0 && dev_id == 0 && (data_direction != 1 || data_direction_str == "TO_DEVICE") && request_bufflen % 512 == 0) }
#| probe scsi.iodone { note("iodone", device_state == 2 && host_no >= 0) }
#| probe scsi.iocompleted { note("iocompleted", goodbytes % 512 == 0 && device_state_str == "RUNNING") }
#| probe end {
#| 	printf("requests %d %d bytes %d %d done %d %d issued %d completed %d\n", requests[0], requests[1], bytes[0], bytes[1], done_bytes[0], done_bytes[1], issued > 0, issued == completed)
#| 	foreach (what+ in good) printf("%s %d\n", what, bad[what])
#| 	foreach (what+ in bad) if (!(what in good)) printf("never right: %s %d\n", what, bad[what])
#| }
modprobe sd_mod && modprobe scsi_debug dev_size_mb=8 || exit
for wait in 1 2 3 4 5 6 7 8 9 10; do [ ! -b /dev/sda ] || break; sleep 1; done
echo mq-deadline >/sys/block/sda/queue/scheduler
cat >/tmp/block-work <<'SH'
cat /sys/block/sda/stat >/tmp/before
dd if=/dev/zero of=/dev/sda bs=4096 count=100 oflag=direct 2>/dev/null
dd if=/dev/sda of=/dev/null bs=8192 count=50 iflag=direct 2>/dev/null
cat /sys/block/sda/stat >/tmp/after
SH
"$SONDERUN" -c 'sh /tmp/block-work' "$MOD_block" >/tmp/out || exit
read -r r0 _ rs0 _ w0 _ ws0 _ </tmp/before
read -r r1 _ rs1 _ w1 _ ws1 _ </tmp/after
{
	bytes="$(((rs1 - rs0) * 512)) $(((ws1 - ws0) * 512))"
	echo "requests $((r1 - r0)) $((w1 - w0)) bytes $bytes done $bytes issued 1 completed 1"
	for name in add complete end iocompleted iodispatching iodone ioentry issue next next.return request trace.end trace.request; do echo "$name 0"; done
} >/tmp/told
cat /tmp/told
diff -u /tmp/told /tmp/out
status=$?
rmmod scsi_debug
exit $status
