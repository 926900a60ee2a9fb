"""What handshakes, sessions and crowds cost at each door."""
import threading
import time

from world import Failure

# Seconds between a question and the next.
REST = [0, 0.002, 0.02, 0.25]
# So many in one turn.
QUESTIONS = 10


def settled(process, most=1):
    """Sessions that are over take a moment to be gone."""
    deadline = time.monotonic() + 60
    while len(process.tree()) > most:
        if time.monotonic() > deadline:
            raise Failure("the sessions do not end")
        time.sleep(0.05)


def handshakes(world, doors, scale):
    """New connection, login, one command, farewell: how many a second, and what of the processor."""
    parties = [
        ("picket", doors["daemon"], [], world.asker(doors["port"], "node2"), "quorum"),
        ("sshd, `echo`", doors["sshd"], [], world.asker(doors["sshd_port"], "node2", doors["user"]),
         "nothing"),
        ("sshd, `pm -q`", doors["sshd"], [doors["powermand"]],
         world.asker(doors["sshd_port"], "node2", doors["user"]), "query fast3"),
    ]
    count = scale["handshakes"]
    found = {name: {"sequential": [], "parallel": [], "cpu": []} for name, *_ in parties}
    for number in range(scale["handshake rounds"] + 1):
        for name, process, more, asker, order in parties:
            for way, threads in [("sequential", 1), ("parallel", 8)]:
                used = [process, *more]
                # Held sessions of former measurements stay.
                resting = len(process.tree())
                before = sum(one.processor() for one in used)
                took, well, _ = asker.ask(f"many {count} {threads} {order}")
                settled(process, resting)
                cost = sum(one.processor() for one in used) - before
                if well != count:
                    raise Failure(f"{name}: {well} of {count} handshakes")
                if number == 0:
                    continue
                found[name][way].append(count / took * 1e6)
                if way == "sequential":
                    found[name]["cpu"].append(cost / count * 1e3)
    return [{"party": name, **values} for name, values in found.items()]


def rests(world, doors, scale):
    """The same small question over an open session, asked again at once and after a rest: what is not used
    for a while has to be fetched into the processor's caches again, by everybody who takes part."""
    asker = world.asker(doors["port"], "node2")
    found = [{"rest": rest, "times": [], "client": [], "picketd": []} for rest in REST]
    for _ in range(scale["rest rounds"]):
        # In turns, for a while each: which processors the threads are put on changes only now and then.
        for row in found:
            asker.must("open quorum")
            before = doors["daemon"].processor()
            for answer in questions(asker, row["rest"]):
                if answer.status != 0:
                    raise Failure(f"quorum: {answer}")
                row["times"].append(answer.took)
                row["client"].append(answer.used)
            time.sleep(0.1)
            row["picketd"].append((doors["daemon"].processor() - before) / QUESTIONS * 1e6)
    return found


def questions(asker, rest):
    if rest == 0:
        return asker.row(["open quorum"] * QUESTIONS)
    found = []
    for _ in range(QUESTIONS):
        time.sleep(rest)
        found += asker.row(["open quorum"])
    return found


def sessions(world, scale):
    """Memory of a door whose sessions are open and say nothing."""
    found = []
    switch = world.switch("memory-switch", "baytech")
    nodes = "".join(f'      {name}: {{feeds: [a/{outlet}], keys: ["{world.key(name)}"]}}\n'
                    for name, outlet in [("node1", 1), ("node2", 2)])
    daemon, port = world.picketd(
        "sessions", f"  a: {{driver: baytech, line: {switch}, latency: 1s}}\n", nodes)
    command = world.write("nothing", "#!/bin/sh\necho OK\n", 0o755)
    sshd, sshd_port, user = world.sshd("sessions-sshd", command, "MaxStartups 2000:30:3000")
    for name, process, asker in [("picket", daemon, world.asker(port, "idle")),
                                 ("sshd", sshd, world.asker(sshd_port, "idle", user))]:
        rows, held = [], 0
        for count in scale["sessions"]:
            if count > held:
                _, got, _ = asker.ask(f"hold {count - held}")
                if got != count - held:
                    raise Failure(f"{name}: {got} of {count - held} sessions")
                held = count
            time.sleep(1)
            rows.append({"sessions": count, **process.memory()})
        found.append({"party": name, "rows": rows})
        asker.end()
        settled(process)
    return found


# name, and how many: silent connections, threads that connect and leave, threads that log in with a
# key that nobody knows.
LOADS = [("nothing else", 0, 0, 0), ("100 connections that say nothing", 100, 0, 0),
         ("connections in a loop", 0, 2, 0), ("logins with an unknown key in a loop", 0, 0, 8),
         ("all of these together", 100, 2, 8)]


def latencies(asker, order, pause, until):
    found = {"asked": 0, "times": []}
    while time.monotonic() < until:
        took, status, _ = asker.ask(order)
        found["asked"] += 1
        if status == 0:
            found["times"].append(took)
        time.sleep(pause)
    return found


def crowds(world, doors, scale):
    """What somebody notices who asks over an open session, and over new connections."""
    command = world.write("answer", "#!/bin/sh\necho OK\n", 0o755)
    debian, debian_port, user = world.sshd("debian", command)
    _, generous_port, _ = world.sshd("generous", command, "MaxStartups 1000:30:2000")
    parties = [("picket", doors["port"], None, "quorum"),
               ("sshd as Debian ships it", debian_port, user, "nothing"),
               ("sshd, MaxStartups 1000", generous_port, user, "nothing")]
    rows = []
    for load, silent, flooders, signers in LOADS:
        for name, port, user, order in parties:
            lasting, coming = (world.asker(port, key, user) for key in ["node1", "node2"])
            lasting.must("open " + order)
            crowd = world.crowd(
                port, silent=silent, flooders=flooders, signers=signers, user=user)
            time.sleep(1)
            until = time.monotonic() + scale["crowd seconds"]
            found = {}
            threads = [
                threading.Thread(target=lambda way, *rest: found.update({way: latencies(*rest)}),
                                 args=args) for args in [
                    ("open", lasting, "open " + order, 0.015, until),
                    ("new", coming, "fresh " + order, 0.1, until)]]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            rows.append({"load": load, "party": name, **found})
            for one in [crowd, lasting, coming]:
                one.popen.kill()
                one.popen.wait()
            time.sleep(0.5)
    return rows
