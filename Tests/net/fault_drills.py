"""What fails: interfaces, processes, power. And what ends on purpose."""

import heapq
import random
import signal
import struct
import threading
import time

from mesh_drills import Pings
from swarm import TWO_BEACONS, Failure, Swarm, all_pairs, belongs, require, until

SEED = 20


def updown(stage):
    """200 interfaces go down and up again, at random: all reach all 3 s after the last, nothing has grown"""
    cycles = 200
    with Swarm(stage, "updown", "abcde") as swarm:
        swarm.hear("abcde")
        swarm.start()
        swarm["a"].organise()
        swarm.organised("a", dict(zip("abcde", range(5))))
        reach_all(swarm, 5)
        swarm.air.detect_duplicates(False)
        # The first of everything allocates: buffers, lists, the tools' connections.
        shake(swarm, random.Random(SEED), 20)
        reach_all(swarm, 5)
        before = {robot.name: (robot.descriptors(), robot.resident()) for robot in swarm}
        shaken = shake(swarm, random.Random(SEED + 1), cycles)
        took = reach_all(swarm, 10)
        grown = max(robot.resident() - before[robot.name][1] for robot in swarm)
        for robot in swarm:
            until(f"{robot.name} has {before[robot.name][0]} descriptors as before, has {robot.descriptors()}", 2,
                  lambda: robot.descriptors() <= before[robot.name][0])
        require(took <= 3, f"all pairs reached each other {took:.2f} s after the last up, expected 3 s")
        require(grown <= GROWTH_MAX, f"a daemon grew by {grown} bytes, expected at most {GROWTH_MAX}")
        swarm.air.detect_duplicates(True)
        shake(swarm, random.Random(SEED + 2), 20)
        detecting = reach_all(swarm, 10)
        return (f"{cycles} in {shaken:.0f} s (seed {SEED}), all pairs {took:.2f} s after the last up, {detecting:.2f} s with "
                f"the kernel's duplicate address detection; descriptors {before['a'][0]} as before, "
                f"memory {grown / 1024:+.0f} KiB at most")


# The allocator keeps what it has had; a leak of one datagram a cycle would be above.
GROWTH_MAX = 256 * 1024


def shake(swarm, dice, cycles):
    """One cycle begins every 50 ms and lasts up to 300 ms, so that several interfaces are down at a time."""
    begin = time.monotonic()
    downs = [(begin + 0.05 * cycle, cycle) for cycle in range(cycles)]
    ups, down = [], set()
    while downs or ups:
        if ups and (not downs or ups[0] <= downs[0]):
            at, name, band = heapq.heappop(ups)
            change, word = down.discard, "up"
        else:
            at, _ = downs.pop(0)
            name, band = dice.choice([(robot.name, band) for robot in swarm for band in swarm.air.BANDS
                                      if (robot.name, band) not in down])
            change, word = down.add, "down"
            heapq.heappush(ups, (at + dice.uniform(0.01, 0.3), name, band))
        time.sleep(max(0, at - time.monotonic()))
        change((name, band))
        swarm.air.batch(swarm[name].space, f"link set {band} {word}")
    return time.monotonic() - begin


def reach_all(swarm, seconds):
    """Every robot asks every other until it answers; how long the last pair took."""
    begin = time.monotonic()
    asked, failed = [], []

    def ask(one, other, turn):
        # Twenty tools at once would measure the machine.
        time.sleep(0.02 * turn)
        try:
            one.reach(other, seconds, asked)
        except Failure as failure:
            failed.append(str(failure))

    pairs = [(one, other) for one in swarm for other in swarm if one is not other]
    threads = [threading.Thread(target=ask, args=(*pair, turn)) for turn, pair in enumerate(pairs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.monotonic() - begin
    require(not failed, "; ".join(sorted(failed)))
    for thread in asked:
        thread.join()
    return took


def newband(stage):
    """an interface comes, and for seconds the kernel looks whether its address is another's: no echo is lost meanwhile"""
    with Swarm(stage, "newband", "ab") as swarm:
        swarm.hear("ab")
        swarm.start()
        a, b = swarm
        a.organise()
        swarm.organised("a", dict(a=0, b=1))
        until("b is heard on both bands", 5, lambda: bands(a, b) == {"2.4", "5"})
        swarm.air.batch(b.space, "link set data down")
        until("b is heard on one band", 10, lambda: bands(a, b) == {"2.4"} and bands(b, a) == {"2.4"})
        # It hears at once, and sends when it has asked so many times, a second apart.
        swarm.air.detect_duplicates(True, questions=3)
        pings = [Pings(a, b), Pings(b, a)]
        try:
            begin = time.monotonic()
            swarm.air.batch(b.space, "link set data up")
            until("b is heard on both bands again", 15, lambda: bands(a, b) == {"2.4", "5"})
            took = time.monotonic() - begin
            until("echoes go on", 2, lambda: time.monotonic() - begin > took + 1)
        finally:
            for each in pings:
                each.stop()
        lost = sum(each.lost() for each in pings)
        count = sum(len(each.echoes) for each in pings)
        require(took > 2, f"the kernel let the address be used after {took:.2f} s: nothing was tried")
        require(not lost, f"{lost} of {count} echoes between a and b were lost meanwhile")
        return f"heard on the new band {took:.2f} s after it came; {count} echoes either way, none lost"


def bands(robot, other):
    """On which it has a link with the other."""
    return {link["band"] for link in robot.links() if link["neighbour"] == other.name}


def restart(stage):
    """a root, a relay and a leaf are killed and started again at once: next epoch, back in two beacons"""
    figures = []
    with Swarm(stage, "restart", "abc") as swarm:
        swarm.hear("abc")
        swarm.start()
        swarm["b"].organise()
        for name in "bac":
            swarm.settled("b")
            robot = swarm[name]
            epoch = robot.status()["epoch"]
            robot.kill()
            robot.start()
            status, _ = until(f"{name} back with leader and root", 10, lambda: belongs(robot))
            took = time.monotonic() - robot.started
            require(status["epoch"] == epoch + 1, f"{name} has epoch {status['epoch']} after {epoch}")
            require(took <= TWO_BEACONS, f"{name} was back {took:.2f} s after its start, expected {TWO_BEACONS} s")
            figures.append(f"{name} {took:.2f} s, epoch {epoch} to {status['epoch']}")
    return "back: " + "; ".join(figures)


def durable(stage):
    """a durable task outlives kill -9 right after it was accepted, and its outcome the next one"""
    with Swarm(stage, "durable", "ab") as swarm:
        swarm.hear("ab")
        swarm.start()
        swarm["a"].organise()
        swarm.organised("a", dict(a=0, b=1))
        robot = swarm["b"]
        part = f"{swarm.folder}/island"
        with open(part, "wb") as file:
            file.write(island())
        done = robot.tool("task", "run", "pso", "--input", part, "--key", "7", "--deadline", "10", "--durable", "--detach")
        robot.kill()
        require(done.returncode == 0, f"the task was not accepted: {done.stderr.strip()}")
        robot.start()
        ended, _ = until("the task has an outcome", 12, lambda: outcome(robot))
        took = time.monotonic() - robot.started
        robot.kill()
        robot.start()
        again = outcome(robot)
        require(again == ended, f"the outcome was {ended!r}, after another kill {again!r}")
        return f"accepted, killed: {ended} {took:.2f} s after the restart; killed again: the same"


def outcome(robot):
    """What the tool says of task 7, once it has ended."""
    done = robot.tool("task", "status", "7")
    require(done.returncode == 0, f"task 7 is forgotten: {done.stderr.strip()}")
    text = done.stdout.strip()
    return text.split(", ")[-1] if text.startswith("ended") else None


def island():
    """An input of the kernel pso (SkeinTasks, PsoIsland): seed, island, box of the search, no guess, samples."""
    samples = [(20, 30, 0.02), (60, 30, 0.05), (40, 80, 0.03)]
    return (struct.pack(">QB4dBB", 1, 0, 0, 0, 100, 100, 0, len(samples))
            + b"".join(struct.pack(">3f", *sample) for sample in samples))


def leave(stage):
    """a root and leader that leaves says so: the others have another leader within 1 s"""
    with Swarm(stage, "leave", "abcde") as swarm:
        swarm.hear(*all_pairs("abcde"))
        swarm.start()
        figures = []
        for word, end in (("SIGTERM", lambda robot: robot.signal(signal.SIGTERM)), ("kill -9", lambda robot: robot.kill())):
            swarm["a"].organise()
            swarm.settled("a")
            require(swarm["b"].status()["leader"] == "a", "a does not lead those it hears")
            others = [robot for robot in swarm if robot.name != "a"]
            begin = time.monotonic()
            end(swarm["a"])
            _, led = until(f"another leader after {word}", 10, lambda: follow(others, "leader"))
            until(f"another root after {word}", 20, lambda: follow(others, "root"))
            rooted = time.monotonic() - begin
            code = swarm["a"].process.wait(3)
            if word == "SIGTERM":
                require(code == 0, f"a ended with {code} after {word}")
                require(led <= 1, f"another leader {led:.2f} s after {word}, expected 1 s")
                swarm["a"].start()
                # One that has heard nothing of later roots would stand below them.
                until("a back with leader and root", 10, lambda: belongs(swarm["a"]))
            figures.append(f"{word}: leader {led:.2f} s, root {rooted:.2f} s")
        return "; ".join(figures)


def follow(robots, key):
    """All have a leader or root among themselves."""
    names = {robot.name for robot in robots}
    return all((robot.status() or {}).get(key) in names for robot in robots)


def freeze(stage):
    """a relay, then the root, is stopped for 5 s and goes on: reachable again, one root"""
    with Swarm(stage, "freeze", "abcd") as swarm:
        swarm.hear("abcd")
        swarm.start()
        swarm["a"].organise()
        hops = dict(zip("abcd", range(4)))
        swarm.organised("a", hops)
        figures = []
        for name, far in (("b", "c"), ("a", "d")):
            robot, other = swarm[name], swarm[far]
            epoch = robot.status()["epoch"]
            robot.signal(signal.SIGSTOP)
            time.sleep(5)
            robot.signal(signal.SIGCONT)
            begin = time.monotonic()
            _, reached = robot.reach(other, 5)
            until("everybody has the same root", 15, lambda: len({(belongs(one) or {}).get("root") for one in swarm}
                                                                 - {None}) == 1 and all(belongs(one) for one in swarm))
            require(robot.status()["epoch"] == epoch, f"{name} was restarted")
            figures.append(f"{name}: echo {reached:.2f} s, one root {time.monotonic() - begin:.2f} s after it went on")
        return "; ".join(figures)


DRILLS = [updown, newband, restart, durable, leave, freeze]
