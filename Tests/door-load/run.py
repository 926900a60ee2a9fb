#!/usr/bin/env python3
"""What a node notices of a crowd at the door: a table in Markdown.

run.py PICKETD SIMULATOR DOOR_LOAD [SECONDS]: starts a picketd with a simulated switch for each of several
loads at its door, and measures beside each.
run.py PICKETD SIMULATOR DOOR_LOAD --handshakes N: so many logins instead, and what they leave behind.
run.py PICKETD SIMULATOR DOOR_LOAD --hostile N: so many logins, and every attack of the door's tests.
"""
import contextlib
import datetime
import os
import re
import subprocess
import sys
import tempfile
import time

picketd, simulator, load = sys.argv[1:4]
handshakes = int(sys.argv[5]) if sys.argv[4:5] in (["--handshakes"], ["--hostile"]) else 0
attack = f"{os.path.dirname(__file__)}/../SSHDoorTests/Hostile/attack.py"
ATTACKS = [
    "rsa-exponents", "wrong-signatures", "gssapi", "ignored", "early-channel", "early-forwarding",
    "success",
]
seconds = sys.argv[4] if len(sys.argv) > 4 and not handshakes else "15"

# name, idle sessions, silent connections, threads that connect and leave, threads that log in
LOADS = [
    ("nothing else", 0, 0, 0, 0),
    ("1000 sessions that say nothing", -1000, 0, 0, 0),
    ("1000 sessions that ask every 5 s", 1000, 0, 0, 0),
    ("300 silent connections", 0, 300, 0, 0),
    ("connections in a loop", 0, 0, 2, 0),
    ("logins with an unknown key in a loop", 0, 0, 0, 8),
    ("all of these together", 1000, 300, 2, 8),
]


def site(directory):
    def key(name):
        with open(f"{directory}/{name}.pub") as file:
            return file.read().strip()

    return f"""
appliance:
  listen: ["127.0.0.1:0"]
  host_keys: [{directory}/host]
  ledger: {directory}/ledger.sqlite
  lock_directory: {directory}
  door: {{sessions: 2000, sessions_per_principal: 1000}}
switches:
  a: {{driver: kmtronic-8, line: {directory}/a, latency: 100ms, patience: 5s}}
clusters:
  db:
    hold_up: 0s
    off_time: 0s
    shots_per_target: 1000
    shots_per_requester: 1000
    shots_window: 1s
    nodes:
      node1: {{feeds: [a/1], keys: ['from="127.0.0.2" {key("node1")}']}}
      node2: {{feeds: [a/2], keys: ['from="127.0.0.2" {key("node2")}']}}
      target: {{feeds: [a/3]}}
operators:
  idle: {{keys: ["{key("idle")}"]}}
"""


def memory(process):
    with open(f"/proc/{process.pid}/status") as file:
        return int(re.search(r"VmRSS:\s+(\d+)", file.read())[1]) / 1024


def descriptors(process):
    return len(os.listdir(f"/proc/{process.pid}/fd"))


def moment(text):
    return datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(
        tzinfo=datetime.timezone.utc
    ).timestamp()


def starts(output, log):
    """Milliseconds from the request to the order on the line, of each shot."""
    orders = [moment(m) for m in re.findall(r"^(\S+) notice: off ordered of a/3", log, re.M)]
    asked = [float(m) for m in re.findall(r"^off asked at ([0-9.]+): 0$", output, re.M)]
    found = []
    for time_asked in asked:
        after = [order for order in orders if order >= time_asked]
        if after:
            found.append((min(after) - time_asked) * 1e3)
    return asked, sorted(found)


def come_and_go(daemon, port, directory):
    """In ten steps, so that growth is told from what the first ones need."""
    print("| handshakes | memory | descriptors |")
    print("|---|---|---|")
    for step in range(11):
        if step > 0:
            count = handshakes * step // 10 - handshakes * (step - 1) // 10
            told = subprocess.run(
                [load, port, directory, str(count)], stdout=subprocess.PIPE, text=True, check=True
            ).stdout.strip()
            print(told, file=sys.stderr)
            time.sleep(1)
        print(f"| {handshakes * step // 10} | {memory(daemon):.1f} MB | {descriptors(daemon)} |",
              flush=True)


def visit(port, directory):
    """For a look at the daemon from inside: what it is asked is all that is told here."""
    for mode in ATTACKS:
        came = subprocess.run(
            [sys.executable, attack, mode, port], stdout=subprocess.PIPE, text=True, check=True
        ).stdout.strip()
        print(f"{mode}: {came}")
    told = subprocess.run(
        [load, port, directory, str(handshakes)], stdout=subprocess.PIPE, text=True, check=True)
    print(told.stdout.strip())


def crowds(directory):
    """A picketd for each load: a heap keeps what an earlier one has made of it."""
    print("| load | open session | new connection | shot ordered after | memory before, at the most, afterwards |")
    print("|---|---|---|---|---|")
    for name, idle, silent, flooders, signers in LOADS:
        with appliance(directory) as (daemon, port):
            before = most = memory(daemon)
            run = subprocess.Popen(
                [load, port, directory, seconds]
                + [str(n) for n in (idle, silent, flooders, signers)],
                stdout=subprocess.PIPE, text=True,
            )
            lines = []
            for line in run.stdout:
                lines.append(line)
                most = max(most, memory(daemon))
            output = "".join(lines)
            with open(f"{directory}/log") as file:
                asked, found = starts(output, file.read())
            cells = []
            for what in ["open session", "new connection"]:
                cells.append(re.search(f"{what}: (.*)", output)[1])
            if found:
                cells.append(
                    f"{len(found)} of {len(asked)}, p50 {found[len(found) // 2]:.0f} ms, "
                    f"max {found[-1]:.0f} ms"
                )
            else:
                cells.append(f"0 of {len(asked)}")
            print(re.search("meanwhile: .*", output)[0], file=sys.stderr)
            time.sleep(2)
            print(f"| {name} | {' | '.join(cells)} | {before:.1f}, {most:.1f}, {memory(daemon):.1f} MB |",
                  flush=True)


@contextlib.contextmanager
def appliance(directory):
    """picketd and its port, while somebody uses them."""
    with open(f"{directory}/log", "w") as log:
        daemon = subprocess.Popen(
            [picketd, "--site", f"{directory}/picket.yaml"],
            stdout=subprocess.PIPE, stderr=log, text=True,
        )
    try:
        listening = re.search(r":(\d+)$", daemon.stdout.readline().strip())
        if not listening:
            with open(f"{directory}/log") as file:
                sys.exit("picketd does not start: " + file.read())
        time.sleep(1)
        yield daemon, listening[1]
    finally:
        daemon.terminate()
        status = daemon.wait()
    if status != 0:
        sys.exit(f"picketd ended with status {status}")


with tempfile.TemporaryDirectory() as directory:
    for name in ["host", "node1", "node2", "idle", "stranger"]:
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", f"{directory}/{name}"], check=True
        )
    with open(f"{directory}/picket.yaml", "w") as file:
        file.write(site(directory))
    switch = subprocess.Popen(
        [simulator, "--model", "kmtronic-8", "--link", f"{directory}/a"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )
    switch.stdout.readline()
    try:
        if sys.argv[4:5] == ["--hostile"]:
            with appliance(directory) as (_, port):
                visit(port, directory)
        elif handshakes:
            with appliance(directory) as (daemon, port):
                come_and_go(daemon, port, directory)
        else:
            crowds(directory)
    finally:
        switch.terminate()
