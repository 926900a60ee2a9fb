"""The page and its pictures, from what was measured.

page.py RESULTS PAGE PICTURES: reads the file RESULTS, writes the Markdown file PAGE and SVG files into
the folder PICTURES.
"""
import json
import os
import sys

from figures import median, quantile, ratio, short, spread, times
from plots import chart, cumulative

MS = 1000.0


def table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines) + "\n"


def own(shots, way):
    return [shot["total"] - shot["wire"] for shot in shots[way]]


def party(rows, name, **more):
    wanted = {"party": name, **more}
    return next(row for row in rows if all(row[key] == value for key, value in wanted.items()))


class Page:
    def __init__(self, results):
        self.results = results
        shots = results["a"]["shots"]
        self.kinds = {kind: [party(shots, name, switch=kind) for name in
                             ("picket, record in memory", "sshd + pm")]
                      for kind in ("in a row", "after a rest")}
        self.slow = party(shots, "picket", switch="9600 baud")

    # What must hold

    def promises(self):
        """(what, bound, found, whether it holds)"""
        found = []
        for way, words, bound in [("open", "over an open session", 1.0),
                                  ("new", "over a new connection", 5.0)]:
            for kind, (ours, _) in self.kinds.items():
                time = own(ours, way)
                found.append((f"A shot {words}, {kind}: our own time, median", f"at most {bound:.0f} ms",
                              f"{spread(time, MS)} ms", median(time) / MS <= bound))
        for kind, (ours, peer) in self.kinds.items():
            theirs, time = own(peer, "new"), own(ours, "new")
            found.append((f"A shot over a new connection, {kind}: own time of sshd with `pm`",
                          "at least 20 times ours", f"{times(theirs, time)} times",
                          ratio(theirs, time)[0] >= 20))
        found += self.handshake_promises() + self.growth_promises()
        factors = [shot["total"] / shot["wire"] for shot in self.slow["open"]]
        found.append(("A verified off at 9600 baud, of the time of its dialogue", "at most 1.10 times",
                      f"{spread(factors)} times", median(factors) <= 1.10))
        return found

    def handshake_promises(self):
        handshakes = self.results["b"]
        cpu = party(handshakes, "picket")["cpu"]
        other = party(handshakes, "sshd, `echo`")["cpu"]
        return [
            ("Handshake and exec: time of the processor", "at most 1.5 ms", f"{spread(cpu)} ms",
             median(cpu) <= 1.5),
            ("The same, of sshd with a forced `echo`", "at least 20 times ours",
             f"{times(other, cpu)} times", ratio(other, cpu)[0] >= 20)]

    def growth_promises(self):
        ours, theirs = (party(self.results["c"], name)["rows"][-1] for name in ["picket", "sshd"])
        factor = theirs["pss"] / ours["pss"]
        row, first = self.results["e"][-1], self.results["e"][0]
        status = row["status"]
        part = ratio(status["picket"], status["powermand"])
        growth = (median(status["picket"]) - median(first["status"]["picket"])) / MS
        return [
            (f"Memory with {ours['sessions']:,} sessions, of sshd", "at least 30 times ours",
             f"{short(factor)} times ({short(theirs['pss'])} and {short(ours['pss'])} MiB)",
             factor >= 30),
            (f"`status` of {row['switches']} switches, of powermand's time", "at most 1.00 times",
             f"{times(status['picket'], status['powermand'])} times", part[0] <= 1),
            (f"What {row['switches']} switches take longer than one", "at most the processor's time "
             f"for them, {short(row['cpu'])} ms", f"{short(growth)} ms", growth <= row["cpu"])]

    # The page

    def text(self):
        results = self.results
        return "\n".join([
            self.opening(), "## What must hold", "", table(
                ["what", "bound", "found: median (quartiles), ratio (95 % bootstrap)", "holds"],
                [(what, bound, found, "yes" if holds else "**no**")
                 for what, bound, found, holds in self.promises()]),
            self.shots(), self.by_ssh(), self.rests(), self.handshakes(), self.sessions(), self.crowds(),
            self.switches(), self.arbiter(), self.idle(), notes(results)])

    def opening(self):
        results, versions, machine = (self.results, self.results["versions"], self.results["machine"])
        listed = ", ".join(f"{name} {version}" for name, version in versions.items())
        quick = "\n**This was a short run, which only shows that the bench works.**\n" \
            if results["is quick"] else ""
        busy = max(machine["load"], 0)
        words = (f"when it began, {short(busy)} processes wanted the processor (the load of the minute "
                 "before it)") + ("; **the machine was busy with other work**" if busy > 0.7 else "")
        sleep = "keeps processors from sleeping" if machine["may forbid sleep"] \
            else "**may not keep processors from sleeping here, as it would**"
        return f"""# What it costs, beside what one would use instead

    deploy/bench            # measures, and writes this page and its pictures: {minutes(results)}
    deploy/bench --quick    # whether the bench itself works

Everybody does the same work on the same machine in the same run, in turns, on loopback; the programs are built as `deploy/build` ships them.
Beside Picket: OpenSSH's sshd with a key whose forced command calls powerman's `pm`, or the fence agent for the switch behind a lock file;
and powermand by itself. Measured on {results["when"]}; {words}.
{quick}
{machine["cores"]} cores of {machine["model"]}, {machine["memory"]} GiB, virtual. {listed}.
While a switch is commanded picketd {sleep}; nobody else does ([decisions/0010](decisions/0010-no-processor-sleeps-during-a-shot.md)).
"""

    def shots(self):
        rows = []
        for shots in self.results["a"]["shots"]:
            for way, words in [("new", "new connection"), ("open", "open session")]:
                if not shots[way]:
                    continue
                total = [shot["total"] for shot in shots[way]]
                wire = [shot["wire"] for shot in shots[way]]
                rows.append((shots["party"], shots["switch"], words, spread(total, MS),
                             short(median(wire) / MS), spread(own(shots, way), MS),
                             short(median([shot["client"] for shot in shots[way]]) / MS), len(total),
                             shots["failed"] or ""))
        sync = self.results["sync"]
        return f"""## A shot

`off`, and the proof that the outlet is off. Picket reads the outlet back before it says so; `pm -0` does not, so the forced command asks `pm -q` afterwards; fence_apc asks by itself.
The switch is a simulated BayTech with echo; each party has one of its own, Picket with its built-in driver, powermand with Debian's `baytech-rpc3-nc.dev`. There are three kinds of it:

- **in a row**: its line has no wire time, and it has switched as soon as it is told to. Six outlets are switched off, the next as soon as the last is known to be off; then there is a rest.
- **after a rest**: its line has no wire time, it takes 100 ms to switch, and before each shot everybody has rested for a quarter of a second. That is how a shot comes in life, and what it says
  of Picket is mixed with what this machine does to memory that nobody has used for a while (below).
- **9600 baud**: the same with a line of that speed.

The fence agent and "picket, telnet" have a simulated APC with a command line behind ser2net, "network". One client for all, in one process that stays (`Tests/door-load/asker.c`, libssh; ssh's own start would hide the
difference): curve25519-sha256, ssh-ed25519, aes256-gcm. The time is from the connection to the exit status, and includes the client's arithmetic. `hold_up` is 0: nobody else waits for power supplies.

"Wire and switch" is the time in which it was the switch's turn, by its log: from each thing that reached it to the last that it said to it. What is left is the party's own. A pseudo-terminal
takes what is sent to the switch at once; what comes from it has the line's speed. An fdatasync of 4 KiB alone takes {spread(sync, MS)} ms on this disk. Picket makes two for a shot, the others none: so there is a Picket
whose ledger is in memory, and its own time is what it spends beside wire, switch and disk. "Nobody between" is a client in C that speaks to the switch itself (`Tests/side-by-side/bare.c`): no door, no arbiter, no record.
What that takes is this machine's, with its pseudo-terminal and the simulated switch's process, and in everybody's own time.

""" + table(["who", "switch", "over", "total, ms", "wire and switch, ms", "own, ms",
             "of it the client's processor, ms", "shots", "failed, of both"], rows) + """
![Own time of a shot](benchmarks/shots.svg)

![A shot at 9600 baud](benchmarks/shots-9600.svg)
"""

    def by_ssh(self):
        rows = [(row["party"], spread(row["new"], MS), spread(row["open"], MS), len(row["new"]))
                for row in self.results["a"]["by ssh"]]
        return """The same `off` after a rest, at the switch without wire time, as somebody at a shell has it, by `ssh` with its own start; "open" is over a ControlMaster.

""" + table(["who", "new connection, ms", "open session, ms", "shots"], rows)

    def rests(self):
        rows = [("at once" if row["rest"] == 0 else f"{row['rest'] * MS:.0f} ms", spread(row["times"], MS),
                 short(median(row["picketd"]) / MS), short(median(row["client"]) / MS))
                for row in self.results["h"]]
        return f"""## After a rest

`quorum` over an open session, without a switch and without a record: asked again as soon as it is answered, or after a rest in which nobody does anything. {len(self.results["h"][0]["times"])} each.

""" + table(["asked again after", "answered after, ms", "picketd's processor, ms", "the client's, ms"], rows)

    def handshakes(self):
        rows = [(row["party"], spread(row["sequential"]), spread(row["parallel"]), spread(row["cpu"]))
                for row in self.results["b"]]
        return f"""## Handshakes

Connection, key exchange, login, one command, farewell. Picket answers `quorum`; sshd starts a shell that says `echo OK`, the least that a forced command can do, or one that calls `pm -q`. The client's arithmetic
runs on the same machine. The processor's time is the daemon's with all that it starts, and powermand's where it is asked. {len(self.results["b"][0]["cpu"])} rounds of {self.results["scale"]["handshakes"]}.

""" + table(["who", "a second, one after the other", "a second, 8 at once", "processor, ms each"], rows)

    def sessions(self):
        ours, theirs = (party(self.results["c"], name)["rows"] for name in ["picket", "sshd"])
        rows = [(f"{one['sessions']:,}", short(one["pss"]), short(one["rss"]), short(other["pss"]),
                 short(other["rss"]), other["processes"], short(other["pss"] / one["pss"]))
                for one, other in zip(ours, theirs)]
        return """## Sessions that are open

Logged in, and silent. PSS counts a page that several processes share once, divided among them; RSS counts it for each. Of sshd it is the sum over its processes, two for each session.

""" + table(["sessions", "picket: PSS, MiB", "RSS", "sshd: PSS, MiB", "RSS", "processes", "PSS, times ours"],
            rows) + "\n![Memory](benchmarks/memory.svg)\n"

    def crowds(self):
        rows = []
        for row in self.results["d"]:
            cells = [row["load"], row["party"]]
            for way in ["open", "new"]:
                got = row[way]["times"]
                if got:
                    cells.append(", ".join(short(quantile(got, share) / MS) for share in (0.5, 0.99, 1)))
                else:
                    cells.append("none")
                cells.append(f"{len(got)} of {row[way]['asked']}")
            rows.append(cells)
        return """## A crowd at the door

What somebody notices who asks over an open session, and somebody who comes anew each time, from an address that Picket's site file does not know as its own; the strangers come from another. sshd runs a forced
`echo`: once as Debian ships it (`MaxStartups 10:30:100`), and once with `MaxStartups 1000:30:2000`. p50, p99 and the longest, in ms; and how many were answered.

""" + table(["load", "who", "open session, ms", "answered", "new connection, ms", "answered"], rows) + """
`deploy/bench-door` does it with a thousand sessions and shots beside, for Picket alone.

![Beside crowds](benchmarks/crowds.svg)
"""

    def switches(self):
        rows = []
        for row in self.results["e"]:
            status, shot = row["status"], row["shot while polled"]
            rows.append((row["switches"], spread(status["picket"], MS), spread(status["powermand"], MS),
                         times(status["picket"], status["powermand"]), spread(shot["picket"], MS),
                         spread(shot["powermand"], MS)))
        return """## Many switches

`status` of all of them, each read anew, without wire time; Picket over an open session of ssh, powermand over its own protocol on an open connection, without `pm`'s start. And one verified off while somebody else asks for the
status of all without a pause (100 ms of it are the switch's).

""" + table(["switches", "picket, ms", "powermand, ms", "ratio", "picket: off, ms", "powermand: off, ms"], rows) + \
            "\n![Status](benchmarks/status.svg)\n"

    def arbiter(self):
        found = self.results["f"]
        rows = [(int(row["nodes"]), f"{int(row['past']):,}", short(row["shot"]), short(row["shot99"]),
                 short(row["quorum"]), short(row["quorum99"]), f"{1e6 / row['quorum']:,.0f}")
                for row in found["decisions"]]
        appends = found["appends"][0]
        starts = [(f"{int(row['past']):,}", short(row["bytes"] / 1024), short(row["start"] / MS))
                  for row in found["starts"]]
        return """## Arbiter and ledger

By themselves. One whole shot (the request, its records, the reports of its switch, switching on again, the admission: ten events and five records) and one `quorum`, in microseconds. The past costs nothing; the number
of nodes costs what the answer to `quorum` has to name.

""" + table(["nodes", "past shots", "shot, median", "p99", "quorum, median", "p99", "quorums a second"], rows) + f"""
An entry of the ledger, on the disk before the next begins: {short(appends["median"] / MS)} ms in the middle, {short(appends["p99"] / MS)} ms at the 99th, {appends["entries"] / appends["all"] * 1e6:,.0f} a second.
Opening and reading a ledger (its file in memory) takes the same for any past, because a start reads from the last entry that condenses all before it ([arbiter.md](arbiter.md)):

""" + table(["past shots", "file, KiB", "start, ms"], starts)

    def idle(self):
        rows = [(row["party"], row["switches"], short(row["sleeps"]), short(row["preemptions"]),
                 short(row["cpu"]), short(row["pss"]), short(row["rss"])) for row in self.results["g"]]
        return """## Nothing to do

Nobody is connected, and nobody asks.

""" + table(["who", "switches", "wakeups a second", "preemptions a second", "processor, ms a second",
             "PSS, MiB", "RSS, MiB"], rows)

    # Its pictures

    def pictures(self):
        shots = self.results["a"]["shots"]
        found = {}
        ours = {"picket, record in memory": "picket", "sshd + pm": "sshd + pm"}
        series = [(f"{name}, {words}", [(x / MS, y) for x, y in cumulative(own(shot, way))])
                  for shot in shots if shot["switch"] == "in a row"
                  for name in [ours.get(shot["party"])] if name
                  for way, words in [("open", "open session"), ("new", "new connection")]]
        found["shots"] = chart("A shot's own time in a row, beside wire, switch and disk", "ms", "% at most so long",
                               series, log_x=True, steps=True)
        series = [(f"{shot['party']}, open session",
                   [(x / MS, y) for x, y in cumulative([one["total"] for one in shot["open"]])])
                  for shot in shots if shot["switch"] == "9600 baud"]
        series.append(("the switch and its wire, for picket", [(x / MS, y) for x, y in cumulative(
            [one["wire"] for one in self.slow["open"]])]))
        found["shots-9600"] = chart("A shot at 9600 baud, from the request to the answer", "ms",
                                    "% at most so long", series, steps=True)
        series = [(row["party"], [(one["sessions"], one["pss"]) for one in row["rows"]])
                  for row in self.results["c"]]
        found["memory"] = chart("Memory of idle sessions", "sessions", "PSS, MiB", series, log_y=True)
        series = [(name, [(row["switches"], median(row["status"][name]) / MS) for row in self.results["e"]])
                  for name in ["picket", "powermand"]]
        found["status"] = chart("`status` of all switches", "switches", "ms, median", series, log_x=True,
                                log_y=True)
        found["crowds"] = self.crowd_picture()
        return found

    def crowd_picture(self):
        rows = self.results["d"]
        names = list(dict.fromkeys(row["party"] for row in rows))
        series = [(name, [(x / MS, y) for x, y in cumulative(
            [time for row in rows if row["party"] == name for time in row["open"]["times"]])])
            for name in names]
        return chart("An answer over an open session, all loads together", "ms", "% at most so long",
                     series, log_x=True, steps=True)


def minutes(results):
    return f"{max(1, round(results['seconds'] / 60))} minutes"


def notes(results):
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "notes.md")
    with open(path) as file:
        return file.read()


def main(results, page, pictures):
    with open(results) as file:
        made = Page(json.load(file))
    os.makedirs(pictures, exist_ok=True)
    for name, picture in made.pictures().items():
        with open(f"{pictures}/{name}.svg", "w") as file:
            file.write(picture)
    with open(page, "w") as file:
        file.write(made.text())


if __name__ == "__main__":
    main(*sys.argv[1:4])
