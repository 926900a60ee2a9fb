"""How long an `off` takes that is known to have worked, at each door, and how much of it is the
switch's: the same client, a simulated switch of the same model for each, in turns. Either outlet after
outlet without a rest, at a switch that takes no time for itself; or one outlet, after a rest, at one that
takes 100 ms."""
import os
import subprocess
import sys
import time

from world import Failure

# What a switch is: how it is called in names, the bits a second of its line (None is without wire time),
# its habits, and which of its outlets are switched off in turn.
SWITCHES = {"in a row": ("prompt", None, ["echo", "prompt"], range(3, 9)),
         "after a rest": ("fast", None, ["echo"], [3]),
         "9600 baud": ("slow", 9600, ["echo"], [3])}

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


def share(lines, answer):
    """Microseconds of that time in which it was the switch's turn: from each thing that reached it to the
    last that it said to it."""
    total, heard, said = 0.0, None, None
    for moment, direction, _ in lines:
        moment = float(moment)
        if not answer.began <= moment <= answer.began + answer.took / 1e6:
            continue
        if direction == "received":
            if said is not None:
                total += said - heard
            heard, said = moment, None
        elif heard is not None:
            said = moment
    return (total + (said - heard if said is not None else 0)) * 1e6


class Party:
    """Somebody who switches outlets off, one after the other, and then on again. `offs` are its orders
    for it, `backs` those after it."""

    def __init__(self, name, switch, asker, wire, offs, backs, ways=("new", "open")):
        self.name, self.switch, self.asker, self.wire = name, switch, asker, wire
        self.offs, self.backs, self.ways = offs, backs, ways
        self.forget()

    def forget(self):
        self.found = {"new": [], "open": []}
        self.failed = 0

    def shoot(self, way):
        self.wire.new()
        answers = self.asker.row([f"{'fresh' if way == 'new' else 'open'} {off}" for off in self.offs])
        # The switch writes its log when its line is silent.
        time.sleep(REST)
        lines = self.wire.new()
        for off, answer in zip(self.offs, answers):
            on_wire = share(lines, answer)
            if answer.status != 0:
                # It is told, and counted: the fence agent does not always get in.
                print(f"{self.name}, `{off}`: {answer}", file=sys.stderr)
                self.failed += 1
            elif not 0 < on_wire < answer.took:
                raise Failure(f"{self.name}: {on_wire} us on the wire, of {answer}")
            else:
                self.found[way].append(
                    {"total": answer.took, "wire": round(on_wire), "client": answer.used})
        # A concentrator that was just left is free by now, too.
        for order in self.backs:
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
        return {"party": self.name, "switch": self.switch, "failed": self.failed,
                **self.found}


def site(world, switches):
    lines = "".join(
        f"  {name}: {{driver: {driver}, line: \"{line}\", latency: 200ms, patience: 20s{more}}}\n"
        for name, (driver, line, more) in switches.items())
    first = next(iter(switches))
    nodes = "".join(
        f"      {name}: {{feeds: [{first}/{outlet}], keys: [\"{world.key(name)}\"]}}\n"
        for name, outlet in [("node1", 1), ("node2", 2)])
    nodes += "".join(f"      {node(name, outlet)}: {{feeds: [{name}/{outlet}]}}\n"
                     for name in switches for outlet in range(3, 9))
    return lines, nodes


def node(switch, outlet):
    return f"of-{switch}-{outlet}"


def orders(switch, outlets):
    """Picket's, and how its node is let in again."""
    names = [node(switch, outlet) for outlet in outlets]
    return [f"off {name}" for name in names], [f"{verb} {name}" for name in names
                                               for verb in ("on", "admit")]


def parties(world):
    """Those of each kind of switch, and those on the network; and what else is measured at their doors."""
    disk, memory, pm = {}, {}, []

    def baytech(tag, name):
        _, baud, habits, _ = next(kind for kind in SWITCHES.values() if kind[0] == tag)
        return world.switch(f"{name}-{tag}", "baytech", baud, habits)

    for tag, *_ in SWITCHES.values():
        disk[f"bay-{tag}"] = ("baytech", baytech(tag, "disk"), "")
        memory[f"bay-{tag}"] = ("baytech", baytech(tag, "memory"), "")
        pm.append(("baytech-rpc3-nc", baytech(tag, "pm"), f"{tag}[1-8]", "[1-8]"))
    # A switch on the network has no serial line.
    ours = world.concentrator("net", world.switch("ours-fast", "apc", None, ["echo"]))
    disk["apc-fast"] = ("apc", f"telnet:127.0.0.1:{ours}",
                        ", user: apc, password: apc, settings: \"230400,8n1\"")
    agent = world.concentrator("agent", world.switch("theirs-fast", "apc", None, ["echo"]))
    daemon, port = world.picketd("disk", *site(world, disk))
    _, paper_port = world.picketd("memory", *site(world, memory), ledger=world.memory)
    powermand, address = world.powermand("shots", pm)
    command = world.write(
        "forced", FORCED.format(powermand=address, folder=world.folder), 0o755)
    world.write("agent.lock", "", 0o666)
    sshd, sshd_port, user = world.sshd("sshd", command, "MaxStartups 1000:30:2000")
    doors = {"picket": world.asker(port, "node1"), "memory": world.asker(paper_port, "node1"),
             "sshd": world.asker(sshd_port, "node1", user)}

    def party(name, switch, door, log, offs, backs, **more):
        return Party(name, switch, doors[door], Wire(world.at(f"{log}.wire")), offs, backs, **more)

    def of(switch):
        tag, _, _, outlets = SWITCHES[switch]
        asked = orders(f"bay-{tag}", outlets)
        bare = f"bare-{tag}"
        doors[bare] = world.bare(baytech(tag, "bare"))
        return [
            party("picket", switch, "picket", f"disk-{tag}", *asked),
            party("picket, record in memory", switch, "memory", f"memory-{tag}", *asked),
            party("sshd + pm", switch, "sshd", f"pm-{tag}", [f"off {tag}{outlet}" for outlet in outlets],
                  [f"on {tag}{outlet}" for outlet in outlets]),
            party("nobody between", switch, bare, f"bare-{tag}", [f"off {outlet}" for outlet in outlets],
                  [f"on {outlet}" for outlet in outlets], ways=["open"])]

    network = [
        party("picket, telnet", "network", "picket", "ours-fast", *orders("apc-fast", [3])),
        party("sshd + flock + fence_apc, telnet", "network", "sshd", "theirs-fast",
              [f"agent off {agent}"], [f"agent on {agent}"])]
    return [*map(of, SWITCHES), network], {
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
        ("picket", doors["port"], "node1", "off of-bay-fast-3",
         ["on of-bay-fast-3", "admit of-bay-fast-3"]),
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
