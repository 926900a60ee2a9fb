"""The appliance that attacks.py looks at: its site, its switch, its log."""
import contextlib
import datetime
import re
import sqlite3
import subprocess
import sys
import time


def write(directory):
    """Keys and the site file."""
    for name in ["host", "node1", "node2", "idle", "stranger"]:
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", f"{directory}/{name}"], check=True)

    def key(name):
        with open(f"{directory}/{name}.pub") as file:
            return file.read().strip()

    with open(f"{directory}/picket.yaml", "w") as file:
        file.write(f"""
appliance:
  listen: ["127.0.0.1:0"]
  host_keys: [{directory}/host]
  ledger: {directory}/ledger.sqlite
  lock_directory: {directory}
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
  idle: {{role: viewer, keys: ["{key("idle")}"]}}
""")


@contextlib.contextmanager
def switch(simulator, directory):
    process = subprocess.Popen(
        [simulator, "--model", "kmtronic-8", "--link", f"{directory}/a"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    process.stdout.readline()
    try:
        yield
    finally:
        process.terminate()


@contextlib.contextmanager
def appliance(picketd, directory):
    """picketd and its port, while somebody uses them."""
    with open(f"{directory}/log", "w") as log:
        daemon = subprocess.Popen(
            [picketd, "--site", f"{directory}/picket.yaml"], stdout=subprocess.PIPE, stderr=log, text=True)
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


def moment(text):
    return datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(
        tzinfo=datetime.timezone.utc).timestamp()


def starts(output, log):
    """Milliseconds from the request to the order on the line, of each shot."""
    orders = [moment(m) for m in re.findall(r"^(\S+) notice: off ordered of a/3", log, re.M)]
    asked = [float(m) for m in re.findall(r"^off asked at ([0-9.]+): 0$", output, re.M)]
    found = []
    for time_asked in asked:
        after = [order for order in orders if order >= time_asked]
        if after:
            found.append((min(after) - time_asked) * 1e3)
    return asked, found


def shots(directory):
    """How many the ledger has granted."""
    with contextlib.closing(sqlite3.connect(f"file:{directory}/ledger.sqlite?mode=ro", uri=True)) as ledger:
        return ledger.execute("select count(*) from entry where kind = 'granted'").fetchone()[0]
