# paramiko as a client: PORT KEY PRINCIPAL LINE... ; each line is an exec request of its own, all on
# one connection. Ends with the last one's exit status.
import sys

import paramiko

port, key, principal = int(sys.argv[1]), sys.argv[2], sys.argv[3]
client = paramiko.SSHClient()
client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
client.connect(
    "127.0.0.1",
    port,
    principal,
    pkey=paramiko.Ed25519Key.from_private_key_file(key),
    allow_agent=False,
    look_for_keys=False,
    timeout=10,
)
status = 0
for line in sys.argv[4:]:
    channel = client.get_transport().open_session(timeout=10)
    channel.exec_command(line)
    sys.stdout.write(channel.makefile("rb").read().decode())
    status = channel.recv_exit_status()
    channel.close()
client.close()
sys.exit(status)
