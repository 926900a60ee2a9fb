"""Measures Picket beside what people would use instead; raw results as JSON.

run.py PROGRAMS RESULTS [--quick]: PROGRAMS is a folder with picketd, switch-simulator, picket-bench and
door-load; everything that was measured goes into the file RESULTS.
"""
import json
import subprocess
import sys
import time

import doors
import shots
import switches
from world import World, machine, sync_cost, versions

# The first are of the shots in a row, after a rest, at 9600 baud, and on the network.
FULL = {"shots": [12, 20, 10, 8], "ssh shots": 12, "handshakes": 80, "handshake rounds": 6,
        "sessions": [0, 100, 500, 1000], "crowd seconds": 6, "switches": [1, 16, 64, 256],
        "status rounds": 25, "polled shots": 10, "idle switches": 64, "idle seconds": 15,
        "syncs": 200, "rest rounds": 8}
QUICK = {"shots": [1, 3, 2, 1], "ssh shots": 1, "handshakes": 20, "handshake rounds": 2,
         "sessions": [0, 10, 30], "crowd seconds": 1, "switches": [1, 16],
         "status rounds": 3, "polled shots": 2, "idle switches": 16, "idle seconds": 2,
         "syncs": 20, "rest rounds": 1}


def main(programs, path, is_quick):
    scale = QUICK if is_quick else FULL
    began = time.monotonic()

    def step(name):
        print(f"{time.monotonic() - began:.0f} s: {name}", file=sys.stderr, flush=True)

    results = {"when": time.strftime("%Y-%m-%d", time.gmtime()), "is quick": is_quick,
               "scale": scale, "machine": machine(), "versions": versions()}
    with World(programs) as world:
        step("an fsync by itself")
        results["sync"] = sync_cost(world.folder, scale["syncs"])
        step("shots")
        results["a"], found = shots.measure(world, scale)
        step("handshakes")
        results["b"] = doors.handshakes(world, found, scale)
        step("questions after a rest")
        results["h"] = doors.rests(world, found, scale)
        step("crowds")
        results["d"] = doors.crowds(world, found, scale)
    with World(programs) as world:
        step("sessions")
        results["c"] = doors.sessions(world, scale)
    with World(programs) as world:
        step("many switches")
        results["e"] = switches.status(world, scale)
        step("nothing to do")
        results["g"] = switches.idle(world, scale)
    step("decisions, entries and starts")
    bench = [f"{programs}/picket-bench"] + (["--quick"] if is_quick else [])
    results["f"] = json.loads(subprocess.run(bench, stdout=subprocess.PIPE, check=True).stdout)
    results["seconds"] = round(time.monotonic() - began)
    results["machine"]["load after"] = machine()["load"]
    with open(path, "w") as file:
        json.dump(results, file, indent=1)
    step(f"done: {path}")


main(sys.argv[1], sys.argv[2], "--quick" in sys.argv[3:])
