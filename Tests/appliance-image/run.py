#!/usr/bin/python3
"""Starts the appliance's image in qemu, shoots through it, pulls its plug; see deploy/image-test."""
import argparse
import json
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

from machine import Appliance, Asker, Switch, boot_file, eventually, host_key, takes_kvm

# In software, beside others on the same processor.
START = 600
# In place of the kernel's `quiet`.
SCREEN = ("console=hvc0 printk.devkmsg=on "
          "systemd.journald.forward_to_kmsg=1 systemd.journald.max_level_kmsg=info")


def say(text):
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)


def check(what, condition, seen=""):
    if not condition:
        raise SystemExit(f"image-test: NOT SO: {what}\n{seen}")
    say(f"{what}")


def site(place):
    keys = {}
    for name in ("node1", "node2", "node3", "alice"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", place / name,
                        "-C", name], check=True)
        keys[name] = (place / f"{name}.pub").read_text().strip()
    return f"""
switches:
  own: {{driver: baytech, line: /dev/picket/at/ttyS0, settings: "9600,8n1", latency: 1s, patience: 30s}}
  second: {{driver: baytech, line: /dev/picket/at/ttyS1, latency: 1s, patience: 30s}}
  card: {{driver: baytech, line: "/dev/picket/at/pci-0000:00:03.0-port1", latency: 5s, patience: 30s}}
  adapter: {{driver: baytech, line: /dev/picket/number/FT4711-if00-port0, latency: 1s, patience: 30s}}
clusters:
  db:
    hold_up: 0s
    off_time: 0s
    shots_per_target: 1000
    shots_per_requester: 1000
    shots_window: 1s
    nodes:
      node1: {{feeds: [own/1], keys: ["{keys['node1']}"]}}
      node2: {{feeds: [second/2, adapter/2], keys: ["{keys['node2']}"]}}
      node3: {{feeds: [card/3], keys: ["{keys['node3']}"]}}
operators:
  alice: {{keys: ["{keys['alice']}"]}}
"""


def start(appliance, asker, what):
    began = time.monotonic()
    appliance.power_on()
    key = eventually(f"ssh answers {what}", lambda: host_key(appliance), START)
    if not asker.known.exists():
        asker.known.write_text(f"picket {key}\n")
    check(f"the host key is the one it had, {what}", key in asker.known.read_text())
    eventually("every feed is read", lambda: asker.ask("status")[0] == 0, START)
    say(f"{time.monotonic() - began:.1f} s from the power to every feed read, {what}")


def shoot(node1, lines):
    own, second, card, adapter = lines
    code, said = node1.ask("quorum")
    check("node1 has quorum", code == 0 and "standing=member" in said, said)
    code, said = node1.ask("off node2 id=first")
    check("node2 is shot: both its feeds, the USB adapter's too", code == 0 and "feeds=2/2" in said,
          said)
    for line in (second, adapter):
        check("its switch was told", line.heard("off 2") == 1)
    check("node1's was not", own.heard("off 1") == 0)
    code, said = node1.ask("on node2")
    check("and is switched on again", code == 0, said)


def nothing_else_listens(appliance):
    import socket
    with socket.create_connection(("127.0.0.1", appliance.other_port), 5) as peer:
        peer.settimeout(20)
        try:
            heard = peer.recv(1)
        except OSError:
            heard = b""
        check("another port than 22 says nothing", heard == b"")


def cut_in_the_shot(appliance, node1, card):
    """The command is in the wire, nothing is read back yet, and the power goes."""
    card.tell("fault acts-late=3s")
    before = card.heard("off 3")
    shot = node1.begin("off node3 id=cut")
    eventually("the command is in the wire", lambda: card.heard("off 3") > before, 60)
    appliance.pull_the_plug()
    said, _ = shot.communicate(timeout=60)
    check("who asked heard no success", shot.returncode not in (0, None) and "OK" not in said, said)
    start(appliance, node1, "after the power was cut in the middle of a shot")
    card.tell("fault none")
    code, said = eventually(
        "the shot's outcome is known",
        lambda: (lambda answer: answer if answer[0] != 2 else None)(node1.ask("result cut")), 120)
    check("and it is the truth: node3 is off", code == 0 and "off=verified" in said, said)
    sent = card.heard("off 3") - before
    check("the outlet was commanded off, and not again after it was read off", 1 <= sent <= 2,
          str(sent))
    code, said = node1.ask("on node3")
    check("node3 is switched on again", code == 0, said)


class Load(threading.Thread):
    """Asks for this and that in turns, over one session, and keeps every answer."""

    def __init__(self, asker, target, requests):
        super().__init__(daemon=True)
        self.asker, self.target, self.requests = asker, target, requests
        self.answers, self.refused, self.ending, self.broken = [], 0, False, ""

    def run(self):
        session = self.asker.session()
        number = 0
        while not self.ending:
            request = self.requests[number % len(self.requests)]
            number += 1
            session.stdin.write(request.format(id=f"id={self.target}-{number}") + "\n")
            session.stdin.flush()
            told = session.stdout.readline()
            end = session.stdout.readline()
            if not end.startswith("END"):
                self.broken = f"{told!r}, then {end!r}"
                return
            sequence = re.match(r"OK .*\bseq=(\d+)", told)
            if not sequence:
                # Nothing was done, and it was said so: a slow machine gives no sign of life in time.
                self.refused += 1
                continue
            shot = re.search(r"\bshot=(\d+)", told)
            self.answers.append((int(sequence[1]), shot[1] if shot else "", self.target, request))
        session.stdin.close()
        session.wait(30)


def whole_ledger(programs, left, place):
    """The entries of what a cut has left, by their numbers."""
    mended = subprocess.run(["e2fsck", "-fy", left], capture_output=True, text=True)
    check_quietly("the file system can be mended", mended.returncode in (0, 1), mended.stdout)
    copy = place / "left"
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir()
    for name in ("ledger.sqlite", "ledger.sqlite-wal"):
        subprocess.run(["debugfs", "-R", f"dump /{name} {copy / name}", left], check=True,
                       capture_output=True)
    ledger = copy / "ledger.sqlite"
    verified = subprocess.run([programs / "picket", "ledger", "verify", ledger],
                              capture_output=True, text=True)
    check_quietly("the ledger is whole", verified.returncode == 0,
                  verified.stdout + verified.stderr)
    lines = subprocess.check_output([programs / "picket", "ledger", "export", "--json", ledger],
                                    text=True)
    entries = [json.loads(line) for line in lines.splitlines()]
    return {int(entry["seq"]): entry for entry in entries}


def check_quietly(what, condition, seen):
    if not condition:
        raise SystemExit(f"image-test: NOT SO: {what}\n{seen}")


def cuts(count, appliance, loads, programs, place, seed):
    """As if the power had gone at `count` random moments, each time with all that was answered."""
    chance = random.Random(seed)
    for load in loads:
        load.start()
    eventually("the load runs", lambda: all(load.answers for load in loads), 120)
    waited_somewhere, compared = 0, 0
    for number in range(1, count + 1):
        time.sleep(chance.uniform(0.0, 1.0))
        answered = [answer for load in loads for answer in load.answers]
        left = place / "left.img"
        waited_somewhere += appliance.cut(left) > 0
        entries = whole_ledger(programs, left, place)
        last, first = max(entries), min(entries)
        for sequence, shot, target, request in answered:
            check_quietly(f"entry {sequence}, which was answered, is there", sequence <= last,
                          f"the last is {last}, cut {number}")
            if sequence < first:
                continue
            entry = entries.get(sequence, {})
            compared += 1
            check_quietly(
                f"entry {sequence} is what was answered to {request}, shot {shot}",
                entry.get("shot") == shot and entry.get("target") == target, str(entry))
        for load in loads:
            check_quietly("the load goes on", load.is_alive(), load.broken)
        if number % 20 == 0:
            say(f"{number} cuts: {len(answered)} answers, ledger up to entry {last}, sectors "
                f"waited in {waited_somewhere}")
    answers = sum(len(load.answers) for load in loads)
    refused = sum(load.refused for load in loads)
    for load in loads:
        load.ending = True
    for load in loads:
        load.join(60)
    check(f"{count} power cuts: every ledger whole, nothing lost that was answered ({answers} "
          f"answers, {refused} refusals, {compared} comparisons; in {waited_somewhere} cuts sectors waited)",
          waited_somewhere > 0 or count < 20)


def main():
    words = argparse.ArgumentParser()
    words.add_argument("--image", type=pathlib.Path, required=True)
    words.add_argument("--programs", type=pathlib.Path, required=True)
    words.add_argument("--cuts", type=int, default=200)
    words.add_argument("--seed", type=int, default=int(time.time()))
    wanted = words.parse_args()
    # Ended from outside, it takes along what it has started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("image-test: ended from outside"))
    accelerator = "kvm" if takes_kvm() else "tcg"
    say(f"accelerator {accelerator}, seed {wanted.seed}")
    with tempfile.TemporaryDirectory(prefix="picket-image-") as name:
        place = pathlib.Path(name)
        image = place / "disk.img"
        subprocess.run(["cp", "--sparse=always", wanted.image, image], check=True)
        boot_file(image, "/picket/picket.yaml", lambda _: site(place))
        # What it says to its screen is kept, and its log is there, too.
        boot_file(image, "/syslinux.cfg", lambda text: text.replace("quiet", SCREEN))
        simulator = wanted.programs / "switch-simulator"
        lines = [Switch(simulator, "baytech", place, f"switch-{n}") for n in range(4)]
        appliance = Appliance(place, image, lines, accelerator, wanted.seed)
        try:
            everything(wanted, place, appliance, lines)
        except BaseException:
            print(appliance.screen.read_text(errors="replace")[-6000:])
            raise
        finally:
            appliance.end()
            for line in lines:
                line.end()
    say("all of it holds")


def everything(wanted, place, appliance, lines):
    node1, node2 = (Asker(place, name, appliance) for name in ("node1", "node2"))
    start(appliance, node1, "the first time")
    screen = appliance.screen.read_text(errors="replace")
    check("it may keep processors awake", "processors are kept from sleeping" in screen, screen[-6000:])
    shoot(node1, lines)
    nothing_else_listens(appliance)
    cut_in_the_shot(appliance, node1, lines[2])
    alice = Asker(place, "alice", appliance)
    for node in ("node2", "node3"):
        code, said = alice.ask(f"admit {node}")
        check(f"{node} is vouched for", code == 0, said)
    if wanted.cuts:
        loads = [
            Load(node1, "node2", ["on node2 {id}", "off node2 {id}"]),
            Load(alice, "node3", ["on node3 {id}", "off node3 {id}"]),
            # Nothing but records, one after the other.
            Load(alice, "node1", ["protect node1 reason=load", "release node1"])]
        cuts(wanted.cuts, appliance, loads, wanted.programs, place, wanted.seed)
        appliance.pull_the_plug()
        start(appliance, node1, "after the last cut")


if __name__ == "__main__":
    main()
