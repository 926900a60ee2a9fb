"""The machines of a comparison: picketd, OpenSSH's sshd, powermand, ser2net, simulated switches, and a
client at each door. All of them live in a scratch folder, on ports that the system chose, and end with
the program."""
import contextlib
import glob
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import typing


class Failure(Exception):
    pass


def text(path):
    with open(path) as file:
        return file.read()


class Process:
    """A program of ours, and what the kernel says of it."""

    def __init__(self, words, stderr=None, **more):
        self.words = words
        self.popen = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr, text=True, **more)
        self.pid = self.popen.pid

    def line(self):
        line = self.popen.stdout.readline()
        if not line:
            raise Failure(f"{self.words[0]} ended: {self.popen.wait()}")
        return line.rstrip("\n")

    def tell(self, line):
        self.popen.stdin.write(line + "\n")
        self.popen.stdin.flush()

    def end(self):
        if self.popen.poll() is None:
            self.popen.terminate()
            try:
                self.popen.wait(10)
            except subprocess.TimeoutExpired:
                self.popen.kill()
                self.popen.wait()

    def tree(self):
        """It and everything that it started, also what has changed its group."""
        children = {}
        for path in glob.glob("/proc/[0-9]*/stat"):
            with contextlib.suppress(OSError, IndexError):
                fields = text(path).rsplit(")", 1)
                parent = int(fields[1].split()[1])
                children.setdefault(parent, []).append(int(path.split("/")[2]))
        found, todo = [], [self.pid]
        while todo:
            pid = todo.pop()
            found.append(pid)
            todo += children.get(pid, [])
        return found

    def memory(self):
        """Of the whole tree: what it alone has, with its share of what several have; and what is
        resident, which counts what is shared once for each. MiB."""
        sums = {"Pss": 0, "Rss": 0}
        pids = self.tree()
        for pid in pids:
            with contextlib.suppress(OSError):
                rollup = text(f"/proc/{pid}/smaps_rollup")
                for name in sums:
                    sums[name] += int(re.search(rf"^{name}:\s+(\d+)", rollup, re.M)[1])
        return {"pss": sums["Pss"] / 1024, "rss": sums["Rss"] / 1024, "processes": len(pids)}

    def processor(self):
        """Seconds, of the whole tree and of whoever has ended and was waited for."""
        seconds = 0.0
        for pid in self.tree():
            with contextlib.suppress(OSError):
                # Of who lives to the nanosecond, of who has ended in hundredths.
                for path in glob.glob(f"/proc/{pid}/task/*/schedstat"):
                    seconds += int(text(path).split()[0]) / 1e9
                fields = text(f"/proc/{pid}/stat").rsplit(")", 1)[1].split()
                seconds += sum(int(field) for field in fields[13:15]) / os.sysconf("SC_CLK_TCK")
        return seconds

    def switches(self):
        """How often its threads have gone to sleep, and how often they were put aside."""
        counts = [0, 0]
        for path in glob.glob(f"/proc/{self.pid}/task/*/status"):
            with contextlib.suppress(OSError):
                status = text(path)
                for index, name in enumerate(["voluntary", "nonvoluntary"]):
                    found = re.search(rf"^{name}_ctxt_switches:\s+(\d+)", status, re.M)
                    counts[index] += int(found[1])
        return {"sleeps": counts[0], "preemptions": counts[1]}

    def port(self):
        """The one it listens on, once it does."""
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            own = set()
            for path in glob.glob(f"/proc/{self.pid}/fd/*"):
                with contextlib.suppress(OSError):
                    found = re.match(r"socket:\[(\d+)\]", os.readlink(path))
                    if found:
                        own.add(found[1])
            for row in text("/proc/net/tcp").splitlines()[1:]:
                words = row.split()
                if words[9] in own and words[3] == "0A":
                    return int(words[1].split(":")[1], 16)
            time.sleep(0.02)
        raise Failure(f"{self.words[0]} does not listen")


class Answer(typing.NamedTuple):
    began: float  # seconds since the machine's start
    took: int  # microseconds
    used: int  # microseconds of the client's processor
    status: int
    heard: str  # the first line


class Client(Process):
    """Somebody who is told what to ask, and says how long it took."""

    def ask(self, order):
        """Microseconds, exit status, first line."""
        self.tell(order)
        answer = self.answer()
        return answer.took, answer.status, answer.heard

    def row(self, orders):
        """The answers to all of them, each asked as soon as the last was answered."""
        self.tell("\n".join([f"row {len(orders)}", *orders]))
        return [self.answer() for _ in orders]

    def answer(self):
        began, took, used, status, *heard = self.line().split(" ", 4)
        return Answer(int(began) / 1e6, int(took), int(used), int(status), "".join(heard))

    def must(self, order):
        took, status, heard = self.ask(order)
        if status != 0:
            raise Failure(f"`{order}`: status {status}, {heard}")
        return took


class Asker(Client):
    """The client, the same at every door: asker.c says what it can be told."""

    def __init__(self, load, port, keys, name, user=None):
        environment = dict(os.environ)
        if user:
            environment["DOOR_USER"] = user
        super().__init__([load, str(port), keys, "asker", name], env=environment)


class World:
    """The scratch folder. What is started is ended in the opposite order."""

    def __init__(self, programs):
        self.programs = programs
        self.fields = 0
        self.stack = contextlib.ExitStack()
        self.folder = self.stack.enter_context(tempfile.TemporaryDirectory(prefix="picket-bench."))
        # sshd's sessions read what is theirs as another user.
        os.chmod(self.folder, 0o755)
        # The ledger, once on the disk and once where fsync costs nothing.
        self.memory = self.stack.enter_context(
            tempfile.TemporaryDirectory(prefix="picket-bench.", dir="/dev/shm"))
        for name in ["host", "node1", "node2", "idle", "stranger"]:
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name,
                            "-f", self.at(name)], check=True)

    def __enter__(self):
        return self

    def __exit__(self, *why):
        self.stack.close()

    def at(self, name):
        return f"{self.folder}/{name}"

    def program(self, name):
        return f"{self.programs}/{name}"

    def write(self, name, content, mode=0o644):
        with open(self.at(name), "w") as file:
            file.write(content)
        os.chmod(self.at(name), mode)
        return self.at(name)

    def start(self, words, **more):
        process = Process(words, **more)
        self.stack.callback(process.end)
        return process

    def log(self, name):
        # Open as long as the world, and so is what writes to it.
        return self.stack.enter_context(open(self.at(name), "a"))

    def asker(self, port, name, user=None):
        asker = Asker(self.program("door-load"), port, self.folder, name, user)
        self.stack.callback(asker.end)
        return asker

    def bare(self, line):
        """A client at the switch itself: bare.c."""
        client = Client([self.program("bare"), line])
        self.stack.callback(client.end)
        return client

    def crowd(self, port, idle=0, silent=0, flooders=0, signers=0, user=None):
        environment = dict(os.environ, **({"DOOR_USER": user} if user else {}))
        crowd = self.start(
            [self.program("door-load"), str(port), self.folder, "crowd"]
            + [str(count) for count in (idle, silent, flooders, signers)], env=environment)
        crowd.line()
        return crowd

    # Switches

    def switch(self, name, model, baud=None, faults=()):
        words = [self.program("switch-simulator"), "--model", model, "--link", self.at(name),
                 "--wire-log", self.at(f"{name}.wire")]
        words += ["--baud", str(baud)] if baud else []
        for fault in faults:
            words += ["--fault", fault]
        self.start(words).line()
        return self.at(name)

    def switches(self, count):
        """So many BayTechs without wire time, in one process; and what to put a number behind."""
        self.fields += 1
        name = self.at(f"field-{self.fields}")
        process = self.start([self.program("switch-simulator"), "--model", "baytech", "--fault", "echo",
                              "--link", name, "--count", str(count)])
        process.line()
        return process, name + "."

    def concentrator(self, name, line):
        """A switch's terminal as a telnet port, which the switch is logged out of when it is left."""
        path = self.write(f"{name}.yaml", f"""%YAML 1.1
---
connection: &pdu
  accepter: telnet,tcp,127.0.0.1,0
  connector: serialdev,{line},9600n81,local
  options:
    openstr: "\\r"
    closestr: "exit\\r"
""")
        return self.start(
            ["/usr/sbin/ser2net", "-n", "-c", path, "-P", self.at(f"{name}.pid")],
            stderr=self.log(f"{name}.log")).port()

    # Doors

    def key(self, name):
        return text(self.at(name) + ".pub").strip()

    def picketd(self, name, switches, nodes, ledger=None, before=(), program=None):
        """`switches` and `nodes` are the lines of the site file; node1 and node2 may ask, idle is an
        operator. Gives the process and its port."""
        site = self.write(f"{name}.yaml", f"""
appliance:
  listen: ["127.0.0.1:0"]
  host_keys: [{self.at("host")}]
  ledger: {ledger or self.folder}/{name}.sqlite
  lock_directory: {self.folder}
  door: {{sessions: 4000, sessions_per_principal: 1000}}
switches:
{switches}
clusters:
  db:
    hold_up: 0s
    off_time: 0s
    shots_per_target: 1000
    shots_per_requester: 1000
    shots_window: 1s
    nodes:
{nodes}
operators:
  idle: {{keys: ["{self.key("idle")}"]}}
""")
        process = self.start(
            [*before, program or self.program("picketd"), "--site", site], stderr=self.log(f"{name}.log"))
        try:
            listening = re.search(r":(\d+)$", process.line())
        except Failure:
            listening = None
        if not listening:
            raise Failure(f"{name} does not start: {text(self.at(name + '.log'))}")
        return process, int(listening[1])

    def sshd(self, name, command, more=""):
        """OpenSSH's, with one user whose keys run `command` and nothing else. The user and /run/sshd
        exist in a mount namespace of its own: nothing of this machine is touched."""
        user = "fence"
        home = self.write(f"{name}.passwd", text("/etc/passwd")
                          + f"{user}:x:65533:65534::{self.folder}:/bin/sh\n")
        allowed = "".join(
            f'restrict,command="{command}" {self.key(key)}\n' for key in ["node1", "node2", "idle"])
        self.write(f"{name}.keys", allowed)
        for _ in range(5):
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                port = free.getsockname()[1]
            config = self.write(f"{name}.conf", f"""
ListenAddress 127.0.0.1:{port}
HostKey {self.at("host")}
AuthorizedKeysFile {self.at(name)}.keys
PidFile none
UsePAM no
StrictModes no
PasswordAuthentication no
X11Forwarding yes
PrintMotd no
{more}
""")
            process = self.start(
                ["unshare", "--mount", "sh", "-c",
                 f"mount --bind {home} /etc/passwd && mount -t tmpfs tmpfs /run"
                 f" && mkdir -m 755 /run/sshd && exec /usr/sbin/sshd -D -e -f {config}"],
                stderr=self.log(f"{name}.log"))
            with contextlib.suppress(Failure):
                process.port()
                return process, port, user
        raise Failure(f"sshd does not start: {text(self.at(name + '.log'))}")

    def powermand(self, name, devices):
        """`devices` are (device file, line, nodes, outlets)."""
        files = sorted({device[0] for device in devices})
        rows = [f'include "/etc/powerman/{file}.dev"\n' for file in files]
        for number, (file, line, nodes, outlets) in enumerate(devices):
            rows.append(f'device "d{number}" "{file}" "{line}" "9600,8n1"\n'
                        f'node "{nodes}" "d{number}" "{outlets}"\n')
        path = self.write(f"{name}.conf", 'listen "127.0.0.1:0"\n' + "".join(rows))
        process = self.start(
            ["/usr/sbin/powermand", "-f", "-c", path], stderr=self.log(f"{name}.log"))
        return process, f"127.0.0.1:{process.port()}"


def versions():
    def first(*words):
        found = subprocess.run(words, capture_output=True, text=True)
        return (found.stdout + found.stderr).strip().splitlines()[0]

    packages = ["openssh-server", "powerman", "fence-agents", "ser2net", "libssh-4", "libsqlite3-0"]
    shown = subprocess.run(["dpkg-query", "-W", "-f", "${Package} ${Version}\n", *packages],
                           capture_output=True, text=True).stdout.splitlines()
    found = dict(line.split() for line in shown if len(line.split()) == 2)
    found["swift"] = re.sub(r".*Swift version (\S+).*", r"\1", first("swift", "--version"))
    found["kernel"] = os.uname().release
    return found


def machine():
    model = re.search(r"model name\s*: (.*)", text("/proc/cpuinfo"))
    memory = int(re.search(r"MemTotal:\s+(\d+)", text("/proc/meminfo"))[1]) / 1024 / 1024
    return {"cores": os.cpu_count(), "model": model[1] if model else "unknown",
            "memory": round(memory), "may forbid sleep": os.access("/dev/cpu_dma_latency", os.W_OK),
            "load": round(os.getloadavg()[0], 2)}


def sync_cost(folder, count):
    """Microseconds of an fdatasync after 4 KiB more, as a ledger's."""
    took = []
    descriptor = os.open(f"{folder}/sync", os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    try:
        for _ in range(count):
            os.write(descriptor, b"x" * 4096)
            began = time.monotonic()
            os.fdatasync(descriptor)
            took.append((time.monotonic() - began) * 1e6)
    finally:
        os.close(descriptor)
        os.unlink(f"{folder}/sync")
    return took
