"""The functions that picketd runs through when it shoots, in the order in which they call each other, one
name to a line: what the linker lays side by side.

order.py PROGRAMS ORDER: PROGRAMS as for run.py, and valgrind; writes the file ORDER.
"""
import glob
import re
import subprocess
import sys

import shots
from world import World

# Shots of each kind: what one does, the next may do a little otherwise.
ROUNDS = 3


class Calls:
    """Who calls whom, by what callgrind has written of one thread. Of picketd's own functions alone:
    the libraries are laid out by others."""

    def __init__(self, path, program):
        self.called = {}
        names, objects, place, caller, callee, to = {}, {}, None, None, None, None
        for line in open(path):
            kind, _, rest = line.rstrip("\n").partition("=")
            if kind in ("ob", "cob", "fn", "cfn"):
                number, _, name = rest.partition(" ")
                known = objects if kind.endswith("ob") else names
                # Recursion has a number behind the name.
                known.setdefault(number, re.sub(r"'\d+$", "", name))
            if kind == "ob":
                place = objects[number]
            elif kind == "fn":
                caller = names[number] if place == program else None
                to = place
                if caller:
                    self.called.setdefault(caller, {})
            elif kind == "cob":
                to = objects[number]
            elif kind == "cfn":
                callee = names[number] if (to or place) == program else None
            elif kind == "calls":
                self.note(caller, callee, int(rest.split()[0]))
                to = place

    def note(self, caller, callee, count):
        if callee:
            self.called.setdefault(callee, {})
            if caller:
                counts = self.called[caller]
                counts[callee] = counts.get(callee, 0) + count

    def order(self):
        """Each function once, followed by what it calls, the most often called first."""
        inner = {callee for counts in self.called.values() for callee in counts}
        todo = [name for name in self.called if name in inner]
        todo += [name for name in self.called if name not in inner]
        found = {}
        while todo:
            name = todo.pop()
            if name not in found:
                found[name] = True
                todo += [callee for callee, _ in sorted(self.called[name].items(), key=lambda one: one[1])]
        return list(found)


def shoot(daemon, asker, wire):
    """Everything is done once before it is looked at."""
    party = shots.Party("", "", asker, wire, *shots.orders("bay", [3]))

    def look(instrumented):
        subprocess.run(["callgrind_control", f"--instr={instrumented}", str(daemon.pid)],
                       check=True, stdout=subprocess.DEVNULL)

    for instrumented in ["off", "on"]:
        look(instrumented)
        for _ in range(ROUNDS):
            for way in party.ways:
                party.shoot(way)
            for question in ["open quorum", "fresh quorum", "open status"]:
                asker.must(question)
    look("off")
    # It writes what was seen when it ends.
    daemon.end()


def main(programs, path):
    with World(programs) as world:
        # With what debuggers read in it, callgrind does not come to an end.
        picketd = world.at("picketd")
        subprocess.run(["strip", "-g", "-o", picketd, world.program("picketd")], check=True)
        switch = world.switch("bay", "baytech", None, ["echo"])
        found = world.at("calls")
        daemon, port = world.picketd(
            "order", *shots.site(world, {"bay": ("baytech", switch, "")}), ledger=world.memory,
            program=picketd, before=[
                "valgrind", "--tool=callgrind", "--separate-threads=yes", "--instr-atstart=no",
                "--demangle=no", f"--callgrind-out-file={found}", "-q"])
        shoot(daemon, world.asker(port, "node1"), shots.Wire(world.at("bay.wire")))
        names = {}
        for dump in sorted(glob.glob(found + "-*")):
            names.update(dict.fromkeys(Calls(dump, picketd).order()))
    with open(path, "w") as file:
        file.writelines(name + "\n" for name in names if re.fullmatch(r"[\w$.]+", name))


main(*sys.argv[1:3])
