"""What the drills share: the emulated controller, its two lines, and pymavlink at the other end of the first."""

import json
import os
import re
import select
import socket
import subprocess
import time
import tty

from pymavlink.dialects.v20 import common

# HEARTBEAT.custom_mode and the release of the emergency stop: skein_link.h.
EMERGENCY_STOP, DEAD_MAN, EMULATED, WATCHDOG_RESET = 1, 2, 4, 8
RELEASE_MAGIC = 21196
# All but vx and yaw_rate.
SETPOINT_MASK = 0x5F7
ARM, STOP, REBOOT, HANG = 400, 185, 246, 31010
# TIM4, the motors' pulse width: its compare registers.
PULSE_WIDTHS = 0x40000834
KEY_ADDRESS = 0x080E0000
MEMORY = 0x20000000


class Failure(Exception):
    pass


def check(holds, text):
    if not holds:
        raise Failure(text)


def signing_now():
    return int((time.time() - 1420070400) * 100000)


def new_mavlink(key):
    mavlink = common.MAVLink(None, srcSystem=1, srcComponent=191)
    mavlink.robust_parsing = True
    mavlink.signing.secret_key = key
    mavlink.signing.sign_outgoing = True
    mavlink.signing.timestamp = signing_now()
    return mavlink


class Trace:
    """A line of the emulated build's second port: when it came, the controller's milliseconds, what, two numbers."""

    def __init__(self, at, words):
        self.at = at
        self.millis, self.what, self.first, self.second = int(words[0]), words[1], int(words[2]), int(words[3])


class Controller:
    """qemu with the firmware. It starts halted; `go` lets it run."""

    def __init__(self, elf, folder, key, kept=None):
        self.key_path = os.path.join(folder, "key")
        with open(self.key_path, "wb") as file:
            file.write(key)
        monitor = os.path.join(folder, "qmp")
        if os.path.exists(monitor):
            os.unlink(monitor)
        words = ["qemu-system-arm", "-M", "netduinoplus2", "-kernel", elf, "-display", "none", "-monitor", "none"]
        words += ["-device", f"loader,file={self.key_path},addr={KEY_ADDRESS},force-raw=on"]
        if kept:
            words += ["-device", f"loader,file={kept},addr={MEMORY},force-raw=on"]
        words += ["-serial", "pty", "-serial", "pty", "-S", "-qmp", f"unix:{monitor},server=on,wait=off"]
        self.process = subprocess.Popen(
            words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        self.paths = []
        while len(self.paths) < 2:
            line = self.process.stdout.readline().decode()
            check(line, "qemu ended before it named its lines")
            if found := re.search(r"/dev/pts/\d+", line):
                self.paths.append(found.group())
        self.link = self.open_line(0)
        self.trace_line = self.open_line(1)
        self.mavlink = new_mavlink(key)
        self.messages, self.traces, self.half = [], [], b""
        # Messages without a signature, and all that pymavlink could not verify.
        self.unsigned, self.bad, self.bytes_in = 0, 0, 0
        self.qmp = socket.socket(socket.AF_UNIX)
        self.qmp.connect(monitor)
        self.qmp_file = self.qmp.makefile("rw")
        json.loads(self.qmp_file.readline())
        self.order("qmp_capabilities")

    def open_line(self, number):
        line = os.open(self.paths[number], os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        tty.setraw(line)
        return line

    def order(self, name, **arguments):
        self.qmp_file.write(json.dumps({"execute": name, "arguments": arguments}) + "\n")
        self.qmp_file.flush()
        while True:
            answer = json.loads(self.qmp_file.readline())
            check("error" not in answer, f"{name}: {answer}")
            if "return" in answer:
                return answer["return"]

    def go(self):
        self.order("cont")
        return time.monotonic()

    def reset(self):
        self.order("system_reset")

    def pulse_widths(self):
        """The compare registers of the motors' timer, as the emulated chip holds them."""
        text = self.order("human-monitor-command", **{"command-line": f"xp /4xw {PULSE_WIDTHS:#x}"})
        return [int(word, 16) for word in re.findall(r"0x([0-9a-f]{8})", text)]

    def keep_memory(self, path, size=0x6000):
        self.order("pmemsave", val=MEMORY, size=size, filename=path)

    def close(self):
        for line in (self.link, self.trace_line):
            if line is not None:
                os.close(line)
        self.qmp.close()
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # What comes.

    def take(self, seconds):
        """Waits until something comes, at most so long; returns the messages."""
        lines = [line for line in (self.link, self.trace_line) if line is not None]
        ready, _, _ = select.select(lines, [], [], max(0, seconds))
        at = time.monotonic()
        new = []
        for line in ready:
            try:
                data = os.read(line, 4096)
            except (BlockingIOError, OSError):
                continue
            if line == self.trace_line:
                *whole, self.half = (self.half + data).split(b"\n")
                for text in whole:
                    words = text.decode("ascii", "replace").split()
                    if len(words) == 4:
                        self.traces.append(Trace(at, words))
                continue
            self.bytes_in += len(data)
            for message in self.mavlink.parse_buffer(data) or []:
                if message.get_type() == "BAD_DATA":
                    self.bad += 1
                    continue
                self.unsigned += not message.get_signed()
                message.at = at
                new.append(message)
        self.messages += new
        return new

    def run(self, seconds, until=None):
        """Takes for so long, or until a message is what is sought; returns that one."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for message in self.take(end - time.monotonic()):
                if until and until(message):
                    return message
        return None

    def run_trace(self, seconds, sought):
        """Takes until a line of the trace, among those not yet seen when it was called, is what is sought."""
        seen = len(self.traces)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.take(end - time.monotonic())
            for trace in self.traces[seen:]:
                if sought(trace):
                    return trace
            seen = len(self.traces)
        return None

    def last(self, kind):
        return next((message for message in reversed(self.messages) if message.get_type() == kind), None)

    # What is sent.

    def write(self, data):
        while data:
            try:
                data = data[os.write(self.link, data) :]
            except BlockingIOError:
                self.take(0.01)
                select.select([], [self.link], [], 1)

    def send(self, message):
        self.mavlink.signing.timestamp = max(self.mavlink.signing.timestamp, signing_now())
        data = bytes(message.pack(self.mavlink))
        self.write(data)
        return data

    def beat(self):
        return self.send(common.MAVLink_heartbeat_message(18, 8, 0, 0, 4, 3))

    def setpoint(self, forward, turn=0.0):
        return self.send(
            common.MAVLink_set_position_target_local_ned_message(
                0, 1, 1, 12, SETPOINT_MASK, 0, 0, 0, forward, 0, 0, 0, 0, 0, 0, turn
            )
        )

    def command(self, number, first=0.0, second=0.0):
        """Sends it, again after 200 ms without acknowledgement, as a peer does; returns that."""
        for confirmation in range(10):
            self.send(common.MAVLink_command_long_message(1, 1, number, confirmation, first, second, 0, 0, 0, 0, 0))
            ack = self.run(0.2, lambda m: m.get_type() == "COMMAND_ACK" and m.command == number)
            if ack:
                return ack
        raise Failure(f"no acknowledgement of command {number}")

    def accepted(self, number, first=0.0, second=0.0):
        ack = self.command(number, first, second)
        check(ack.result == 0, f"command {number} ({first:g}, {second:g}) was answered by {ack}")

    def denied(self, number, reason, first=0.0, second=0.0):
        ack = self.command(number, first, second)
        check(ack.result == 2 and ack.result_param2 == reason, f"command {number} was answered by {ack}")

    def meet(self):
        """Both ends have heard each other. A heartbeat a side is all that takes."""
        begin = time.monotonic()
        while time.monotonic() < begin + 10:
            self.beat()
            if self.run(0.5, lambda m: m.get_type() == "HEARTBEAT" and m.get_signed()):
                return time.monotonic() - begin
        raise Failure("no signed heartbeat within 10 s")

    def arm(self):
        self.accepted(ARM, 1)

    def drive(self, seconds, forward, turn=0.0, period=0.05):
        """Setpoints for so long, at least one; returns when the last was written, one period ago."""
        end = time.monotonic() + seconds
        last = None
        while last is None or time.monotonic() < end:
            last = time.monotonic()
            self.setpoint(forward, turn)
            while (left := last + period - time.monotonic()) > 0:
                self.take(left)
        return last
