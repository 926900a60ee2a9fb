"""A whole appliance in qemu, what hangs on its serial ports, and who asks it over ssh."""
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import tempfile
import time


def eventually(what, condition, within):
    """Seconds. What the condition gives, once that is true."""
    end = time.monotonic() + within
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > end:
            raise TimeoutError(f"within {within} s it did not come to this: {what}")
        time.sleep(0.1)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def takes_kvm():
    """Some machines have /dev/kvm and yet cannot start a PC with it: tried, and not looked up."""
    if not os.access("/dev/kvm", os.R_OK | os.W_OK):
        return False
    trial = subprocess.Popen(
        ["qemu-system-x86_64", "-nodefaults", "-accel", "kvm", "-cpu", "host", "-display", "none",
         "-boot", "menu=off", "-monitor", "stdio", "-device", "isa-debug-exit"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    time.sleep(2)
    try:
        said, _ = trial.communicate("info status\nquit\n", timeout=10)
    except subprocess.TimeoutExpired:
        trial.kill()
        said, _ = trial.communicate()
    return "VM status: running" in said


class Switch:
    """A simulated power switch."""

    def __init__(self, program, model, place, name):
        self.link, self.log = place / name, place / f"{name}.wire"
        self.process = subprocess.Popen(
            [program, "--model", model, "--link", self.link, "--wire-log", self.log],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        eventually(f"{name} is there", self.link.exists, 10)

    def tell(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def heard(self, command):
        """How often, to the end of its line. What is sent to it comes in pieces of any size."""
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        pieces = re.findall(r'received "((?:[^"\\]|\\.)*)"', text)
        return "".join(pieces).lower().count(command + r"\r")

    def end(self):
        self.tell("quit")
        self.process.communicate(timeout=30)


class Appliance:
    """`lines`: the switches on its two own ports, on a card, and on a USB adapter."""

    def __init__(self, place, image, lines, accelerator, seed):
        self.place, self.lines, self.accelerator = place, lines, accelerator
        self.disk, self.control = place / "disk.sock", place / "control.sock"
        self.screen = place / "screen"
        self.port, self.other_port = free_port(), free_port()
        first, size = partition(image, "picket-state")
        self.server = subprocess.Popen(
            ["nbdkit", "--foreground", "--unix", self.disk, "python",
             pathlib.Path(__file__).with_name("volatile_disk.py"), f"disk={image}",
             f"control={self.control}", f"seed={seed}", f"first={first}", f"size={size}"])
        eventually("the disk turns", self.control.exists, 10)
        self.process = None

    def power_on(self):
        def port(number, line, device):
            words = ["-chardev", f"serial,id=line{number},path={line.link}"]
            return words + (["-device", device.format(f"chardev=line{number}")] if device else [])

        own, second, card, adapter = self.lines
        forward = (f"user,id=lan,hostfwd=tcp:127.0.0.1:{self.port}-:22,"
                   f"hostfwd=tcp:127.0.0.1:{self.other_port}-:9469")
        self.process = subprocess.Popen(
            ["qemu-system-x86_64", "-nodefaults", "-accel", self.accelerator, "-m", "512",
             "-display", "none", "-no-reboot",
             "-drive", f"file=nbd:unix:{self.disk},format=raw,if=virtio,cache=none",
             "-netdev", forward, "-device", "virtio-net,netdev=lan",
             *port(0, own, "isa-serial,{}"), *port(1, second, "isa-serial,{}"),
             # A card with two ports, whose second is the one in use.
             "-chardev", "null,id=nobody",
             "-device", "pci-serial-2x,chardev1=nobody,chardev2=line2",
             *port(2, card, None), "-device", "qemu-xhci",
             *port(3, adapter, "usb-serial,serial=FT4711,{}"),
             "-chardev", f"file,id=console,path={self.screen},append=on",
             "-device", "virtio-serial", "-device", "virtconsole,chardev=console"])

    def pull_the_plug(self):
        """Nothing of it is told, and its memory is gone."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)
        self.process = None

    def cut(self, path):
        """What would be left of its ledger's file system. Returns how many sectors waited."""
        with socket.socket(socket.AF_UNIX) as control:
            control.connect(str(self.control))
            control.sendall(f"cut {path}\n".encode())
            return int(control.makefile().readline())

    def end(self):
        if self.process:
            self.pull_the_plug()
        self.server.terminate()
        self.server.wait(10)


class Asker:
    """Somebody with a key. The host key is taken at the first look, and has to stay."""

    def __init__(self, place, name, appliance):
        self.name, self.appliance = name, appliance
        self.known = place / "known_hosts"
        self.options = [
            "-F", "/dev/null", "-T", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes",
            "-o", f"UserKnownHostsFile={self.known}", "-o", "HostKeyAlias=picket",
            "-o", "IdentitiesOnly=yes", "-o", "IdentityAgent=none", "-o", "ConnectTimeout=30",
            "-o", "ServerAliveInterval=10", "-o", "ServerAliveCountMax=3",
            "-i", place / name, "-p", str(appliance.port), "-l", name, "127.0.0.1"]

    def ask(self, line, within=90):
        done = subprocess.run(["ssh", *self.options, line], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=within)
        return done.returncode, done.stdout

    def begin(self, line):
        return subprocess.Popen(["ssh", *self.options, line], stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)

    def session(self):
        return subprocess.Popen(["ssh", *self.options], stdin=subprocess.PIPE,
                                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def host_key(appliance):
    """Empty while nobody answers."""
    scan = subprocess.run(["ssh-keyscan", "-T", "5", "-t", "ed25519", "-p", str(appliance.port),
                           "127.0.0.1"], capture_output=True, text=True)
    found = re.search(r"ssh-ed25519 \S+", scan.stdout)
    return found.group(0) if found else ""


def boot_file(image, name, change):
    """Changes a file of the boot partition; an empty one where there is none."""
    offset, _ = partition(image, "picket-boot")
    place = f"{image}@@{offset}"
    text = subprocess.run(["mtype", "-i", place, f"::{name}"], capture_output=True,
                          text=True).stdout
    with tempfile.NamedTemporaryFile("w") as file:
        file.write(change(text))
        file.flush()
        subprocess.run(["mcopy", "-o", "-i", place, file.name, f"::{name}"], check=True)


def partition(image, name):
    """Where it begins, and how long it is, in bytes."""
    table = json.loads(subprocess.check_output(["sfdisk", "--json", image]))["partitiontable"]
    part = next(part for part in table["partitions"] if part.get("name") == name)
    return part["start"] * 512, part["size"] * 512
