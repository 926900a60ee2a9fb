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


def syncs(directory, over, times):
    """What this disk takes for an entry of its own, five times a second: milliseconds."""
    with open(f"{directory}/syncs", "wb", buffering=0) as file:
        while not over.is_set():
            file.write(b"x" * 4096)
            began = time.monotonic()
            os.fdatasync(file.fileno())
            times.append((time.monotonic() - began) * 1e3)
            time.sleep(0.2)


def measure(daemon, port, directory, attack):
    """The worst of each: open session, new connection, shot, memory, and the disk by itself."""
    most, times, over = [0.0], [], threading.Event()
    watchers = [
        threading.Thread(target=watch, args=(daemon, most, over), daemon=True),
        threading.Thread(target=syncs, args=(directory, over, times), daemon=True),
    ]
    for watcher in watchers:
        watcher.start()
    here = os.path.dirname(os.path.abspath(__file__))
    if attack:
        attackers = subprocess.Popen(
            [sys.executable, f"{here}/attackers.py", port, f"{directory}/idle", str(seconds + 25)],
            stdout=subprocess.PIPE, text=True)
        time.sleep(5)
    output = subprocess.run(
        [load, port, directory, str(seconds), "0", "0", "0", "0"], stdout=subprocess.PIPE, text=True,
        check=True).stdout
    if attack:
        print(attackers.communicate()[0].strip(), file=sys.stderr)
    over.set()
    for watcher in watchers:
        watcher.join()
    with open(f"{directory}/log") as file:
        asked, found = run_site.starts(output, file.read())
    if len(found) < len(asked) or not asked:
        found.append(float("inf"))
    return [worst(output, "open session"), worst(output, "new connection"), max(found), most[0], max(times)]


def main():
    began = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as directory, run_site.switch(simulator, directory):
        run_site.write(directory)
        with run_site.appliance(picketd, directory) as (daemon, port):
            history(port, directory)
            quiet = measure(daemon, port, directory, attack=False)
            attacked = measure(daemon, port, directory, attack=True)
        with open(f"{directory}/log") as file:
            granted = len(re.findall(r" notice: granted ", file.read()))
        # While picketd runs nobody else reads its ledger.
        lost = abs(run_site.shots(directory) - granted)
    rows = [
        ("open session, ms", OPEN_MS), ("new connection, ms", NEW_MS), ("shot ordered after, ms", SHOT_MS),
        ("memory, MB", MEMORY_MB), ("fdatasync of another file, ms", None),
    ]
    print("| worst | without attacks | all attacks of one principal at once | bound |")
    print("|---|---|---|---|")
    for (what, bound), before, value in zip(rows, quiet, attacked):
        kept = bound is None or value <= bound
        print(f"| {what} | {before:.1f} | {value:.1f} | {'' if bound is None else bound} |"
              f"{'' if kept else ' **not kept**'}")
    print(f"| shots without their lines in the log | | {lost} | 0 |{'' if lost == 0 else ' **not kept**'}")
    print(f"\nLoad average before: {began:.2f}. The ledger is in {tempfile.gettempdir()}.")
    sys.exit(lost > 0 or any(value > bound for (_, bound), value in zip(rows, attacked) if bound))


main()
