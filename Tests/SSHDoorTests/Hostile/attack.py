#!/usr/bin/env python3
"""What a client that means no good sends behind the key exchange.

attack.py MODE PORT [KEY]: prints what came of it, and ends by itself within half a minute.
"""
import socket
import sys
import threading
import time

import paramiko
from paramiko.common import (
    cMSG_CHANNEL_OPEN,
    cMSG_GLOBAL_REQUEST,
    cMSG_SERVICE_REQUEST,
    cMSG_USERAUTH_REQUEST,
    cMSG_USERAUTH_SUCCESS,
)

paramiko.util.logging.getLogger("paramiko").setLevel(60)
PATIENCE = 20


class Transport(paramiko.Transport):
    """Counts what it hears instead of acting on it, once the keys are there."""

    def ask(self, message):
        self._send_user_message(message)


def connect(port):
    transport = Transport(socket.create_connection(("127.0.0.1", port), timeout=PATIENCE))
    transport.start_client(timeout=PATIENCE)
    return transport


def service(transport):
    message = paramiko.Message()
    message.add_byte(cMSG_SERVICE_REQUEST)
    message.add_string("ssh-userauth")
    transport.ask(message)


def request(method):
    message = paramiko.Message()
    message.add_byte(cMSG_USERAUTH_REQUEST)
    message.add_string("node1")
    message.add_string("ssh-connection")
    message.add_string(method)
    return message


def signed(algorithm, blob, signature):
    message = request("publickey")
    message.add_boolean(True)
    message.add_string(algorithm)
    message.add_string(blob)
    inner = paramiko.Message()
    inner.add_string(algorithm)
    inner.add_string(signature)
    message.add_string(inner.asbytes())
    return message


def rsa_with_large_exponent():
    blob = paramiko.Message()
    blob.add_string("ssh-rsa")
    blob.add_mpint((1 << 3071) + 1)
    blob.add_mpint((1 << 3071) + 12345)
    return signed("rsa-sha2-512", blob.asbytes(), b"\x55" * 384)


def ed25519_with_wrong_signature():
    blob = paramiko.Message()
    blob.add_string("ssh-ed25519")
    blob.add_string(b"\x07" * 32)
    return signed("ssh-ed25519", blob.asbytes(), b"\x55" * 64)


def gssapi():
    message = request("gssapi-with-mic")
    message.add_int(1)
    message.add_string(b"\x06\x09\x2a\x86\x48\x86\xf7\x12\x01\x02\x02")
    return message


def ignored():
    message = paramiko.Message()
    message.add_byte(b"\x02")
    message.add_string(b"x" * 8)
    return message


def channel():
    message = paramiko.Message()
    message.add_byte(cMSG_CHANNEL_OPEN)
    message.add_string("session")
    message.add_int(0)
    message.add_int(1 << 21)
    message.add_int(1 << 15)
    return message


def forwarding():
    message = paramiko.Message()
    message.add_byte(cMSG_GLOBAL_REQUEST)
    message.add_string("tcpip-forward")
    message.add_boolean(True)
    message.add_string("")
    message.add_int(0)
    return message


def success():
    message = paramiko.Message()
    message.add_byte(cMSG_USERAUTH_SUCCESS)
    return message


def flood(port, make, count):
    """Until the other side has had enough; how many it took."""
    transport = connect(port)
    service(transport)
    sent = 0
    began = time.monotonic()
    while sent < count and transport.is_active() and time.monotonic() < began + PATIENCE:
        try:
            transport.ask(make())
        except (OSError, EOFError, paramiko.SSHException):
            break
        sent += 1
        time.sleep(0.002)
    deadline = time.monotonic() + 5
    while transport.is_active() and time.monotonic() < deadline:
        time.sleep(0.02)
    print("open" if transport.is_active() else "closed", sent)
    transport.close()


def channels(port, key, count):
    transport = connect(port)
    transport.auth_publickey("node1", paramiko.Ed25519Key.from_private_key_file(key))
    opened = []
    refused = 0
    for _ in range(count):
        try:
            opened.append(transport.open_session(timeout=PATIENCE))
        except paramiko.ChannelException:
            refused += 1
    opened[0].exec_command("say still here")
    print(len(opened), refused, opened[0].makefile().read().decode().strip())
    transport.close()


def stall(port, key, size):
    """Asks for much and takes none of it."""
    transport = connect(port)
    transport.auth_publickey("node1", paramiko.Ed25519Key.from_private_key_file(key))
    session = transport.open_session(window_size=1 << 15, timeout=PATIENCE)
    session.exec_command("big %d" % size)
    print("stalled", flush=True)
    deadline = time.monotonic() + PATIENCE
    while not session.closed and transport.is_active() and time.monotonic() < deadline:
        time.sleep(0.02)
    print("cut off" if session.closed or not transport.is_active() else "still open")
    transport.close()


def main():
    mode, port = sys.argv[1], int(sys.argv[2])
    floods = {
        "rsa-exponents": rsa_with_large_exponent,
        "wrong-signatures": ed25519_with_wrong_signature,
        "gssapi": gssapi,
        "ignored": ignored,
        "early-channel": channel,
        "early-forwarding": forwarding,
        "success": success,
    }
    if mode in floods:
        flood(port, floods[mode], 500)
    elif mode == "channels":
        channels(port, sys.argv[3], 200)
    elif mode == "stall":
        stall(port, sys.argv[3], 1_500_000)
    else:
        sys.exit("attack.py: no mode " + mode)


threading.excepthook = lambda arguments: None
main()
