#!/usr/bin/env python3
"""Somebody on the wire: flip.py PORT prints the port on which it listens, carries one connection to PORT, and
turns one bit over in what the client sends once it has logged in."""
import select
import socket
import sys

listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
client, _ = listener.accept()
server = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
other = {client: server, server: client}
sent = 0
while True:
    for one in select.select([client, server], [], [], 30)[0]:
        data = one.recv(65536)
        if not data:
            sys.exit(0)
        if one is client:
            sent += 1
            # Greeting, key exchange, and several packets for the login: the request comes after those.
            if sent >= 9:
                data = data[:-1] + bytes([data[-1] ^ 1])
        other[one].sendall(data)
