# SPDX-License-Identifier: GPL-2.0-or-later
# For gdb: at each of the first $LIMIT times that a program comes to a function $PLACE of the C library, a line with its frames' addresses as
# sprint_uraw() shows them: build-id, and the address in the file. Inlined calls and those instead of a return have none.
import os
import struct
import subprocess

import gdb


def load_bias(path, start, offset):
    """How far the file was moved, from one of its mappings."""
    with open(path, "rb") as f:
        head = f.read(64)
        phoff, = struct.unpack_from("<Q", head, 32)
        size, count = struct.unpack_from("<HH", head, 54)
        f.seek(phoff)
        for _ in range(count):
            kind, _, at, addr, _, filesz = struct.unpack_from("<IIQQQQ", f.read(size))
            if kind == 1 and at <= offset + 4095 and offset < at + filesz:
                return start - (addr - at + offset)
    raise gdb.GdbError("no segment of %s is at %#x" % (path, offset))


def raw(pc):
    pid = gdb.selected_inferior().pid
    for line in open("/proc/%d/maps" % pid):
        field = line.split()
        start, end = (int(x, 16) for x in field[0].split("-"))
        if not start <= pc < end:
            continue
        if len(field) < 6 or not field[5].startswith("/"):
            return "%#x" % pc
        own = pc - load_bias(field[5], start, int(field[2], 16))
        for o in gdb.objfiles():
            if o.is_valid() and os.path.realpath(o.filename) == os.path.realpath(field[5]) and not o.owner:
                return "%s+%#x" % (o.build_id, own)
    return "%#x" % pc


def in_library(name):
    """By a name alone gdb may take an entry of a linkage table."""
    path, start, offset = next((f[5], int(f[0].split("-")[0], 16), int(f[2], 16)) for f in
                               (l.split() for l in open("/proc/%d/maps" % gdb.selected_inferior().pid))
                               if len(f) > 5 and "/libc.so" in f[5])
    for line in subprocess.run(["nm", "-D", path], stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines():
        field = line.split()
        if len(field) == 3 and field[2].split("@")[0] == name:
            return int(field[0], 16) + load_bias(path, start, offset)
    raise gdb.GdbError("%s has no %s" % (path, name))


for setting in ("pagination off", "confirm off", "backtrace past-main on", "backtrace past-entry on",
                "debuginfod enabled off", "breakpoint pending on"):
    gdb.execute("set " + setting, to_string=True)
for name in ("SIGUSR1", "SIGUSR2", "SIGCHLD"):
    gdb.execute("handle %s nostop noprint pass" % name, to_string=True)
gdb.execute("starti", to_string=True)
gdb.execute("tbreak __libc_start_main", to_string=True)
gdb.execute("continue", to_string=True)
gdb.execute("break *%#x" % in_library(os.environ["PLACE"]), to_string=True)
for _ in range(int(os.environ["LIMIT"])):
    gdb.execute("continue", to_string=True)
    if not gdb.selected_inferior().pid:
        break
    frame = gdb.newest_frame()
    line = []
    while frame and frame.is_valid():
        if frame.type() not in (gdb.INLINE_FRAME, gdb.TAILCALL_FRAME):
            line.append(raw(frame.pc()))
        frame = frame.older()
    print("stack", " ".join(line))
