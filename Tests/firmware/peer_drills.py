"""The real peer at the emulated controller's line: it drives, is cut off, comes back, and stops; and places by the real gpsd."""

import json
import os
import select
import shutil
import signal
import subprocess
import threading
import time
import tty

from stage import EMERGENCY_STOP, Controller, Failure, check

POLL = 0.05
PROGRAM = os.environ.get("SKEIN", "")


def until(what, seconds, condition):
    """Waits until a condition gives something true; that."""
    end = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > end:
            raise Failure(f"not within {seconds} s: {what}")
        time.sleep(POLL)
    return value


def percentile(values, part):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


def ordinary():
    """The drills' own priority is the emulator's; a daemon runs as on a robot."""
    os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))


class Peer:
    """One robot's daemon with its files. Nobody plays its air: it is alone."""

    def __init__(self, folder, device=None, camera=True, extra=""):
        self.folder = os.path.join(folder, "robot")
        shutil.rmtree(self.folder, ignore_errors=True)
        subprocess.run([PROGRAM, "fleet", "init", self.folder, "--robots", "alpha"], check=True, capture_output=True)
        self.home = os.path.join(self.folder, "alpha")
        self.socket = os.path.join(self.home, "sock")
        self.log = os.path.join(self.home, "daemon.log")
        key = os.path.join(self.home, "bridge.key")
        self.raw = os.path.join(self.folder, "controller.key")
        subprocess.run([PROGRAM, "bridge", "key", key, "--raw", self.raw], check=True)
        text = f"""[robot]
name = "alpha"
camera = {str(camera).lower()}
satellite_receiver = {str(not camera).lower()}
start_x_m = 50
start_y_m = 50
start_heading_deg = 90
key_file = "robot.key"
[fleet]
key_file = "fleet.key"
roster_file = "fleet.toml"
[state]
folder = "state"
[local]
socket = "sock"
[radio.control]
transport = "medium"
address = "127.0.0.1:9"
[radio.data]
transport = "medium"
address = "127.0.0.1:9"
[cpu]
mode = "stated"
idle_percent = 90
needed_percent = 20
[mission]
speed_m_per_s = 1
turn_deg_per_s = 40
[flight_log]
enabled = false
"""
        if device:
            text += f'[bridge]\ndevice = "{device}"\nkey_file = "bridge.key"\n'
        with open(os.path.join(self.home, "peer.toml"), "w") as file:
            file.write(text + extra)
        self.process = None

    @property
    def key(self):
        with open(self.raw, "rb") as file:
            return file.read()

    def start(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [PROGRAM, "peer", "--config", os.path.join(self.home, "peer.toml")], stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, preexec_fn=ordinary)
        until("the daemon answers", 10, self.status)

    def tool(self, *words):
        return subprocess.run([PROGRAM, *words, "--socket", self.socket], capture_output=True, text=True)

    def status(self):
        done = self.tool("status", "--json")
        return json.loads(done.stdout) if done.returncode == 0 else None

    def bridge(self):
        status = self.status()
        return status and status["bridge"]

    def is_present(self):
        bridge = self.bridge()
        return bridge and bridge["state"] == "present"

    def close(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


class Wire:
    """A line under a name of its own to the controller's: it can be cut, and notes when each setpoint passed."""

    SETPOINT = bytes([84, 0, 0])

    def __init__(self, controller, path):
        self.controller, self.path = controller, path
        self.ours = self.theirs = None
        self.half = b""
        self.setpoints = []
        self.over = threading.Event()
        self.join()
        self.thread = threading.Thread(target=self.carry, daemon=True)
        self.thread.start()

    def join(self):
        ours, self.theirs = os.openpty()
        tty.setraw(self.theirs)
        os.set_blocking(ours, False)
        if os.path.lexists(self.path):
            os.unlink(self.path)
        os.symlink(os.ttyname(self.theirs), self.path)
        self.ours = ours

    def cut(self):
        """As a plug that is pulled: the device is gone. Returns when."""
        ours, self.ours = self.ours, None
        at = time.monotonic()
        os.unlink(self.path)
        time.sleep(0.01)
        os.close(self.theirs)
        os.close(ours)
        return at

    def carry(self):
        line = self.controller.link
        while not self.over.is_set():
            ours = self.ours
            ready, _, _ = select.select([line] + ([ours] if ours is not None else []), [], [], 0.05)
            for one in ready:
                try:
                    data = os.read(one, 4096)
                except OSError:
                    continue
                if one == ours:
                    self.note(data)
                other = line if one == ours else self.ours
                try:
                    if other is not None:
                        os.write(other, data)
                except OSError:
                    pass

    def note(self, data):
        at = time.monotonic()
        self.half += data
        while len(self.half) >= 10:
            start = self.half.find(0xFD)
            if start < 0:
                self.half = b""
                return
            self.half = self.half[start:]
            size = self.half[1] + 25 if len(self.half) > 1 else 1 << 16
            if len(self.half) < size:
                return
            if self.half[7:10] == self.SETPOINT:
                self.setpoints.append(at)
            self.half = self.half[size:]

    def close(self):
        self.over.set()
        self.thread.join()
        if self.ours is not None:
            self.cut()


class Traces:
    """Reads the controller's trace on a thread of its own, with the time at which each line came."""

    def __init__(self, controller):
        self.controller = controller
        controller.link_kept, controller.link = controller.link, None
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()

    def read(self):
        while not self.over.is_set():
            self.controller.take(0.05)

    def since(self, at, sought):
        return [trace for trace in list(self.controller.traces) if trace.at >= at and sought(trace)]

    def close(self):
        self.over.set()
        self.thread.join()
        self.controller.link = self.controller.link_kept


class Set:
    """Controller, wire and peer, together."""

    def __init__(self, elf, folder, **words):
        path = os.path.join(folder, "tty")
        self.peer = Peer(folder, path, **words)
        self.controller = Controller(elf, folder, self.peer.key)
        self.controller.go()
        self.wire = Wire(self.controller, path)
        # From here on the wire alone reads and writes the line.
        line = self.controller.link
        self.traces = Traces(self.controller)
        self.wire.controller = type("Line", (), {"link": line})()

    def __enter__(self):
        try:
            self.peer.start()
            until("the controller is heard", 15, self.peer.is_present)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.peer.close()
        self.wire.close()
        self.traces.close()
        self.controller.close()

    def moves(self, since):
        return self.traces.since(since, lambda t: t.what == "motors" and (t.first or t.second))

    def drive(self):
        """The mission's order to organise: a robot with a camera looks around."""
        begin = time.monotonic()
        done = self.peer.tool("mission", "run", "--configured", "--yes")
        check(done.returncode == 0, f"mission run: {done.stderr.strip()}")
        until("the wheels turn", 10, lambda: self.moves(begin))
        until("the wheels turn for a second", 10, lambda: self.moves_since() > 1)
        return begin

    def moves_since(self):
        """For how long the motors have had an output without a pause, s."""
        began = None
        for trace in self.traces.since(0, lambda t: t.what == "motors"):
            if not trace.first and not trace.second:
                began = None
            elif began is None:
                began = trace.at
        return 0 if began is None else time.monotonic() - began


def delays(wire, traces, begin):
    """From the wire's reading of a setpoint until the controller says that it has taken it, s."""
    sent = [at for at in wire.setpoints if at >= begin]
    taken = traces.since(begin, lambda t: t.what == "setpoint")
    spans, place = [], 0
    for trace in taken:
        while place + 1 < len(sent) and sent[place + 1] <= trace.at:
            place += 1
        if place < len(sent) and sent[place] <= trace.at:
            spans.append(trace.at - sent[place])
    return spans


def peer(elf, folder):
    """the peer arms and drives; setpoint path; serial cut and joined again; emergency stop reaches the controller"""
    with Set(elf, folder) as stage:
        begin = stage.drive()
        time.sleep(6)
        bridge = stage.peer.bridge()
        check(bridge["armed"], "driven and not armed")
        sent = [at for at in stage.wire.setpoints if at >= begin]
        gaps = [later - one for one, later in zip(sent, sent[1:])]
        spans = delays(stage.wire, stage.traces, begin)
        check(len(spans) > 50, f"only {len(spans)} setpoints were traced")
        path = bridge["setpoint_delay_p99_s"] + percentile(spans, 0.99)
        figures = [
            f"{len(sent) / (sent[-1] - sent[0]):.0f} setpoints/s (longest gap {max(gaps) * 1000:.0f} ms), "
            f"decided to sent p99 {bridge['setpoint_delay_p99_s'] * 1000:.2f} ms, sent to taken by the firmware "
            f"p50 {percentile(spans, 0.5) * 1000:.1f} p99 {percentile(spans, 0.99) * 1000:.1f} ms of {len(spans)}, "
            f"round trip {bridge['round_trip_s'] * 1000:.1f} ms"
        ]
        # 20 is the robot's limit. The emulator takes a byte at a time, and beside other work it has pauses of its own.
        figures[-1] += f", path p99 {path * 1000:.1f} ms (limit 20)"
        check(path <= 0.04, f"setpoint path p99 {path * 1000:.1f} ms")
        figures.append(cut(stage))
        figures.append(stop(stage))
        return "; ".join(figures)


def cut(stage):
    stage.peer.tool("mission", "stop")
    stage.drive()
    at = stage.wire.cut()
    still = until("the motors stand", 3, lambda: stage.traces.since(
        at, lambda t: t.what == "motors" and not t.first and not t.second))[0].at - at
    disarmed = until("disarmed", 4, lambda: stage.traces.since(at, lambda t: t.what == "disarmed"))[0].at - at
    check(0.3 <= still <= 0.5 and disarmed <= 2, f"motors zero after {still:.3f} s, disarmed after {disarmed:.3f} s")
    closed = until("the peer notices", 5, lambda: stage.peer.bridge()["state"] == "closed")
    check(closed, "the line is not closed")
    begin = time.monotonic()
    stage.wire.join()
    until("the controller is heard again", 10, stage.peer.is_present)
    back = time.monotonic() - begin
    begin = stage.drive()
    return f"cut: motors zero after {still * 1000:.0f} ms, disarmed after {disarmed:.2f} s, back in {back:.1f} s, drives again"


def stop(stage):
    at = time.monotonic()
    done = stage.peer.tool("stop")
    check(done.returncode == 0, f"stop: exit code {done.returncode}, {done.stderr.strip()}")
    zero = until("the motors stand", 3, lambda: stage.traces.since(
        at, lambda t: t.what == "motors" and not t.first and not t.second))[0].at - at
    until("latched", 3, lambda: stage.peer.bridge()["stop_latched"])
    check(not stage.peer.bridge()["armed"], "stopped and armed")
    refused = stage.peer.tool("mission", "run", "--configured", "--yes")
    check(refused.returncode == 7, f"mission run while stopped: exit code {refused.returncode}")
    number = str(stage.peer.status()["safety"]["number_max"])
    # A peer that restarts meanwhile stays stopped, and so does the controller.
    stage.peer.close()
    stage.peer.start()
    until("the controller is heard", 10, stage.peer.is_present)
    check(stage.peer.bridge()["stop_latched"], "a restart of the peer has released the stop")
    done = stage.peer.tool("stop", "--release", number)
    check(done.returncode == 0, f"release: {done.stderr.strip()}")
    until("released", 3, lambda: not stage.peer.bridge()["stop_latched"])
    stage.drive()
    return f"stop: motors zero {zero * 1000:.0f} ms after the command was given, latched over the peer's restart, released"


class Receiver:
    """The real gpsd, and a DGPS receiver on a pty: sentences of NMEA 0183 each 0.2 s."""

    def __init__(self, port):
        gpsd = shutil.which("gpsd") or "/usr/sbin/gpsd"
        check(os.path.exists(gpsd), "missing; install: apt-get install gpsd")
        self.ours, self.theirs = os.openpty()
        tty.setraw(self.theirs)
        os.set_blocking(self.ours, False)
        name = os.ttyname(self.theirs)
        # gpsd gives up root for a user of its own.
        os.chmod(name, 0o666)
        self.quality, self.latitude = 2, 4800.0600
        self.process = subprocess.Popen(
            [gpsd, "-N", "-n", "-S", str(port), name], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.talk, daemon=True)
        self.thread.start()

    def talk(self):
        while not self.over.wait(0.2):
            at = time.gmtime()
            clock = time.strftime("%H%M%S", at) + f".{int(time.time() * 10 % 10)}0"
            place = f"{self.latitude:.4f},N,01100.0000,E"
            for words in (
                f"GPGGA,{clock},{place},{self.quality},09,0.8,500.0,M,47.0,M,1.0,0100",
                "GPGSA,A,3,01,02,03,04,05,06,07,08,09,,,,1.5,0.8,1.2",
                f"GPRMC,{clock},A,{place},0.0,0.0,{time.strftime('%d%m%y', at)},,,D",
            ):
                sum = 0
                for byte in words.encode():
                    sum ^= byte
                try:
                    os.write(self.ours, f"${words}*{sum:02X}\r\n".encode())
                    os.read(self.ours, 4096)
                except OSError:
                    pass

    def close(self):
        self.process.kill()
        self.process.wait()
        self.over.set()
        self.thread.join()
        os.close(self.ours)
        os.close(self.theirs)


def satellites(elf, folder):
    """places from the real gpsd: taken with their error, refused without corrections, back after gpsd was killed"""
    port = 29470
    extra = f"""[gps]
address = "127.0.0.1:{port}"
origin_latitude_deg = 48
origin_longitude_deg = 11
sigma_max_m = 5
"""
    robot = Peer(folder, camera=False, extra=extra)
    receiver = Receiver(port)
    try:
        robot.start()
        begin = time.monotonic()
        state = lambda wanted: lambda: (s := robot.status()) and s["gps"]["state"] == wanted and s["gps"]
        gps = until("a good fix", 20, state("good"))
        first = time.monotonic() - begin
        receiver.quality = 1
        until("a fix without corrections is not taken", 20, state("poor"))
        receiver.close()
        until("gpsd is missed", 20, state("away"))
        receiver = Receiver(port)
        begin = time.monotonic()
        until("gpsd is found again", 30, state("good"))
        return (f"first fix after {first:.1f} s, {gps['satellites']} satellites, sigma {gps['sigma_m']:.2f} m; "
                f"found again {time.monotonic() - begin:.1f} s after gpsd's restart")
    finally:
        robot.close()
        receiver.close()


DRILLS = [peer, satellites] if PROGRAM else []
