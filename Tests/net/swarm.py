"""Robots of a drill: their daemons as processes, and what the program's own tools say of them."""

import json
import os
import signal
import subprocess
import threading
import time

from air import Air, command

POLL = 0.05
# Set when the drills are told to end.
OVER = threading.Event()
# What a robot that comes back may take: its neighbours beacon every 0.5 s, 0.6 s with jitter; the rest is starting, and
# asking for its status on a busy machine.
TWO_BEACONS = 2


class Failure(Exception):
    """A rule that did not hold."""


def until(what, seconds, condition):
    """Waits until a condition gives something true; that, and how long it took."""
    begin = time.monotonic()
    while True:
        value = condition()
        now = time.monotonic()
        if value:
            return value, now - begin
        if now - begin > seconds:
            raise Failure(f"not within {seconds} s: {what}")
        time.sleep(POLL)


def require(holds, what):
    if not holds:
        raise Failure(what)


def all_pairs(names):
    return [one + other for place, one in enumerate(names) for other in names[place + 1:]]


def belongs(robot):
    """Its status, if it has a leader and a root."""
    status = robot.status()
    return status if status and status["leader"] and status["root"] else None


class Robot:
    def __init__(self, skein, name, space, folder, transport, bands, place):
        self.skein = skein
        self.name = name
        self.space = space
        self.folder = folder
        self.socket = f"{folder}/sock"
        self.config = f"{folder}/peer.toml"
        self.log = f"{folder}/log"
        self.process = None
        self.write(self.toml(transport, bands, place))

    def write(self, text):
        with open(self.config, "w") as file:
            file.write(text)

    def toml(self, transport, bands, place):
        control, data = bands[0], bands[-1]
        return f"""[robot]
name = "{self.name}"
start_x_m = {place}
start_y_m = 50
start_heading_deg = 0
key_file = "robot.key"

[fleet]
key_file = "fleet.key"
roster_file = "fleet.toml"

[state]
folder = "state"

[local]
socket = "sock"

[radio.control]
transport = "{transport}"
interface = "{control}"

[radio.data]
transport = "{transport}"
interface = "{data}"

[cpu]
mode = "stated"
idle_percent = 60
"""

    # The process.

    def start(self, wait=True, environment=None, flags=()):
        with open(self.log, "ab") as log:
            # `ip netns exec` becomes the program, so this is the daemon's own process.
            self.process = subprocess.Popen(
                ["ip", "netns", "exec", self.space, self.skein, "peer", "--config", self.config, *flags],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env={**os.environ, **(environment or {})})
        self.started = time.monotonic()
        if wait:
            until(f"{self.name} answers its tools", 5, self.status)

    def signal(self, number):
        self.process.send_signal(number)

    def kill(self):
        """As by power: nothing is said, nothing is written."""
        self.process.kill()
        self.process.wait()

    def end(self, seconds=3):
        """Politely; how long it took."""
        begin = time.monotonic()
        self.signal(signal.SIGTERM)
        code = self.process.wait(seconds)
        require(code == 0, f"{self.name} ended with {code} after SIGTERM")
        return time.monotonic() - begin

    def said(self):
        with open(self.log, errors="replace") as log:
            return log.read()

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def resident(self):
        """Bytes."""
        with open(f"/proc/{self.process.pid}/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    # The tools.

    def tool(self, *words, seconds=15):
        return subprocess.run(
            [self.skein, *words, "--socket", self.socket], capture_output=True, text=True, timeout=seconds)

    def status(self):
        """None while no daemon answers."""
        done = self.tool("status", "--json")
        return json.loads(done.stdout) if done.returncode == 0 else None

    def links(self):
        return json.loads(self.tool("links", "--json").stdout)["links"]

    def organise(self):
        done = self.tool("mission", "run", "--organise-only")
        require(done.returncode == 0, f"{self.name} cannot be told to organise: {done.stderr.strip()}")

    def ping(self, other):
        """(hops, seconds), or None."""
        done = self.tool("ping", other.name, "--json")
        if done.returncode != 0:
            return None
        echo = json.loads(done.stdout)["echoes"][0]
        return echo["hops"], echo["round_trip_s"]

    def reach(self, other, seconds, asked=None):
        """Asks for an echo twice a second until one comes, whatever became of those before: (hops, how long it took).

        Those still out are in `asked`: a daemon waits for an echo longer than anybody here does."""
        answers, begin = [], time.monotonic()

        def ask():
            answer = self.ping(other)
            if answer:
                answers.append((answer[0], time.monotonic() - begin))

        while time.monotonic() - begin < seconds and not answers and not OVER.is_set():
            thread = threading.Thread(target=ask)
            thread.start()
            if asked is not None:
                asked.append(thread)
            thread.join(0.5)
        require(answers, f"{other.name} did not answer {self.name} within {seconds} s")
        return min(answers, key=lambda answer: answer[1])


class Swarm:
    """Robots a, b, c… on one air. Leaves nothing behind when its `with` ends."""

    def __init__(self, stage, label, names, transport="ipv6", bands=Air.BANDS, cells=None):
        self.folder = f"{stage.folder}/{label}"
        self.skein = stage.skein
        self.air = Air(stage.prefix, label)
        self.robots = {}
        try:
            self.make(names, transport, bands, cells or {})
        except BaseException:
            self.close()
            raise

    def make(self, names, transport, bands, cells):
        command(self.skein, "fleet", "init", self.folder, "--robots", ",".join(names))
        for cell in sorted({cells.get(name, "cell") for name in names}):
            self.air.cell(cell)
        for number, name in enumerate(names):
            ip4 = number + 1 if transport == "ipv4" else None
            space = self.air.robot(name, cells.get(name, "cell"), bands, ip4)
            self.robots[name] = Robot(
                self.skein, name, space, f"{self.folder}/{name}", transport, bands, place=10 + 10 * number)

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if kind is not None:
            for robot in self.robots.values():
                if os.path.exists(robot.log):
                    robot.tail = robot.said().splitlines()[-8:]
            error.tails = {name: getattr(robot, "tail", []) for name, robot in self.robots.items()}
        self.close()

    def close(self):
        for robot in self.robots.values():
            if robot.process and robot.process.poll() is None:
                robot.process.send_signal(signal.SIGCONT)
                robot.kill()
        self.air.close()

    def __getitem__(self, name):
        return self.robots[name]

    def __iter__(self):
        return iter(self.robots.values())

    def start(self):
        for robot in self:
            robot.start(wait=False)
        for robot in self:
            until(f"{robot.name} answers its tools", 10, robot.status)

    def hear(self, *ways):
        """Each way is a string of names, where neighbours hear each other."""
        self.air.hear([pair for way in ways for pair in zip(way, way[1:])])

    def hops(self):
        return {robot.name: (robot.status() or {}).get("hops") for robot in self}

    def organised(self, root, hops, seconds=15):
        """Waits until the tree stands as it must and everybody has a leader; how long it took."""
        def stands():
            for robot in self:
                status = robot.status()
                if status is None or status["root"] != root or status["leader"] is None:
                    return False
                if status["hops"] != hops[robot.name]:
                    return False
            return True
        try:
            return until(f"hops {hops} from {root}", seconds, stands)[1]
        except Failure as failure:
            raise Failure(f"{failure}; have {self.hops()}") from None

    def settled(self, root, seconds=15):
        """Waits until everybody has its place in one tree, and its leader from that root's plan."""
        def stands():
            statuses = [robot.status() for robot in self]
            return (all(status and status["root"] == root and status["leader_reason"] == "plan" for status in statuses)
                    and len({(status["plan_term"], status["plan_number"]) for status in statuses}) == 1)
        return until(f"all under one plan of {root}", seconds, stands)[1]
