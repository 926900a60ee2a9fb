# A terminal by paramiko: terminal-paramiko.py PORT KEY USER. What comes is printed; the input
# is typed. The exit status is the channel's.
import os
import sys
import threading

import paramiko

port, key, user = int(sys.argv[1]), sys.argv[2], sys.argv[3]
client = paramiko.SSHClient()
client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
client.connect("127.0.0.1", port, user, key_filename=key, look_for_keys=False, allow_agent=False)
channel = client.invoke_shell(term="vt100", width=80, height=24)


def type_all():
    while keys := os.read(0, 1024):
        channel.sendall(keys)


threading.Thread(target=type_all, daemon=True).start()
while data := channel.recv(4096):
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
sys.exit(channel.recv_exit_status())
