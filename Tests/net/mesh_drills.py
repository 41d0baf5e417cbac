"""Who hears whom, and what becomes of it: lines, ways around the dead, robots that change cells."""

import threading
import time

from air import Air
from swarm import OVER, TWO_BEACONS, Failure, Swarm, all_pairs, belongs, require, until


def line(stage):
    """five in a line, IPv6, an interface for each band: hops 0…4, echoes over four hops, one time"""
    return in_line(stage, "line", "ipv6", Air.BANDS)


def line4(stage):
    """the same by IPv4 broadcast, one interface for both bands"""
    return in_line(stage, "line4", "ipv4", ("control",))


def in_line(stage, label, transport, bands):
    with Swarm(stage, label, "abcde", transport, bands) as swarm:
        swarm.hear("abcde")
        swarm.start()
        swarm["a"].organise()
        took = swarm.organised("a", dict(zip("abcde", range(5))))
        figures = [f"hierarchy after {took:.1f} s"]
        for one, other in ("ae", "ea"):
            (hops, seconds), _ = until(f"{other} answers {one}", 3, lambda: swarm[one].ping(swarm[other]))
            require(hops == 4, f"{one} reached {other} over {hops} hops, expected 4")
            figures.append(f"{one} to {other} 4 hops {seconds * 1e3:.1f} ms")
        figures.append(in_time(swarm, "abcde"))
        return ", ".join(figures)


def in_time(swarm, names):
    """Mesh time in a line of robots, the root first: known to a millisecond a hop, and right. All of them read one and the
    same clock of this machine, so that the root says exactly what the others must find out."""
    def clocks():
        known = [(swarm[name].status() or {}).get("clock") for name in names]
        close = all(clock and clock["bound_s"] is not None and clock["root"] == names[0]
                    and clock["bound_s"] <= 1e-3 * hops for hops, clock in enumerate(known))
        return known if close else None
    known, took = until("every robot knows mesh time to a millisecond a hop", 15, clocks)
    true = known[0]["offset_s"]
    require(known[0]["own"] and known[0]["bound_s"] == 0, "the root is not sure of its own time")
    for name, clock in zip(names[1:], known[1:]):
        error = abs(clock["offset_s"] - true)
        # Of the numbers in the JSON, a nanosecond.
        require(error <= clock["bound_s"] + 2e-9,
                f"{name} is {error * 1e3:.3f} ms from the root's clock, and says {clock['bound_s'] * 1e3:.3f} ms")
    errors = "/".join(f"{abs(clock['offset_s'] - true) * 1e6:.0f}" for clock in known[1:])
    bounds = "/".join(f"{clock['bound_s'] * 1e6:.0f}" for clock in known[1:])
    return f"mesh time after {took:.1f} s, off by {errors} µs, bounds {bounds} µs"


class Pings:
    """One robot asks for echoes of another without pause, each by a tool of its own."""

    SPACING = 0.1

    def __init__(self, robot, other):
        self.robot = robot
        self.other = other
        self.echoes = []
        self.threads = []
        self.ends = threading.Event()
        self.clock = threading.Thread(target=self.run)
        self.clock.start()

    def run(self):
        next_at = time.monotonic()
        while not self.ends.is_set() and not OVER.is_set():
            thread = threading.Thread(target=self.ask)
            thread.start()
            self.threads.append(thread)
            next_at += self.SPACING
            self.ends.wait(max(0, next_at - time.monotonic()))

    def ask(self):
        sent = time.monotonic()
        hops = self.robot.ping(self.other)
        self.echoes.append((sent, time.monotonic(), hops))

    def answered(self, since):
        """When the first echo that was asked for after a moment came back."""
        return min((end for sent, end, hops in list(self.echoes) if hops and sent >= since), default=None)

    def lost(self):
        """How many did not come back. Complete once it has stopped."""
        return sum(1 for _, _, hops in self.echoes if not hops)

    def stop(self):
        self.ends.set()
        self.clock.join()
        for thread in self.threads:
            thread.join()

    def gap(self, since, until):
        """The longest time without an answer that began after one moment and before another, seconds."""
        ends = sorted(end for _, end, hops in self.echoes if hops)
        begin = max((end for end in ends if end <= since), default=since)
        longest, last = 0, max(begin, since)
        for end in ends:
            if end <= since:
                continue
            if last <= until:
                longest = max(longest, end - last)
            last = end
        return longest if last > since else float("inf")


def reroute(stage):
    """a relay with another one beside it is killed, as a member and as the root: echoes come back within 2 s"""
    figures = []
    with Swarm(stage, "reroute", "abcdef") as swarm:
        swarm.hear("abcde", "bfd")
        swarm.start()
        swarm["a"].organise()
        swarm.organised("a", dict(a=0, b=1, c=2, f=2, d=3, e=4))
        for name in "cf":
            figures.append(outage(swarm, name, f"relay {name}"))
        swarm["c"].organise()
        swarm.organised("c", dict(c=0, b=1, d=1, a=2, f=2, e=2))
        figures.append(outage(swarm, "c", "root c"))
    worst = max(gap for gap, _ in figures)
    text = "; ".join(text for _, text in figures)
    if worst > 2:
        raise Failure(f"echoes were away for {worst:.2f} s, expected at most 2 s; {text}")
    return text


def outage(swarm, name, what):
    """Kills a robot under steady echoes from a to e, and starts it again. Longest silence, and the figures as text."""
    robot = swarm[name]
    pings = Pings(swarm["a"], swarm["e"])
    try:
        since = time.monotonic()
        until("echoes from e before anybody is killed", 5, lambda: len(
            [1 for sent, _, hops in list(pings.echoes) if hops]) >= 10)
        before = swarm.air.carried(name)
        at = time.monotonic()
        until("a second of echoes", 2, lambda: time.monotonic() - at > 1)
        carried = swarm.air.carried(name) - before
        killed = time.monotonic()
        robot.kill()
        until(f"echoes from e after {what} was killed", 10, lambda: pings.answered(killed))
        until("echoes go on", 6, lambda: time.monotonic() - killed > 4)
        robot.start()
        until(f"{name} back with leader and root", 10, lambda: belongs(robot))
        back = time.monotonic() - robot.started
    finally:
        pings.stop()
    gap = pings.gap(killed, killed + 4)
    require(back <= TWO_BEACONS, f"{name} had leader and root {back:.2f} s after its start, expected {TWO_BEACONS} s")
    return gap, f"{what} (sent {carried} packets/s): echoes away {gap:.2f} s, back in its place {back:.2f} s"


def cells(stage):
    """a robot's radios go over to another cell, and back: it takes its place there, and the cell stays whole"""
    with Swarm(stage, "cells", "abcde", cells=dict(a="west", b="west", c="west", d="east", e="east")) as swarm:
        swarm.hear(*all_pairs("abcde"))
        swarm.start()
        swarm["a"].organise()
        swarm["d"].organise()
        until("a tree in each cell", 15, lambda: whole(swarm, west="abc", east="de"))
        figures = []
        for cell, sides in (("east", dict(west="ab", east="cde")), ("west", dict(west="abc", east="de"))):
            swarm.air.move("c", cell)
            other = swarm[sides[cell][0] if sides[cell][0] != "c" else sides[cell][1]]
            hops, reached = swarm["c"].reach(other, 5)
            _, settled = until(f"one tree in each cell, c in the {cell}", 10, lambda: whole(swarm, **sides))
            figures.append(f"to the {cell}: echo after {reached:.2f} s, hops {hops}, in its tree after {reached + settled:.1f} s")
        return "; ".join(figures)


def whole(swarm, **sides):
    """In each cell one root, and leaders, that are of this cell."""
    for names in sides.values():
        roots = set()
        for name in names:
            status = swarm[name].status()
            if status is None or status["root"] is None or status["leader"] not in list(names):
                return False
            roots.add(status["root"])
        if len(roots) != 1 or not roots <= set(names):
            return False
    return True


DRILLS = [line, line4, reroute, cells]
