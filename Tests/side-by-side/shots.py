"""How long an `off` takes that is known to have worked, at each door, and how much of it is the
switch's: the same client, a simulated switch of the same model for each, in turns."""
import os
import subprocess
import sys
import time

from world import Failure

# What a switch's line is: how it is called in names, and bits a second; None is without wire time.
WIRES = {"no wire time": ("fast", None), "9600 baud": ("slow", 9600)}

# Seconds between one shot and the next, for everybody.
REST = 0.25

FORCED = """#!/bin/sh
# What a key of this sshd runs. An `off` has worked when a question afterwards says so.
set -- $SSH_ORIGINAL_COMMAND
case $1 in
off) pm -h {powermand} -0 "$2" >/dev/null && pm -h {powermand} -q "$2" | grep -q "^off: *$2\\$" ;;
on) pm -h {powermand} -1 "$2" >/dev/null ;;
query) pm -h {powermand} -q "$2" ;;
agent) exec 2>&1; exec flock {folder}/agent.lock /usr/sbin/fence_apc -a 127.0.0.1 -u "$3" -l apc -p apc -n 3 \\
    -o "$2" ;;
nothing) echo OK ;;
esac
"""


class Wire:
    """What a switch's log of its wire says of the time since it was last looked at."""

    def __init__(self, path):
        self.path = path
        self.offset = 0
        self.new()

    def new(self):
        if not os.path.exists(self.path):
            return []
        with open(self.path) as file:
            file.seek(self.offset)
            text = file.read()
        end = text.rfind("\n") + 1
        self.offset += len(text[:end].encode())
        return [line.split(" ", 2) for line in text[:end].splitlines()]

    def share(self):
        """Microseconds in which it was the switch's turn: from each time that something reached it
        to the last that it said to it."""
        total, heard, said = 0.0, None, None
        for moment, direction, _ in self.new():
            moment = float(moment)
            if direction == "received":
                if said is not None:
                    total += said - heard
                heard, said = moment, None
            elif heard is not None:
                said = moment
        return (total + (said - heard if said is not None else 0)) * 1e6


class Party:
    """Somebody who switches an outlet off, and then on again."""

    def __init__(self, name, wire_name, asker, wire, off, back, ways=("new", "open")):
        self.name, self.wire_name, self.asker, self.wire = name, wire_name, asker, wire
        self.off, self.back, self.ways = off, back, ways
        self.forget()

    def forget(self):
        self.found = {"new": [], "open": []}
        self.failed = 0

    def shoot(self, way):
        self.wire.new()
        order = f"{'fresh' if way == 'new' else 'open'} {self.off}"
        total, status, heard = self.asker.ask(order)
        used = self.asker.used
        # The switch writes its log when its line is silent.
        time.sleep(REST)
        share = self.wire.share()
        if status != 0:
            # It is told, and counted: the fence agent does not always get in.
            print(f"{self.name}, `{order}`: {status} {heard}", file=sys.stderr)
            self.failed += 1
        elif not 0 <= share < total:
            raise Failure(f"{self.name}: {share} us on the wire, of {total}")
        else:
            self.found[way].append({"total": total, "wire": round(share), "client": used})
        # A concentrator that was just left is free by now, too.
        for order in self.back:
            self.put_back(order)
        # What was sent last may act no more: an off that came before that would wait.
        time.sleep(REST)

    def put_back(self, order):
        for _ in range(5):
            _, status, heard = self.asker.ask("open " + order)
            if status == 0:
                return
            time.sleep(REST)
        raise Failure(f"{self.name}, `{order}`: {status} {heard}")

    def result(self):
        return {"party": self.name, "wire": self.wire_name, "failed": self.failed,
                **self.found}


def site(world, switches):
    lines = "".join(
        f"  {name}: {{driver: {driver}, line: \"{line}\", latency: 200ms, patience: 20s{more}}}\n"
        for name, (driver, line, more) in switches.items())
    first = next(iter(switches))
    nodes = "".join(
        f"      {name}: {{feeds: [{first}/{outlet}], keys: [\"{world.key(name)}\"]}}\n"
        for name, outlet in [("node1", 1), ("node2", 2)])
    nodes += "".join(f"      of-{name}: {{feeds: [{name}/3]}}\n" for name in switches)
    return lines, nodes


def parties(world):
    """(those without wire time, those at 9600 baud, those on the network); and what else is measured
    at their doors."""
    disk, memory, pm = {}, {}, []

    def baytech(wire, name):
        tag, baud = WIRES[wire]
        return world.switch(f"{name}-{tag}", "baytech", baud, ["echo"])

    for wire, (tag, _) in WIRES.items():
        disk[f"bay-{tag}"] = ("baytech", baytech(wire, "disk"), "")
        memory[f"bay-{tag}"] = ("baytech", baytech(wire, "memory"), "")
        pm.append(("baytech-rpc3-nc", baytech(wire, "pm"), f"{tag}[1-8]", "[1-8]"))
    # A switch on the network has no serial line.
    ours = world.concentrator("net", world.switch("ours-fast", "apc", None, ["echo"]))
    disk["apc-fast"] = ("apc", f"telnet:127.0.0.1:{ours}",
                        ", user: apc, password: apc, settings: \"230400,8n1\"")
    agent = world.concentrator("agent", world.switch("theirs-fast", "apc", None, ["echo"]))
    daemon, port = world.picketd("disk", *site(world, disk))
    paper, paper_port = world.picketd("memory", *site(world, memory), ledger=world.memory)
    powermand, address = world.powermand("shots", pm)
    command = world.write(
        "forced", FORCED.format(powermand=address, folder=world.folder), 0o755)
    world.write("agent.lock", "", 0o666)
    sshd, sshd_port, user = world.sshd("sshd", command, "MaxStartups 1000:30:2000")
    doors = {"picket": world.asker(port, "node1"), "memory": world.asker(paper_port, "node1"),
             "sshd": world.asker(sshd_port, "node1", user)}
    fast, slow, network = [], [], []
    for wire, (tag, baud) in WIRES.items():
        def party(name, door, of, off, back, **more):
            return Party(name, wire, doors[door], Wire(world.at(f"{of}-{tag}.wire")), off, back, **more)

        def node(switch):
            return f"off of-{switch}-{tag}", [f"on of-{switch}-{tag}", f"admit of-{switch}-{tag}"]

        of = fast if baud is None else slow
        of.append(party("picket", "picket", "disk", *node("bay")))
        of.append(party("picket, record in memory", "memory", "memory", *node("bay")))
        of.append(party("sshd + pm", "sshd", "pm", f"off {tag}3", [f"on {tag}3"]))
        bare = f"bare-{tag}"
        doors[bare] = world.bare(baytech(wire, "bare"))
        of.append(party("nobody between", bare, "bare", "off 3", ["on 3"], ways=["open"]))
        if baud is None:
            network.append(party("picket, telnet", "picket", "ours", *node("apc")))
            network.append(party("sshd + flock + fence_apc, telnet", "sshd", "theirs",
                                 f"agent off {agent}", [f"agent on {agent}"]))
    return [fast, slow, network], {
        "daemon": daemon, "port": port, "sshd": sshd, "sshd_port": sshd_port, "user": user,
        "powermand": powermand}


def take_turns(parties, rounds):
    for number in range(rounds):
        # Who is first changes, so that nobody always comes after the same one.
        for party in parties[number % len(parties):] + parties[:number % len(parties)]:
            for way in party.ways:
                party.shoot(way)
        print(f"shots: round {number + 1} of {rounds}", file=sys.stderr)


def by_ssh(world, doors, rounds):
    """The same `off`, by OpenSSH's own client, as a user has it: with its start."""
    found = []
    for name, port, user, off, back in [
        ("picket", doors["port"], "node1", "off of-bay-fast",
         ["on of-bay-fast", "admit of-bay-fast"]),
        ("sshd + pm", doors["sshd_port"], doors["user"], "off fast3", ["on fast3"]),
    ]:
        words = ["ssh", "-F", "none", "-i", world.at("node1"), "-p", str(port), "-T",
                 "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
                 "-o", "LogLevel=ERROR", "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes",
                 "-o", f"ControlPath={world.at('ssh-' + str(port))}", f"{user}@127.0.0.1"]
        master = world.start(words[:1] + ["-M", "-N"] + words[1:])
        while not os.path.exists(world.at("ssh-" + str(port))):
            time.sleep(0.05)
        found.append({"party": name, "words": words, "off": off, "back": back, "master": master,
                      "new": [], "open": []})
    for _ in range(rounds):
        for party in found:
            for way in ["new", "open"]:
                own = ["-o", "ControlPath=none"] if way == "new" else []
                began = time.monotonic()
                run = subprocess.run(
                    [party["words"][0], *own, *party["words"][1:], party["off"]],
                    capture_output=True, text=True)
                took = (time.monotonic() - began) * 1e6
                if run.returncode != 0:
                    raise Failure(f"ssh: {run.stdout}{run.stderr}")
                party[way].append(round(took))
                for order in party["back"]:
                    subprocess.run([*party["words"], order], capture_output=True, check=True)
                time.sleep(REST)
    for party in found:
        party["master"].end()
    return [{key: party[key] for key in ["party", "new", "open"]} for party in found]


def measure(world, scale):
    groups, doors = parties(world)
    everybody = [party for group in groups for party in group]
    take_turns(everybody, 1)
    for party in everybody:
        party.forget()
    for group, rounds in zip(groups, scale["shots"]):
        take_turns(group, rounds)
    result = [party.result() for party in everybody]
    return {"shots": result, "by ssh": by_ssh(world, doors, scale["ssh shots"])}, doors
