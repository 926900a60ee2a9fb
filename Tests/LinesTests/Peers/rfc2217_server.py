#!/usr/bin/python3
"""pyserial's own RFC 2217 server on a port that the system chooses, for one caller at a time.

    rfc2217_server.py PATH       serves a terminal; its modem lines, which it has not, read as low
    rfc2217_server.py machine    serves a machine: power button on DTR, power light on DCD, reset on RTS

Says `port N`, then a line for everything that is set or moved. Ends when its input ends.
"""

import os
import socket
import sys
import threading
import time

import serial
import serial.rfc2217


def say(text):
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


class Terminal(serial.Serial):
    """A pseudo-terminal: no modem lines to set or to read."""

    cts = dsr = ri = cd = property(lambda self: False)

    def _update_dtr_state(self):
        say("dtr %d" % self._dtr_state)

    def _update_rts_state(self):
        say("rts %d" % self._rts_state)

    def _reconfigure_port(self, force_update=False):
        super()._reconfigure_port(force_update)
        say("set %d %d %s %s" % (self._baudrate, self._bytesize, self._parity, self._stopbits))


class Machine:
    """Holding DTR for 0.4 s cuts the power, raising it switches on. Speaks no bytes."""

    baudrate, bytesize, parity, stopbits = 9600, 8, "N", 1
    xonxoff = rtscts = break_condition = False
    in_waiting = 0
    cts = dsr = ri = False

    def __init__(self):
        self.running = True
        self.pressed = None
        self.spent = False
        self._rts = False

    def _advance(self):
        if self.running and self.pressed and not self.spent:
            if time.monotonic() - self.pressed >= 0.4:
                self.running = False
                self.spent = True
                say("power off")

    @property
    def cd(self):
        self._advance()
        return self.running

    @property
    def dtr(self):
        return self.pressed is not None

    @dtr.setter
    def dtr(self, level):
        self._advance()
        if level and self.pressed is None:
            self.pressed = time.monotonic()
            if not self.running:
                self.running = True
                say("power on")
        elif not level:
            self.pressed = None
            self.spent = False
        say("dtr %d" % level)

    @property
    def rts(self):
        return self._rts

    @rts.setter
    def rts(self, level):
        self._rts = level
        say("rts %d" % level)

    def read(self, count):
        time.sleep(0.05)
        return b""

    def write(self, data):
        pass

    def reset_input_buffer(self):
        pass

    reset_output_buffer = reset_input_buffer


class Caller:
    """Between one connection and the port."""

    def __init__(self, port, connection):
        self.port = port
        self.connection = connection
        self.lock = threading.Lock()
        self.alive = True
        self.manager = serial.rfc2217.PortManager(port, self)

    def write(self, data):
        with self.lock:
            self.connection.sendall(data)

    def outward(self):
        while self.alive:
            data = self.port.read(self.port.in_waiting or 1)
            if data:
                try:
                    self.write(b"".join(self.manager.escape(data)))
                except OSError:
                    return

    def poll(self):
        while self.alive:
            time.sleep(0.1)
            try:
                self.manager.check_modem_lines()
            except OSError:
                return

    def serve(self):
        for work in (self.outward, self.poll):
            threading.Thread(target=work, daemon=True).start()
        while True:
            try:
                data = self.connection.recv(1024)
            except OSError:
                break
            if not data:
                break
            data = b"".join(self.manager.filter(data))
            if data:
                self.port.write(data)
        self.alive = False


def main():
    if sys.argv[1] == "machine":
        port = Machine()
    else:
        port = Terminal(sys.argv[1], timeout=0.1)
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(4)
    say("port %d" % listener.getsockname()[1])
    threading.Thread(
        target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True
    ).start()
    while True:
        connection, _ = listener.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        say("caller")
        Caller(port, connection).serve()
        connection.close()
        say("gone")


main()
