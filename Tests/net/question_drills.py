"""Questions about ways between any two robots: trace, ping from a third, speed over one hop and four."""

import json
import time

from swarm import Swarm, require, until


def questions(stage):
    """trace, ping --from and speed in a line of five: true ways, and no trace of a measurement afterwards"""
    with Swarm(stage, "questions", "abcde") as swarm:
        swarm.hear("abcde")
        swarm.start()
        swarm["a"].organise()
        swarm.organised("a", dict(zip("abcde", range(5))))
        figures = [trace(swarm, "a", None, "e", "abcde"), trace(swarm, "c", "e", "a", "edcba")]
        done = swarm["a"].tool("ping", "b", "--from", "e", "--json")
        require(done.returncode == 0, f"a did not hear of b from e: {done.stdout}{done.stderr}")
        echo = json.loads(done.stdout)
        require(echo["from"] == "e" and echo["echoes"][0]["hops"] == 3, f"e reaches b in 3 hops, not {echo}")
        figures.append(f"e to b 3 hops {echo['echoes'][0]['round_trip_s'] * 1e3:.1f} ms")
        figures.append(speed(swarm, "c", "a", "b", hops=1, size=1 << 20))
        figures.append(speed(swarm, "a", "a", "e", hops=4, size=1 << 20))
        cold(swarm["a"], figures)
        gone(swarm)
        return ", ".join(figures)


def trace(swarm, asked, origin, target, way):
    words = ["trace", target, "--json"] + (["--from", origin] if origin else [])
    done, took = until(f"the way {way} through {asked}", 10, lambda: told(swarm[asked], words, way))
    for hop, link in enumerate(done["hops"]):
        if hop:
            require(link["band"] and link["basis"] and link["capacity_bits_per_s"] > 0, f"of {way}: {link}")
            require(link["round_trip_s"] and link["echo_hops"] == hop, f"of {way}: {link}")
    return f"trace {way} after {took:.1f} s"


def told(robot, words, way):
    done = robot.tool(*words, seconds=60)
    if done.returncode != 0:
        return None
    value = json.loads(done.stdout)
    return value if [hop["robot"] for hop in value["hops"]] == list(way) else None


def speed(swarm, asked, origin, target, hops, size):
    done = swarm[asked].tool("speed", target, "--from", origin, "--bytes", str(size), "--json", seconds=100)
    require(done.returncode == 0, f"{origin} to {target}: {done.stdout}{done.stderr}")
    value = json.loads(done.stdout)["measurements"][0]
    require(value["bytes"] == size and value["hops"] == hops, f"{origin} to {target}: {value}")
    require(0 < value["rate_bits_per_s"] <= value["links_bits_per_s"], f"faster than its links: {value}")
    require(value["frames"] >= size // 1280, f"too few frames: {value}")
    return f"{origin} to {target} {hops} hops {value['rate_bits_per_s'] / 1e6:.1f} Mb/s, {value['frames_repeated']} repeated"


def cold(robot, figures):
    """Questions to the own robot, each from a new process."""
    worst = 0
    for words in (["status"], ["links"], ["peers"], ["ping", "b"], ["metrics"]):
        begin = time.monotonic()
        require(robot.tool(*words).returncode == 0, f"{words[0]} failed")
        worst = max(worst, time.monotonic() - begin)
    figures.append(f"slowest answer {worst * 1e3:.0f} ms")


def gone(swarm):
    """A robot that is not there any more is said, in time, and by name."""
    swarm["e"].kill()
    done = swarm["a"].tool("trace", "a", "--from", "e", "--json", seconds=60)
    require(done.returncode == 1, f"a trace from the dead ended with {done.returncode}")
    value = json.loads(done.stdout)
    require(value["end"] == "silent" and value["end_at"] == "e", f"a trace from the dead: {value}")
    done = swarm["a"].tool("speed", "e", "--bytes", "16384", "--seconds", "8", "--json", seconds=60)
    require(done.returncode == 1, f"speed to the dead ended with {done.returncode}")
    require(swarm["a"].tool("trace", "nobody").returncode == 4, "nobody is somebody")


DRILLS = [questions]
