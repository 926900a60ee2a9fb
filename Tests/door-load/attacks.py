#!/usr/bin/env python3
"""What a node notices while one principal that has logged in does all it can: attacks.py PICKETD SIMULATOR
DOOR_LOAD [SECONDS]. Ends with status 1 where a bound does not hold.
"""
import os
import re
import subprocess
import sys
import tempfile
import threading
import time

import run_site

picketd, simulator, load = sys.argv[1:4]
seconds = int(sys.argv[4]) if len(sys.argv) > 4 else 15
OPEN_MS, NEW_MS, SHOT_MS, MEMORY_MB = 50, 100, 25, 64
SHOTS_BEFORE = 100


def history(port, directory):
    """Something to look at."""
    words = ["ssh", "-F", "/dev/null", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
             "-o", "BindAddress=127.0.0.2", "-o", "IdentitiesOnly=yes", "-o", "LogLevel=ERROR",
             "-i", f"{directory}/node1", "-p", port, "node1@127.0.0.1"]
    lines = "off target\non target\nadmit target\n" * SHOTS_BEFORE
    subprocess.run(words, input=lines, text=True, stdout=subprocess.DEVNULL, check=False, timeout=300)


def memory(process):
    with open(f"/proc/{process.pid}/status") as file:
        return int(re.search(r"VmRSS:\s+(\d+)", file.read())[1]) / 1024


def watch(process, most, over):
    while not over.is_set():
        most[0] = max(most[0], memory(process))
        time.sleep(0.1)


def worst(output, what):
    found = re.search(rf"{what}: (\d+) of (\d+), .*max ([0-9.]+) ms", output)
    if not found or found[1] != found[2]:
        return float("inf")
    return float(found[3])


def measure(daemon, port, directory):
    """Each figure, and the bound that it has to keep."""
    most, over = [0.0], threading.Event()
    watcher = threading.Thread(target=watch, args=(daemon, most, over), daemon=True)
    watcher.start()
    here = os.path.dirname(os.path.abspath(__file__))
    attackers = subprocess.Popen(
        [sys.executable, f"{here}/attackers.py", port, f"{directory}/idle", str(seconds + 25)],
        stdout=subprocess.PIPE, text=True)
    time.sleep(5)
    output = subprocess.run(
        [load, port, directory, str(seconds), "0", "0", "0", "0"], stdout=subprocess.PIPE, text=True,
        check=True).stdout
    print(attackers.communicate()[0].strip(), file=sys.stderr)
    over.set()
    watcher.join()
    with open(f"{directory}/log") as file:
        log = file.read()
    asked, found = run_site.starts(output, log)
    if len(found) < len(asked) or not asked:
        found.append(float("inf"))
    granted = len(re.findall(r" notice: granted ", log))
    return [
        ("open session, ms", worst(output, "open session"), OPEN_MS),
        ("new connection, ms", worst(output, "new connection"), NEW_MS),
        ("shot ordered after, ms", max(found), SHOT_MS),
        ("memory, MB", most[0], MEMORY_MB),
    ], granted


def main():
    with tempfile.TemporaryDirectory() as directory, run_site.switch(simulator, directory):
        run_site.write(directory)
        with run_site.appliance(picketd, directory) as (daemon, port):
            history(port, directory)
            figures, granted = measure(daemon, port, directory)
        # While picketd runs nobody else reads its ledger.
        figures.append(
            ("shots without their lines in the log", abs(run_site.shots(directory) - granted), 0))
    print("| all attacks of one principal at once | worst | bound |")
    print("|---|---|---|")
    for what, value, bound in figures:
        print(f"| {what} | {value:.1f} | {bound} |{'' if value <= bound else ' **not kept**'}")
    sys.exit(any(value > bound for _, value, bound in figures))


main()
