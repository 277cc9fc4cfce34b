# The aliases of NFS, its server and RPC: a server and its client in one machine, over loopback, versions 3 and 4.2.
# timeout 400
# native
# module nfs -w -DMAXMAPENTRIES=500
#| global good, bad, sent, arrived, asked
#| function note (what:string, fits:long) { if (fits) good[what]++; else bad[what]++ }
#| probe nfs.fop.llseek { note("nfs.fop.llseek", ino > 0 && MAJOR(dev) == 0 && MINOR(dev) > 0 && (offset == 100 && whence_str == "SEEK_SET")) }
#| probe nfs.fop.read { note("nfs.fop.read", (devname =~ "^0:[0-9]+$")) }
#| probe nfs.fop.write { note("nfs.fop.write", (devname =~ "^0:[0-9]+$")) }
#| probe nfs.fop.aio_read { note("nfs.fop.aio_read", ino > 0 && MAJOR(dev) == 0 && MINOR(dev) > 0 && (count > 0 && file_name == "renamed")) }
#| probe nfs.fop.read_iter { note("nfs.fop.read_iter", ino > 0 && MAJOR(dev) == 0 && MINOR(dev) > 0 && (count > 0 && file_name == "renamed" && cache_time > 0 && attrtimeo > 0)) }
#| probe nfs.fop.aio_write { note("nfs.fop.aio_write", ino > 0 && MAJOR(dev) == 0 && MINOR(dev) > 0 && ((count == 10000 || count == 1000000) && file_name == "file" && parent_name == "/" && buf > 0)) }
#| probe nfs.fop.write_iter { note("nfs.fop.write_iter", ino > 0 && MAJOR(dev) == 0 && MINOR(dev) > 0 && ((count == 10000 || count == 1000000) && file_name == "file")) }
#| probe nfs.fop.mmap { note("nfs.fop.mmap", ino > 0 && MAJOR(dev) == 0 && MINOR(dev) > 0 && (vm_end - vm_start == 4096 && file_name == "file")) }
#| probe nfs.fop.open { note("nfs.fop.open", ino > 0 && MAJOR(dev) == 0 && MINOR(dev) > 0 && (file_name == "file" || file_name == "renamed")) }
#| probe nfs.fop.flush { note("nfs.fop.flush", ino > 0 && MAJOR(dev) == 0 && MINOR(dev) > 0) }
#| probe nfs.fop.release { note("nfs.fop.release", ino > 0 && MAJOR(dev) == 0 && MINOR(dev) > 0) }
#| probe nfs.fop.fsync { note("nfs.fop.fsync", ino > 0 && MAJOR(dev) == 0 && MINOR(dev) > 0 && (ndirty >= 0)) }
#| probe nfs.fop.lock { note("nfs.fop.lock", ino > 0 && MAJOR(dev) == 0 && MINOR(dev) > 0 && (fl_start == 0 && fl_end == 99)) }
#| probe nfs.fop.sendfile { note("nfs.fop.sendfile", ino > 0 && MAJOR(dev) == 0 && MINOR(dev) > 0 && (count == 1000)) }
#| probe nfs.fop.check_flags { note("nfs.fop.check_flags", (flag != 0)) }
#| probe nfs.aop.readpage { note("nfs.aop.readpage", ino > 0 && MAJOR(dev) == 0 && MINOR(dev) > 0) }
#| probe nfs.aop.readpages { note("nfs.aop.readpages", ino > 0 && MAJOR(dev) == 0 && MINOR(dev) > 0 && (nr_pages > 0 && rsize == 262144 && rpages == 64)) }
#| probe nfs.aop.set_page_dirty { note("nfs.aop.set_page_dirty", (__page != 0)) }
#| probe nfs.aop.writepage { note("nfs.aop.writepage", ino > 0 && MAJOR(dev) == 0 && MINOR(dev) > 0 && (wsize == 262144 && i_size >= 10000 && page_index < 300)) }
#| probe nfs.aop.writepages { note("nfs.aop.writepages", ino > 0 && MAJOR(dev) == 0 && MINOR(dev) > 0 && (wpages == 64)) }
#| probe nfs.aop.write_begin { note("nfs.aop.write_begin", ino > 0 && MAJOR(dev) == 0 && MINOR(dev) > 0 && (size > 0 && to == offset + size)) }
#| probe nfs.aop.write_end { note("nfs.aop.write_end", ino > 0 && MAJOR(dev) == 0 && MINOR(dev) > 0 && (size > 0 && __page != 0)) }
#| probe nfs.aop.release_page { note("nfs.aop.release_page", ino > 0 && MAJOR(dev) == 0 && MINOR(dev) > 0 && (__page != 0)) }
#| probe nfs.proc.lookup { note("nfs.proc.lookup", server_ip == 0x100007f && prot == 6 && (version == 3 || version == 4) && (name_len == strlen(filename))) }
#| probe nfs.proc.read { note("nfs.proc.read", server_ip == 0x100007f && prot == 6 && (version == 3 || version == 4)) }
#| probe nfs.proc.write { note("nfs.proc.write", server_ip == 0x100007f && prot == 6 && (version == 3 || version == 4) && (size > 0)); sent += size }
#| probe nfs.proc.commit { note("nfs.proc.commit", server_ip == 0x100007f && prot == 6 && (version == 3 || version == 4)) }
#| probe nfs.proc.read_setup { note("nfs.proc.read_setup", server_ip == 0x100007f && prot == 6 && (version == 3 || version == 4)) }
#| probe nfs.proc.read_done { note("nfs.proc.read_done", server_ip == 0x100007f && prot == 6 && (version == 3 || version == 4) && (status >= 0 && count <= 262144)) }
#| probe nfs.proc.write_setup { note("nfs.proc.write_setup", server_ip == 0x100007f && prot == 6 && (version == 3 || version == 4)) }
#| probe nfs.proc.write_done { note("nfs.proc.write_done", server_ip == 0x100007f && prot == 6 && (version == 3 || version == 4) && (status >= 0)) }
#| probe nfs.proc.commit_setup { note("nfs.proc.commit_setup", server_ip == 0x100007f && prot == 6 && (version == 3 || version == 4)) }
#| probe nfs.proc.commit_done { note("nfs.proc.commit_done", server_ip == 0x100007f && prot == 6 && (version == 3 || version == 4) && (status == 0)) }
#| probe nfs.proc.rename_setup { note("nfs.proc.rename_setup", server_ip == 0x100007f && prot == 6 && (version == 3 || version == 4)) }
#| probe nfs.proc.rename_done { note("nfs.proc.rename_done", server_ip == 0x100007f && prot == 6 && (version == 3 || version == 4) && (status == 0 && old_fh == new_fh && old_fh != "0:")) }
#| probe nfs.proc.open { note("nfs.proc.open", server_ip == 0x100007f && prot == 6 && (version == 3 || version == 4)) }
#| probe nfs.proc.release { note("nfs.proc.release", server_ip == 0x100007f && prot == 6 && (version == 3 || version == 4)) }
#| probe nfs.proc.handle_exception { note("nfs.proc.handle_exception", 1) }
#| probe nfs.proc.create { note("nfs.proc.create", server_ip == 0x100007f && prot == 6 && (version == 3 || version == 4) && (filename == "file" && filelen == 4)) }
#| probe nfs.proc.remove { note("nfs.proc.remove", server_ip == 0x100007f && prot == 6 && (version == 3 || version == 4) && (filename == "renamed")) }
#| probe nfs.proc.rename { note("nfs.proc.rename", server_ip == 0x100007f && prot == 6 && (version == 3 || version == 4) && (old_name == "file" && new_name == "renamed" && old_fh == new_fh)) }
#| probe nfsd.dispatch { note("nfsd.dispatch", client_ip == "127.0.0.1" && ((prog == 100003 || prog == 100227) && (version == 3 || version == 4) && proto == 6)) }
#| probe nfsd.entries { note("nfsd.entries", client_ip == "127.0.0.1" && argstr =~ "^[0-9]+:" && name =~ "^nfsd[.]") }
#| probe nfsd.lookup { note("nfsd.lookup", client_ip == "127.0.0.1" && (filelen == strlen(filename))) }
#| probe nfsd.open { note("nfsd.open", client_ip == "127.0.0.1") }
#| probe nfsd.close { note("nfsd.close", 1) }
#| probe nfsd.read { note("nfsd.read", client_ip == "127.0.0.1" && (count > 0)) }
#| probe nfsd.write { note("nfsd.write", client_ip == "127.0.0.1" && (count > 0)); arrived += count }
#| probe nfsd.commit { note("nfsd.commit", client_ip == "127.0.0.1") }
#| probe nfsd.create { note("nfsd.create", client_ip == "127.0.0.1" && (filename == "folder" || filename == "file")) }
#| probe nfsd.createv3 { note("nfsd.createv3", client_ip == "127.0.0.1" && (filename == "file" && (iap_mode & 0777) == 0640)) }
#| probe nfsd.unlink { note("nfsd.unlink", client_ip == "127.0.0.1" && (filename == "renamed" || filename == "folder")) }
#| probe nfsd.rename { note("nfsd.rename", client_ip == "127.0.0.1" && (filename == "file" && tname == "renamed")) }
#| probe nfsd.proc.entries { note("nfsd.proc.entries", client_ip == "127.0.0.1" && fh->fh_handle->fh_size < 129 && argstr =~ "^[0-9]+:") }
#| probe nfsd.proc.lookup { note("nfsd.proc.lookup", client_ip == "127.0.0.1") }
#| probe nfsd.proc.read { note("nfsd.proc.read", client_ip == "127.0.0.1") }
#| probe nfsd.proc.write { note("nfsd.proc.write", client_ip == "127.0.0.1" && (count > 0)); asked += count }
#| probe nfsd.proc.commit { note("nfsd.proc.commit", client_ip == "127.0.0.1") }
#| probe nfsd.proc.create { note("nfsd.proc.create", client_ip == "127.0.0.1" && ((filename == "file" && version == 3) || (filename == "folder" && version == 4))) }
#| probe nfsd.proc.remove { note("nfsd.proc.remove", client_ip == "127.0.0.1" && (filename == "renamed" || filename == "folder")) }
#| probe nfsd.proc.rename { note("nfsd.proc.rename", client_ip == "127.0.0.1" && (filename == "file" && tname == "renamed")) }
#| probe sunrpc.clnt.create_client { note("sunrpc.clnt.create_client", (progname != "" && vers > 0)) }
#| probe sunrpc.clnt.clone_client { note("sunrpc.clnt.clone_client", 1) }
#| probe sunrpc.clnt.shutdown_client { note("sunrpc.clnt.shutdown_client", 1) }
#| probe sunrpc.clnt.bind_new_program { note("sunrpc.clnt.bind_new_program", 1) }
#| probe sunrpc.clnt.call_sync { note("sunrpc.clnt.call_sync", (procname != "" && servername != "" && proc >= 0)) }
#| probe sunrpc.clnt.call_async { note("sunrpc.clnt.call_async", 1) }
#| probe sunrpc.clnt.restart_call { note("sunrpc.clnt.restart_call", 1) }
#| probe sunrpc.sched.new_task { note("sunrpc.sched.new_task", 1) }
#| probe sunrpc.sched.release_task { note("sunrpc.sched.release_task", 1) }
#| probe sunrpc.sched.execute { note("sunrpc.sched.execute", 1) }
#| probe sunrpc.sched.delay { note("sunrpc.sched.delay", 1) }
#| probe sunrpc.svc.register { note("sunrpc.svc.register", 1) }
#| probe sunrpc.svc.create { note("sunrpc.svc.create", (progname == "nfsd" || progname == "lockd" || progname =~ "^NFSv4 callback")) }
#| probe sunrpc.svc.destroy { note("sunrpc.svc.destroy", (sv_name == "nfsd" || sv_name == "lockd" || sv_name =~ "NFSv4")) }
#| probe sunrpc.svc.process { note("sunrpc.svc.process", (rq_xid != 0 && rq_vers > 0 && rq_vers < 5 && rq_proc >= 0 && rq_proc < 30)) }
#| probe sunrpc.svc.authorise { note("sunrpc.svc.authorise", 1) }
#| probe sunrpc.svc.recv { note("sunrpc.svc.recv", 1) }
#| probe sunrpc.svc.send { note("sunrpc.svc.send", peer_ip == 0x100007f && (rq_xid != 0)) }
#| probe sunrpc.svc.drop { note("sunrpc.svc.drop", 1) }
#| probe end {
#| 	foreach (what+ in good) printf("%s %d\n", what, bad[what])
#| 	foreach (what+ in bad) if (!(what in good)) printf("never right: %s %d\n", what, bad[what])
#| 	printf("written: %d %d %d\n", sent, asked, arrived)
#| }
cat >/tmp/rpcd.py <<'PY'
import socket, struct, sys, threading
handle = bytes.fromhex(sys.argv[1].replace("\\x", "")) if len(sys.argv) > 1 else b""
def answer(call):
    xid, _, _, prog, _, proc = struct.unpack(">6I", call[:24])
    body = b""
    if prog == 100000 and proc: body = struct.pack(">I", 1)
    if prog == 100005 and proc == 1:
        body = struct.pack(">2I", 0, len(handle)) + handle + b"\0" * (-len(handle) % 4) + struct.pack(">2I", 1, 1)
    return struct.pack(">6I", xid, 1, 0, 0, 0, 0) + body
def serve(peer):
    f = peer.makefile("rb")
    while True:
        mark = f.read(4)
        if len(mark) < 4: return
        out = answer(f.read(struct.unpack(">I", mark)[0] & 0x7fffffff))
        peer.sendall(struct.pack(">I", 0x80000000 | len(out)) + out)
def listen(port):
    s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind(("127.0.0.1", port)); s.listen()
    while True: threading.Thread(target=serve, args=(s.accept()[0],), daemon=True).start()
port = int(sys.argv[2]) if len(sys.argv) > 2 else 111
listen(port)
PY
modprobe -a sunrpc nfsd nfs nfsv3 nfsv4 || fail 'no modules'
ip link set lo up
mkdir -p /tmp/exp /tmp/n3 /tmp/n4
mount -t tmpfs tmpfs /tmp/exp
mount -t nfsd nfsd /proc/fs/nfsd
python3 /tmp/rpcd.py &
wait_for 20 bash -c ': </dev/tcp/127.0.0.1/111'
mkdir -p /var/lib/nfs/v4recovery
echo 10 >/proc/fs/nfsd/nfsv4leasetime
echo 10 >/proc/fs/nfsd/nfsv4gracetime
echo "nfsd 127.0.0.1 2147483647 here" >/proc/net/rpc/auth.unix.ip/channel
echo "here /tmp/exp 2147483647 9234 65534 65534 0" >/proc/net/rpc/nfsd.export/channel
echo 'here 1 \x00000000 2147483647 /tmp/exp' >/proc/net/rpc/nfsd.fh/channel
start_module nfs
wait_for 20 loaded nfs
cat >/tmp/work.py <<'PY'
import fcntl, mmap, os, sys
d = sys.argv[1]
fd = os.open(d + "/file", os.O_CREAT | os.O_RDWR, 0o640)
os.write(fd, b"x" * 10000); os.fsync(fd)
os.write(fd, b"y" * 1000000); os.fsync(fd)
os.lseek(fd, 100, os.SEEK_SET)
fcntl.fcntl(fd, fcntl.F_SETFL, os.O_APPEND)
fcntl.lockf(fd, fcntl.LOCK_EX, 100, 0)
fcntl.lockf(fd, fcntl.LOCK_UN, 100, 0)
m = mmap.mmap(fd, 4096); m[:5] = b"hello"; m.flush(); m.close()
os.close(fd)
os.rename(d + "/file", d + "/renamed")
fd = os.open(d + "/renamed", os.O_RDONLY)
os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
got = os.pread(fd, 2000000, 0); assert len(got) == 1010000 and got[:6] == b"hellox"
r, w = os.pipe(); assert os.splice(fd, w, 1000, offset_src=0) == 1000
os.close(fd)
os.mkdir(d + "/folder"); os.rmdir(d + "/folder")
assert not os.path.exists(d + "/nothing")
os.unlink(d + "/renamed")
PY
exec 5<>/proc/fs/nfsd/filehandle; echo "here /tmp/exp 64" >&5; read -r fh <&5; exec 5>&-
python3 /tmp/rpcd.py "$fh" 20048 &
wait_for 20 bash -c ': </dev/tcp/127.0.0.1/20048'
echo "tcp 2049" >/proc/fs/nfsd/portlist
echo 2 >/proc/fs/nfsd/threads
echo Y >/proc/fs/nfsd/v4_end_grace
mount -i -t nfs 127.0.0.1:/tmp/exp /tmp/n3 -o vers=3,proto=tcp,addr=127.0.0.1,mountaddr=127.0.0.1,mountport=20048,mountproto=tcp,mountvers=3,nolock,port=2049 ||
	fail "no mount of version 3"
mount -i -t nfs4 127.0.0.1:/ /tmp/n4 -o vers=4.2,addr=127.0.0.1,clientaddr=127.0.0.1 || fail "no mount of version 4"
python3 /tmp/work.py /tmp/n3 || fail "the work of version 3"
python3 /tmp/work.py /tmp/n4 || fail "the work of version 4"
umount /tmp/n3 /tmp/n4
echo 0 >/proc/fs/nfsd/threads
kill -INT "$PID"; wait "$PID"
read -r _ sent asked arrived < <(grep '^written:' /tmp/nfs.out)
[ "$sent" = "$asked" ] && [ "$sent" = "$arrived" ] && [ "$sent" -ge 2020000 ] || fail "bytes written: sent $sent, asked $asked, arrived $arrived"
bad=$(grep -v '^written:' /tmp/nfs.out | grep -v ' 0$')
[ -z "$bad" ] || fail "not as they should be: $bad; $(cat /tmp/nfs.err)"
for name in nfs.aop.readpages nfs.aop.set_page_dirty nfs.aop.write_begin nfs.aop.write_end nfs.aop.writepage nfs.aop.writepages nfs.fop.aio_read nfs.fop.aio_write \
	nfs.fop.check_flags nfs.fop.flush nfs.fop.fsync nfs.fop.llseek nfs.fop.lock nfs.fop.mmap nfs.fop.open nfs.fop.read nfs.fop.read_iter nfs.fop.release \
	nfs.fop.sendfile nfs.fop.write nfs.fop.write_iter nfs.proc.commit nfs.proc.commit_done nfs.proc.commit_setup nfs.proc.create nfs.proc.handle_exception \
	nfs.proc.lookup nfs.proc.open nfs.proc.read nfs.proc.read_done nfs.proc.read_setup nfs.proc.release nfs.proc.remove nfs.proc.rename \
	nfs.proc.rename_done nfs.proc.rename_setup nfs.proc.write nfs.proc.write_done nfs.proc.write_setup nfsd.close nfsd.commit nfsd.create nfsd.createv3 \
	nfsd.dispatch nfsd.entries nfsd.lookup nfsd.open nfsd.proc.commit nfsd.proc.create nfsd.proc.entries nfsd.proc.lookup nfsd.proc.read nfsd.proc.remove nfsd.proc.rename nfsd.proc.write \
	nfsd.read nfsd.rename nfsd.unlink nfsd.write sunrpc.clnt.bind_new_program sunrpc.clnt.call_sync sunrpc.clnt.create_client \
	sunrpc.clnt.shutdown_client sunrpc.sched.execute sunrpc.sched.new_task sunrpc.sched.release_task sunrpc.svc.authorise sunrpc.svc.create \
	sunrpc.svc.process sunrpc.svc.recv sunrpc.svc.register sunrpc.svc.send; do
	grep -q "^$name 0$" /tmp/nfs.out || missing="$missing $name"
done
[ -z "$missing" ] || fail "never hit: $missing"
