"""A disk that forgets at a power cut what it was not told to keep: a plugin of nbdkit.

What is written stays in the disk's own cache until a flush, as in real ones. At a power cut, each
sector that waits there keeps what it was, or becomes any of the versions written since the last
flush, whatever became of its neighbours. A connection that ends is a power cut; and `cut FILE` on the
control socket writes to FILE what the disk would be after one now, while its owner goes on.

nbdkit -f python volatile_disk.py disk=IMAGE control=SOCKET seed=NUMBER [first=BYTE size=BYTES]
(`first` and `size`: the part of the disk that a cut writes out.)
"""
import os
import random
import socket
import threading

import nbdkit

API_VERSION = 2
SECTOR = 512
# As much as disks have: what is beyond it they have put away.
CACHE_SECTORS = 32 * 1024 * 1024 // SECTOR

settings = {"first": "0", "size": "0", "seed": "1"}
lock = threading.Lock()
waiting = {}
chance = None
disk = None


def config(key, value):
    settings[key] = value


def config_complete():
    for key in ("disk", "control"):
        if key not in settings:
            raise RuntimeError(f"volatile_disk: {key}= is missing")


def after_fork():
    global chance, disk
    chance = random.Random(int(settings["seed"]))
    disk = os.open(settings["disk"], os.O_RDWR)
    server = socket.socket(socket.AF_UNIX)
    server.bind(settings["control"])
    server.listen()
    threading.Thread(target=serve, args=(server,), daemon=True).start()


def thread_model():
    return nbdkit.THREAD_MODEL_SERIALIZE_ALL_REQUESTS


def open(readonly):
    return {}


def close(handle):
    """Nobody is connected any more: the power is gone."""
    with lock:
        keep_what_chance_keeps(disk, 0, get_size(handle))
        waiting.clear()


def get_size(handle):
    return os.fstat(disk).st_size


def can_flush(handle):
    return True


def can_fua(handle):
    return nbdkit.FUA_NATIVE


def pread(handle, buffer, offset, flags):
    with lock:
        view = memoryview(buffer)
        view[:] = os.pread(disk, len(view), offset)
        for sector in range(offset // SECTOR, (offset + len(view) - 1) // SECTOR + 1):
            if sector in waiting:
                put(view, offset, sector, waiting[sector][-1])


def pwrite(handle, buffer, offset, flags):
    if offset % SECTOR or len(buffer) % SECTOR:
        raise RuntimeError("half a sector was written")
    data = bytes(buffer)
    with lock:
        for index in range(0, len(data), SECTOR):
            sector, piece = (offset + index) // SECTOR, data[index:index + SECTOR]
            if flags & nbdkit.FLAG_FUA:
                waiting.pop(sector, None)
                os.pwrite(disk, piece, sector * SECTOR)
            else:
                waiting.setdefault(sector, []).append(piece)
        if len(waiting) > CACHE_SECTORS:
            put_away()


def flush(handle, flags):
    with lock:
        put_away()


def put_away():
    for sector, versions in waiting.items():
        os.pwrite(disk, versions[-1], sector * SECTOR)
    waiting.clear()


def put(view, offset, sector, piece):
    """As much of the sector as lies in the view."""
    start = sector * SECTOR - offset
    low, high = max(start, 0), min(start + SECTOR, len(view))
    view[low:high] = piece[low - start:high - start]


def keep_what_chance_keeps(target, start, end):
    """The target holds the disk's bytes from `start` to `end`. How many of its sectors waited."""
    mine = [sector for sector in waiting if start <= sector * SECTOR < end]
    for sector in mine:
        version = chance.randrange(len(waiting[sector]) + 1)
        if version:
            os.pwrite(target, waiting[sector][version - 1], sector * SECTOR - start)
    return len(mine)


def serve(server):
    while True:
        peer, _ = server.accept()
        with peer, peer.makefile("rw") as words:
            for line in words:
                waited = cut(line.split()[1])
                words.write(f"{waited}\n")
                words.flush()


def cut(path):
    """How many sectors waited."""
    first, size = int(settings["first"]), int(settings["size"])
    target = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with lock:
            os.truncate(target, size)
            done = first
            while done < first + size:
                piece = os.pread(disk, min(1 << 20, first + size - done), done)
                if piece.strip(b"\0"):
                    os.pwrite(target, piece, done - first)
                done += len(piece)
            return keep_what_chance_keeps(target, first, first + size)
    finally:
        os.close(target)
