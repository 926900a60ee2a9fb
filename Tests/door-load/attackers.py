#!/usr/bin/env python3
"""One principal that has logged in, and means no good: attackers.py PORT KEY SECONDS.

All of it at once, over 15 sessions, each at nice 19: what is looked at is picketd's work, and not theirs.
"""
import os
import socket
import sys
import threading
import time

import paramiko

port, key, seconds = int(sys.argv[1]), sys.argv[2], float(sys.argv[3])
os.setpriority(os.PRIO_PROCESS, 0, 19)
paramiko.util.logging.getLogger("paramiko").setLevel(60)
threading.excepthook = lambda arguments: None
end = time.monotonic() + seconds
counts = {}


def login():
    connection = socket.create_connection(("127.0.0.1", port), timeout=20, source_address=("127.0.0.3", 0))
    transport = paramiko.Transport(connection)
    transport.start_client(timeout=20)
    transport.auth_publickey("idle", paramiko.Ed25519Key.from_private_key_file(key))
    # Its own limits keep it from saying what it wants to say.
    transport._sanitize_packet_size = lambda size: 1 << 15 if size is None else size
    return transport


def shell(transport, terminal):
    channel = transport.open_session(timeout=20)
    if terminal:
        channel.get_pty("xterm", 200, 50)
        channel.invoke_shell()
    else:
        request = paramiko.Message()
        request.add_byte(b"\x62")
        request.add_int(channel.remote_chanid)
        request.add_string("shell")
        request.add_boolean(True)
        channel._event_pending()
        transport._send_user_message(request)
        channel._wait_for_event()
    channel.setblocking(0)
    return channel


def take(channel):
    """What has come, without waiting."""
    try:
        while channel.recv_ready():
            channel.recv(65536)
    except OSError:
        pass


def pour(what, terminal, reads=True):
    """The same bytes into eight channels of a session, as fast as they are taken."""
    transport = login()
    channels = [shell(transport, terminal) for _ in range(8)]
    while time.monotonic() < end and transport.is_active():
        for channel in channels:
            try:
                if channel.send_ready():
                    counts[what[:4]] = counts.get(what[:4], 0) + channel.send(what)
            except OSError:
                pass
            if reads:
                take(channel)
        time.sleep(0.001)


def looks(line):
    transport = login()
    while time.monotonic() < end and transport.is_active():
        try:
            channels = [transport.open_session(timeout=5) for _ in range(10)]
            for channel in channels:
                channel.exec_command(line)
            for channel in channels:
                channel.settimeout(5)
                while channel.recv(65536):
                    pass
                counts[line] = counts.get(line, 0) + 1
        except (OSError, paramiko.SSHException):
            pass
        finally:
            for channel in channels:
                channel.close()


def small_packets():
    transport = login()
    while time.monotonic() < end and transport.is_active():
        try:
            channel = transport.open_session(max_packet_size=10, timeout=5)
            channel.exec_command("history --json")
        except (OSError, paramiko.SSHException):
            counts["small packets"] = counts.get("small packets", 0) + 1
        time.sleep(0.01)


def come_and_go():
    """A session that ends at once, again and again: lines for the log."""
    while time.monotonic() < end:
        try:
            login().close()
            counts["logins"] = counts.get("logins", 0) + 1
        except (OSError, paramiko.SSHException):
            pass


attacks = [
    (pour, b"\t" * 512, True),
    (pour, b"\x0c" * 512, True),
    (pour, b"y" * 4000 + b"\x01z\x05" * 100, True),
    (pour, b"\r" * 512, True, False),
    (pour, b"xyzzy\n" * 500, False),
    (pour, b"quorum\n" * 500, False, False),
    (pour, b"x" * 4000, True),
    (looks, "history --json"),
    (looks, "history --json"),
    (looks, "history --json"),
    (looks, "nodes --json"),
    (looks, "board"),
    (small_packets,),
    (come_and_go,),
]
threads = [threading.Thread(target=attack[0], args=attack[1:], daemon=True) for attack in attacks]
for thread in threads:
    thread.start()
time.sleep(max(0, end - time.monotonic()))
print(", ".join(f"{what!r}: {count}" for what, count in counts.items()), flush=True)
os._exit(0)
