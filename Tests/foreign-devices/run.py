#!/usr/bin/env python3
"""Plays powerman's own simulated devices to `picket try`, each met in four ways.

    Tests/foreign-devices/run.py SOURCES [NAME ...]

SOURCES is a directory with powerman's sources (github.com/chaos/powerman, or `apt-get source powerman`): the
simulated devices in t/simulators are built from it into a temporary directory, with cc. They are GPL, and no part
of this repository. PICKET names the tool, .build/debug/picket without it; JOBS how many run at a time, 4.

A device stands behind a pseudo-terminal. One that ends is started again, as a line that has hung up. It is met
fresh; after a Picket that was killed in the midst of it; in a session that somebody has left open; and with half
a line typed. Verified is what `picket try --off --on` ends with 0 for. Exit status 1 where one is not.
"""
import os
import pathlib
import pty
import select
import subprocess
import sys
import tempfile
import threading
import time
import tty

FILES = "/etc/powerman"
# Device, program and arguments, device file, outlet, what opens a session, half a line.
DEVICES = [
    ("baytech-rpc3-nc", "baytech -p rpc3-nc", "baytech-rpc3-nc", "3", "", "of"),
    ("baytech-rpc3-de", "baytech -p rpc3-de", "baytech-rpc3-nc", "3", "", "of"),
    ("baytech-rpc28-nc", "baytech -p rpc28-nc", "baytech-rpc28-nc", "3", "", "of"),
    ("baytech-rpc3", "baytech -p rpc3", "baytech", "3", "baytech\r\n1\r\n", "1"),
    ("icebox-v2", "icebox -p v2", "icebox", "3", "auth icebox\r\n", "ps"),
    ("icebox-v3", "icebox -p v3", "icebox3", "3", "auth icebox\r\n", "ps"),
    ("icebox-v4", "icebox -p v4", "icebox3", "3", "auth icebox\r\n", "ps"),
    ("cyclades-pm8", "cyclades -p pm8", "cyclades-pm8", "3", "admin\npm8\n", "ad"),
    ("cyclades-pm10", "cyclades -p pm10", "cyclades-pm10", "3", "admin\npm8\n", "ad"),
    ("cyclades-pm20", "cyclades -p pm20", "cyclades-pm20", "3", "admin\npm8\n", "ad"),
    ("cyclades-pm42", "cyclades -p pm42", "cyclades-pm42", "3", "admin\npm8\n", "ad"),
    ("ilom-ssh", "ilom -p ssh", "ilom", "1", "", "ro"),
    ("ilom-serial", "ilom -p serial", "ilom", "1", "root\nchangeme\n", "ro"),
    ("ilom-serial-loggedin", "ilom -p serial_loggedin", "ilom", "1", "", "ro"),
    ("lom-ssh", "lom -p ssh", "lom", "1", "", "ad"),
    ("lom-serial", "lom -p serial", "lom", "1", "admin\nadmin\n", "ad"),
    ("lom-serial-loggedin", "lom -p serial_loggedin", "lom", "1", "", "ad"),
    ("swpdu", "swpdu", "swpdu", "3", "", "sta"),
    ("vpc", "/usr/sbin/vpcd", "vpc", "3", "login\n", "lo"),
]
WAYS = ["fresh", "restarted", "session", "half"]
LIBRARY = ["xread.c", "xmalloc.c", "error.c"]
# For one step of `picket try`, several times over.
PATIENCE = 300
# Until the one that is killed is in the midst of its work.
UNTIL_KILLED = 25


def build(sources, directory):
    for name in sorted({program.split()[0] for _, program, *_ in DEVICES}):
        if not name.startswith("/"):
            subprocess.run(
                ["cc", "-w", f"-I{sources}/src/libcommon", f"-I{sources}/src/liblsd",
                 "-o", f"{directory}/{name}", f"{sources}/t/simulators/{name}.c"]
                + [f"{sources}/src/libcommon/{part}" for part in LIBRARY], check=True)


class Device:
    """A program behind a pseudo-terminal, at a name that stays."""

    def __init__(self, command, link):
        self.command, self.link, self.is_over = command, link, False
        self.start()
        self.thread = threading.Thread(target=self.carry, daemon=True)
        self.thread.start()

    def start(self):
        self.master, self.slave = pty.openpty()
        tty.setraw(self.slave)
        self.link.unlink(missing_ok=True)
        self.link.symlink_to(os.ttyname(self.slave))
        self.program = subprocess.Popen(
            ["stdbuf", "-o0"] + self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, bufsize=0)

    def hang_up(self):
        self.program.kill()
        self.program.wait()
        os.close(self.master)
        os.close(self.slave)

    def carry(self):
        while not self.is_over:
            said = self.program.stdout
            ready, _, _ = select.select([self.master, said], [], [], 0.2)
            try:
                if said in ready:
                    text = os.read(said.fileno(), 4096)
                    if not text:
                        self.hang_up()
                        self.start()
                        continue
                    os.write(self.master, text)
                if self.master in ready:
                    self.program.stdin.write(os.read(self.master, 4096))
            except OSError:
                time.sleep(0.05)

    def type(self, text):
        self.program.stdin.write(text.encode())
        time.sleep(0.7)

    def stop(self):
        self.is_over = True
        self.thread.join()
        self.hang_up()


def attempt(device, way, picket, directory):
    name, program, file, outlet, session, half = device
    words = program.split()
    if not words[0].startswith("/"):
        words[0] = f"{directory}/{words[0]}"
    link, site = directory / f"{name}-{way}", directory / f"{name}-{way}.yaml"
    site.write_text(
        f'switches:\n  pdu: {{driver: "powerman:{FILES}/{file}.dev", line: {link}}}\n'
        f"clusters:\n  c:\n    nodes:\n      n1:\n        feeds: [pdu/{outlet}]\n"
        '        keys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ+1VQzkjQ4V5y0Vjkj0cGmRkx1mJwPq3qQk1z4W6q8A n1"]\n')
    run = [picket, "try", "pdu", outlet, "--off", "--on", "--yes", "--site", site]
    played = Device(words, link)
    time.sleep(0.4)
    try:
        if way == "restarted":
            first = subprocess.Popen(run, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(UNTIL_KILLED)
            first.kill()
            first.wait()
        elif way != "fresh":
            played.type(session if way == "session" else half)
        done = subprocess.run(
            run, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=PATIENCE, text=True, errors="replace")
        return done.returncode, done.stdout
    finally:
        played.stop()


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    picket = os.environ.get("PICKET", ".build/debug/picket")
    wanted = sys.argv[2:]
    with tempfile.TemporaryDirectory() as name:
        directory = pathlib.Path(name)
        build(sys.argv[1], directory)
        jobs = [(device, way) for device in DEVICES for way in WAYS if not wanted or device[0] in wanted]
        count, failed, lock = len(jobs), [], threading.Lock()

        def work():
            while True:
                with lock:
                    if not jobs:
                        return
                    device, way = jobs.pop(0)
                try:
                    status, output = attempt(device, way, picket, directory)
                except (OSError, subprocess.SubprocessError) as error:
                    status, output = -1, str(error)
                with lock:
                    print("verified" if status == 0 else f"status {status}", device[0], way, flush=True)
                    if status != 0:
                        failed.append((device[0], way))
                        print(output, flush=True)

        workers = [threading.Thread(target=work) for _ in range(int(os.environ.get("JOBS", "4")))]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        print(f"{count - len(failed)} of {count} verified")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
