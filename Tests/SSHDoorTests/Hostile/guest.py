#!/usr/bin/env python3
"""What somebody does to the door who has logged in.

guest.py MODE PORT KEY [USER] [ARGUMENT]: prints what came of it, and ends by itself within half a minute.
"""
import socket
import sys
import threading
import time

import paramiko

paramiko.util.logging.getLogger("paramiko").setLevel(60)
PATIENCE = 20


class Deaf:
    """A socket that takes nothing more once it is told so."""

    def __init__(self, port):
        self.inner = socket.socket()
        self.inner.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.inner.connect(("127.0.0.1", port))
        self.is_deaf = False

    def recv(self, count):
        if self.is_deaf:
            time.sleep(0.1)
            raise socket.timeout()
        return self.inner.recv(count)

    def __getattr__(self, name):
        return getattr(self.inner, name)


def login(port, key, user, wire=None):
    wire = wire or socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    transport = paramiko.Transport(wire)
    transport.start_client(timeout=PATIENCE)
    transport.auth_publickey(user, paramiko.Ed25519Key.from_private_key_file(key))
    # Its own limits keep it from saying what it wants to say.
    transport._sanitize_packet_size = lambda size: 1 << 15 if size is None else size
    transport._sanitize_window_size = lambda size: size or 1 << 21
    return transport


def drain(session, patience=PATIENCE):
    """All that comes until the end, or nothing comes any more."""
    session.settimeout(patience)
    heard = b""
    try:
        while True:
            more = session.recv(65536)
            if not more:
                return heard
            heard += more
    except socket.timeout:
        return heard


def run(transport, line):
    session = transport.open_session(timeout=PATIENCE)
    session.exec_command(line)
    return drain(session).decode().strip()


def shell(transport, **terms):
    """A shell without a terminal: plain lines."""
    session = transport.open_session(timeout=PATIENCE, **terms)
    request = paramiko.Message()
    request.add_byte(b"\x62")
    request.add_int(session.remote_chanid)
    request.add_string("shell")
    request.add_boolean(True)
    session._event_pending()
    transport._send_user_message(request)
    session._wait_for_event()
    session.settimeout(PATIENCE)
    return session


def small_packets(transport, size):
    """Whether anything runs on a channel whose packets are so small; then on a usual one."""
    try:
        session = transport.open_session(max_packet_size=size, timeout=PATIENCE)
        session.exec_command("big 1000")
        came = "%d bytes" % len(drain(session, 5))
    except paramiko.SSHException:
        came = "refused"
    print("%s, then %s" % (came, run(transport, "say still here")))


def lines(transport, count):
    """So many lines in a shell while no request may be under way any more."""
    first = transport.open_session(timeout=PATIENCE)
    first.exec_command("hold")
    second = shell(transport)
    second.sendall(b"x\n" * count)
    heard = 0
    while heard < count:
        more = second.recv(65536)
        if not more:
            break
        heard += more.count(b"END exit=64")
    print(heard)


def zero(transport):
    """A command with a zero in it is not the command before the zero."""
    session = transport.open_session(timeout=PATIENCE)
    try:
        session.exec_command("say hello\0x")
        print(drain(session, 5).decode().strip())
    except paramiko.SSHException:
        print("refused")


def leftover(transport, count):
    """A reader that always leaves something: asks again before it has taken all."""
    session = shell(transport, window_size=1 << 15, max_packet_size=1 << 14)
    session.sendall(b"big 60000\n" * 2)
    heard = replies = 0
    while replies < count:
        more = session.recv(4096)
        if not more:
            break
        heard += len(more)
        ends = more.count(b"END exit=0")
        replies += ends
        for _ in range(ends):
            session.sendall(b"big 60000\n")
    print(replies)


def deaf(port, key, user, count):
    """Requests that want an answer, and nobody who takes the answers."""
    wire = Deaf(port)
    transport = login(port, key, user, wire)
    wire.is_deaf = True
    request = paramiko.Message()
    request.add_byte(b"\x50")
    request.add_string("keepalive@openssh.com")
    request.add_boolean(True)
    sent = [0]

    def flood():
        while sent[0] < count:
            transport._send_message(request)
            sent[0] += 1

    threading.Thread(target=flood, daemon=True).start()
    before = -1
    while before < sent[0] < count:
        before = sent[0]
        time.sleep(3)
    print("stalled" if sent[0] < count else "took all")
    print(sent[0], file=sys.stderr)
    wire.inner.close()


def main():
    mode, port, key = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    user = sys.argv[4] if len(sys.argv) > 4 else "node1"
    if mode == "deaf":
        return deaf(port, key, user, int(sys.argv[5]))
    transport = login(port, key, user)
    if mode == "small-packets":
        small_packets(transport, int(sys.argv[5]))
    elif mode == "lines":
        lines(transport, int(sys.argv[5]))
    elif mode == "zero":
        zero(transport)
    elif mode == "leftover":
        leftover(transport, int(sys.argv[5]))
    else:
        sys.exit("guest.py: no mode " + mode)
    transport.close()


threading.excepthook = lambda arguments: None
main()
