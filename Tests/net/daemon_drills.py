"""The daemon and who started it: bad configurations, systemd's words."""

import os
import signal
import socket
import subprocess
import sys
import time

from mesh_drills import Pings
from swarm import Swarm, all_pairs, belongs, require, until


def badconfig(stage):
    """an unknown key, an open key file, a used port, a missing interface: named in one line, nobody else disturbed"""
    with Swarm(stage, "badconfig", "abc") as swarm:
        swarm.hear(*all_pairs("abc"))
        swarm["a"].start()
        swarm["b"].start()
        swarm["a"].organise()
        until("b follows a", 10, lambda: belongs(swarm["b"]))
        c = swarm["c"]
        epochs = {name: swarm[name].status()["epoch"] for name in "ab"}
        pings = Pings(swarm["a"], swarm["b"])
        try:
            figures = [
                unknown_key(c), open_key(c), used_socket(c, swarm["a"]), used_port(c), missing_interface(swarm, c)]
        finally:
            pings.stop()
        lost = pings.lost()
        require(pings.echoes and not lost, f"{lost} of {len(pings.echoes)} echoes from a to b were lost meanwhile")
        for name in "ab":
            require(swarm[name].status()["epoch"] == epochs[name], f"{name} was restarted")
        return f"{'; '.join(figures)}; {len(pings.echoes)} echoes from a to b, none lost"


def refused(robot, code, *words, seconds=5):
    """Starts a daemon that has to end at once, with this code and a line with these words; that line."""
    done = subprocess.run(
        ["ip", "netns", "exec", robot.space, robot.skein, "peer", "--config", robot.config],
        capture_output=True, text=True, timeout=seconds)
    require(done.returncode == code, f"exit code {done.returncode} instead of {code}: {done.stderr.strip()}")
    lines = [line for line in done.stderr.splitlines() if all(word in line for word in words)]
    require(lines, f"no line with {', '.join(words)}: {done.stderr.strip()}")
    return lines[0]


def unknown_key(robot):
    with open(robot.config) as file:
        text = file.read()
    number = text.splitlines().index("[radio.control]") + 2
    robot.write(text.replace("[radio.control]\n", '[radio.control]\ntransprot = "ipv6"\n'))
    refused(robot, 2, f"peer.toml:{number}:1", "transprot", "transport")
    robot.write(text)
    return f"unknown key: peer.toml:{number}:1"


def open_key(robot):
    path = f"{robot.folder}/robot.key"
    os.chmod(path, 0o644)
    refused(robot, 2, "robot.key")
    os.chmod(path, 0o600)
    return "open key: refused"


def used_socket(robot, other):
    """Another robot's daemon listens there."""
    with open(robot.config) as file:
        text = file.read()
    robot.write(text.replace('socket = "sock"', f'socket = "{other.socket}"'))
    refused(robot, 1, other.socket)
    robot.write(text)
    return "used socket: refused"


HOLDER = """
import socket, sys
holder = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
holder.bind(("::", 29864))
print("held", flush=True)
sys.stdin.read()
"""


def used_port(robot):
    holder = subprocess.Popen(
        ["ip", "netns", "exec", robot.space, sys.executable, "-c", HOLDER],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        require(holder.stdout.readline() == "held\n", "the port cannot be held")
        robot.start()
        until("the daemon names the used port", 5,
              lambda: says(robot, "control", "29864", "in use"))
        require(not belongs(robot) or not belongs(robot)["hops"], "it has joined without a port")
    finally:
        holder.stdin.close()
        holder.wait()
        holder.stdout.close()
    _, took = until("it joins when the port is free", 5, lambda: belongs(robot))
    robot.end()
    return f"used port: named, joined {took:.2f} s after it was free"


def missing_interface(swarm, robot):
    swarm.air.batch(robot.space, "link delete data")
    os.truncate(robot.log, 0)
    robot.start()
    until("the daemon names the missing interface", 5, lambda: says(robot, "data", "no such interface"))
    until("it joins by the other band", 10, lambda: (belongs(robot) or {}).get("hops") == 1)
    swarm.air.interface(robot.name, "cell", "data")
    _, took = until("it is heard on the band that has come", 5, lambda: any(
        link["band"] == "5" and link["neighbour"] == robot.name for link in swarm["a"].links()))
    robot.end()
    return f"missing interface: named, heard there {took:.2f} s after it came"


def says(robot, *words):
    return any(all(word in line for word in words) for line in robot.said().splitlines())


WATCHDOG_SECONDS = 0.4


def notify(stage):
    """systemd's socket: ready, alive at half the watchdog's time, silent when stopped, reloading, stopping"""
    with Swarm(stage, "notify", "a") as swarm, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        robot = swarm["a"]
        path = f"{swarm.folder}/notify"
        manager.bind(path)
        words = Words(manager)
        robot.start(wait=False, environment={
            "NOTIFY_SOCKET": path, "WATCHDOG_USEC": str(int(WATCHDOG_SECONDS * 1e6))})
        ready = words.until("READY=1", 5) - robot.started
        beats = [words.until("WATCHDOG=1", 2) for _ in range(11)]
        gaps = [after - before for before, after in zip(beats, beats[1:])]
        mean = sum(gaps) / len(gaps)
        require(max(gaps) < WATCHDOG_SECONDS, f"{max(gaps):.2f} s without a word, the watchdog bites at {WATCHDOG_SECONDS} s")
        require(0.4 < mean / WATCHDOG_SECONDS < 0.6, f"a word each {mean:.2f} s, expected half of {WATCHDOG_SECONDS} s")
        robot.signal(signal.SIGHUP)
        words.until("RELOADING=1", 2)
        require("MONOTONIC_USEC=" in words.last, f"RELOADING=1 without MONOTONIC_USEC: {words.last}")
        words.until("READY=1", 2)
        robot.signal(signal.SIGSTOP)
        words.silent("WATCHDOG=1", 2 * WATCHDOG_SECONDS)
        robot.signal(signal.SIGCONT)
        words.until("WATCHDOG=1", 2)
        robot.signal(signal.SIGTERM)
        words.until("STOPPING=1", 2)
        code = robot.process.wait(3)
        require(code == 0, f"ended with {code}")
        return f"ready {ready:.2f} s after the start, a word each {mean:.2f} s (longest {max(gaps):.2f} s), reload, stopping"


class Words:
    """What a daemon tells its manager."""

    def __init__(self, manager):
        self.manager = manager
        self.last = ""

    def next(self, seconds):
        """The next message's lines; None if none comes."""
        self.manager.settimeout(max(0.001, seconds))
        try:
            self.last = self.manager.recv(4096).decode()
        except TimeoutError:
            return None
        return self.last.split("\n")

    def until(self, word, seconds):
        """When it came."""
        end = time.monotonic() + seconds
        while True:
            lines = self.next(end - time.monotonic())
            require(lines is not None, f"no {word} within {seconds} s")
            if word in lines:
                return time.monotonic()

    def silent(self, word, seconds):
        # What was said just before it stopped may still be there.
        end = time.monotonic() + seconds
        said = 0
        while time.monotonic() < end:
            said += word in (self.next(end - time.monotonic()) or [])
        require(said <= 1, f"{word} {said} times while stopped")


DRILLS = [badconfig, notify]
