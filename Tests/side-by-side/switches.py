"""Many switches at once, and none in use: picketd beside powermand."""
import re
import socket
import threading
import time

from world import Failure


class Powermand:
    """Its own protocol over a connection that stays open: less work than `pm` makes."""

    def __init__(self, address):
        host, port = address.split(":")
        self.socket = socket.create_connection((host, int(port)))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.heard()

    def heard(self):
        text = b""
        while not text.endswith(b"powerman> "):
            more = self.socket.recv(65536)
            if not more:
                raise Failure("powermand has hung up")
            text += more
        return text.decode()

    def ask(self, line):
        began = time.monotonic()
        self.socket.sendall(line.encode() + b"\r\n")
        said = self.heard()
        took = (time.monotonic() - began) * 1e6
        if not re.search(r"^10[0-9] ", said, re.M):
            raise Failure(f"powermand, `{line}`: {said}")
        return took, said

    def status(self, nodes):
        took, said = self.ask("status " + nodes)
        if not re.search(r"^30[0-9] unknown:\s*$", said, re.M):
            raise Failure(f"powermand does not know: {said[:300]}")
        return round(took)

    def off(self, node):
        """Verified: it is off, and says so when it is asked."""
        took, _ = self.ask("off " + node)
        asked, said = self.ask("status " + node)
        if not re.search(rf"^30[0-9] off:\s+{node}\s*$", said, re.M):
            raise Failure(f"powermand: {said}")
        return round(took + asked)


class Field:
    """So many switches, each with a node on its outlet 3, for picketd and as many for powermand."""

    def __init__(self, world, count):
        self.count = count
        self.simulator, ours = world.switches(count)
        lines = "".join(f"  s{n}: {{driver: baytech, line: {ours}{n}, latency: 200ms, patience: 30s}}\n"
                        for n in range(count))
        nodes = "".join(f"      n{n}: {{feeds: [s{n}/3]}}\n" for n in range(count))
        self.daemon, self.port = world.picketd(f"field{count}", lines, nodes)
        self.other_simulator, theirs = world.switches(count)
        self.powermand, address = world.powermand(
            f"field{count}", [("baytech-rpc3-nc", f"{theirs}{n}", f"n{n}", "3")
                              for n in range(count)])
        self.operator, self.other = (world.asker(self.port, "idle") for _ in range(2))
        self.first, self.second = Powermand(address), Powermand(address)
        self.nodes = "n[0-%d]" % (count - 1) if count > 1 else "n0"
        self.warm()

    def processor(self):
        """Of picketd and of the switches that answer it, in seconds."""
        return self.daemon.processor() + self.simulator.processor()

    def warm(self):
        """Until every switch was read once by each."""
        deadline = time.monotonic() + 60
        while True:
            try:
                self.operator.must("open status")
                self.first.status(self.nodes)
                return
            except Failure:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.5)

    def end(self):
        for process in [self.operator, self.other, self.daemon, self.powermand, self.simulator,
                        self.other_simulator]:
            process.end()
        for one in [self.first, self.second]:
            one.socket.close()

    def polled(self, ask, shoot):
        """One shot after the other while all switches are asked again and again."""
        over = threading.Event()
        trouble = []

        def poll():
            while not over.is_set():
                try:
                    ask()
                except Failure as failure:
                    trouble.append(failure)
                    return

        thread = threading.Thread(target=poll)
        thread.start()
        try:
            return shoot()
        finally:
            over.set()
            thread.join()
            if trouble:
                raise trouble[0]

    def shots(self, rounds):
        node = f"n{self.count // 2}"

        def ours():
            took = self.other.must(f"open off {node}")
            for order in ["on", "admit"]:
                self.other.must(f"open {order} {node}")
            return took

        def theirs():
            took = self.second.off(node)
            self.second.ask("on " + node)
            return took

        found = {"picket": [], "powermand": []}
        for _ in range(rounds):
            found["picket"].append(self.polled(lambda: self.operator.must("open status"), ours))
            found["powermand"].append(self.polled(lambda: self.first.status(self.nodes), theirs))
            # An off that comes while the on before it may still act would wait.
            time.sleep(0.3)
        return found


def status(world, scale):
    rows = []
    for count in scale["switches"]:
        field = Field(world, count)
        found = {"picket": [], "powermand": []}
        used = 0.0
        for _ in range(scale["status rounds"]):
            before = field.processor()
            found["picket"].append(field.operator.must("open status"))
            used += field.processor() - before
            found["powermand"].append(field.first.status(field.nodes))
        row = {"switches": count, "status": found, "cpu": used / scale["status rounds"] * 1e3}
        row["shot while polled"] = field.shots(scale["polled shots"])
        rows.append(row)
        field.end()
    return rows


def idle(world, scale):
    """Nobody asks anything of anybody."""
    field = Field(world, scale["idle switches"])
    time.sleep(2)
    found = []
    for name, process in [("picket", field.daemon), ("powermand", field.powermand)]:
        before, used = process.switches(), process.processor()
        time.sleep(scale["idle seconds"])
        after = process.switches()
        found.append({
            "party": name, "switches": field.count, "seconds": scale["idle seconds"],
            "sleeps": (after["sleeps"] - before["sleeps"]) / scale["idle seconds"],
            "preemptions": (after["preemptions"] - before["preemptions"]) / scale["idle seconds"],
            "cpu": (process.processor() - used) / scale["idle seconds"] * 1e3, **process.memory()})
    field.end()
    return found
