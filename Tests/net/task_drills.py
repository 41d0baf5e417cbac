"""Tasks for registered kernels, from the shell to the shell: at home, at a neighbour, cancelled, over a power cut."""

import json
import os
import signal
import subprocess
import time

from swarm import Swarm, belongs, require, until

# What the programs are called, for looking for their processes.
SLEEPER = "skein-drill-sleeper"

KERNELS = {
    "upper": ("cat | tr a-z A-Z", "deterministic = true\ncost_s = 0.05"),
    "slow": ("cat; sleep 1", "cost_s = 1.0"),
    "sleeper": (f"exec -a {SLEEPER} sleep 300", "cost_s = 0.5\nwarm = 0"),
    "broken": ("cat >/dev/null; echo no such picture >&2; exit 3", "cost_s = 0.05"),
}


def register(robot, *names):
    """Unconfined: what confines programs has tests of its own, and not every machine of a drill can."""
    with open(robot.config, "a") as file:
        for name in names:
            script, more = KERNELS[name]
            file.write(f'\n[[kernel]]\nname = "{name}"\nversion = 1\ncommand = ["bash", "-c", {json.dumps(script)}]\n'
                       f'folder = "."\nconfine = "none"\n{more}\n')


def offered(robot, *names):
    """Whether this robot offers these kernels itself."""
    done = robot.tool("task", "kernels", "--json")
    here = {kernel["name"] for kernel in json.loads(done.stdout)["kernels"] if kernel["here"]} if not done.returncode else set()
    return set(names) <= here


def known(robot, name, other):
    done = robot.tool("task", "kernels", "--json")
    return not done.returncode and any(
        kernel["name"] == name and other.name in kernel["robots"] for kernel in json.loads(done.stdout)["kernels"])


def inputs(swarm, count, size):
    files = []
    for number in range(count):
        path = f"{swarm.folder}/input{number}-{size}"
        with open(path, "wb") as file:
            file.write((f"unit {number} " * (size // 7 + 1)).encode()[:size])
        files.append(path)
    return files


def run(robot, *words, code=0, seconds=60):
    done = robot.tool("task", "run", *words, seconds=seconds)
    require(done.returncode == code, f"task run {words[0]} ended with {done.returncode}: {done.stderr.strip()} {done.stdout}")
    return done


def read(path):
    with open(path, "rb") as file:
        return file.read()


def alone(stage):
    """a robot alone computes at home: outputs as they must be, failures named, the same task known again"""
    with Swarm(stage, "alone", "a") as swarm:
        a = swarm["a"]
        register(a, "upper", "broken")
        a.start()
        until("a offers its kernels", 10, lambda: offered(a, "upper", "broken"))
        files = inputs(swarm, 3, 200) + inputs(swarm, 1, 300_000)
        begin = time.monotonic()
        run(a, "upper", *(word for file in files for word in ("--input", file)), "--deadline", "30")
        took = time.monotonic() - begin
        for file in files:
            require(read(file + ".result") == read(file).upper(), f"{file}.result is not its input in capitals")
        begin = time.monotonic()
        run(a, "upper", *(word for file in files for word in ("--input", file)), "--deadline", "30")
        again = time.monotonic() - begin
        failed = run(a, "broken", "--input", files[0], "--deadline", "10", code=1)
        require("exit code 3: no such picture" in failed.stdout, f"the program's words are missing: {failed.stdout}")
        chain = f"{swarm.folder}/chain.toml"
        with open(chain, "w") as file:
            file.write(f'[[unit]]\nname = "one"\ninputs = ["{files[0]}"]\n[[unit]]\nname = "two"\n'
                       f'inputs = ["unit:one", "{files[1]}"]\n')
        run(a, "upper", "--units", chain, "--out", f"{swarm.folder}/chain", "--deadline", "30")
        require(os.listdir(f"{swarm.folder}/chain") == ["two"], "only the last unit's output is wanted")
        require(read(f"{swarm.folder}/chain/two") == (read(files[0]) + read(files[1])).upper(), "the chain's output is wrong")
        a.end()
        return f"four units at home in {took:.2f} s, the same again in {again:.2f} s, a failure named, a chain of two"


def away(stage):
    """what a robot cannot compute its neighbour does; small and large inputs, a story for each, a clean cancel"""
    with Swarm(stage, "away", "ab") as swarm:
        swarm.hear("ab")
        a, b = swarm["a"], swarm["b"]
        register(b, "upper", "sleeper")
        swarm.start()
        a.organise()
        until("b follows a", 15, lambda: belongs(b))
        until("a knows what b offers", 15, lambda: known(a, "upper", b) and known(a, "sleeper", b))
        figures = []
        for size in (200, 1_000_000):
            files = inputs(swarm, 4, size)
            begin = time.monotonic()
            done = run(a, "upper", *(word for file in files for word in ("--input", file)), "--deadline", "60", "--json",
                       seconds=90)
            report = json.loads(done.stdout)
            require([unit["by_name"] for unit in report["units"]] == ["b"] * 4, f"not all by b: {report['units']}")
            for file in files:
                require(read(file + ".result") == read(file).upper(), f"{file}.result is not its input in capitals")
            figures.append(f"4 units of {size} bytes in {time.monotonic() - begin:.2f} s")
            why = a.tool("why", "placement", str(report["key"]))
            require(why.returncode == 0 and "given to b" in why.stdout, f"no story: {why.stdout} {why.stderr}")
        figures.append(f"a cancel kills in {cancel(swarm, a, b):.2f} s, Ctrl-C in {interrupt(swarm, a, b):.2f} s")
        for robot in swarm:
            robot.end()
        return ", ".join(figures)


def sleepers(robot):
    found = subprocess.run(["ip", "netns", "pids", robot.space], capture_output=True, text=True).stdout.split()
    count = 0
    for pid in found:
        try:
            count += SLEEPER in open(f"/proc/{pid}/cmdline").read()
        except OSError:
            continue
    return count


def cancel(swarm, a, b):
    (file,) = inputs(swarm, 1, 100)
    key = run(a, "sleeper", "--input", file, "--deadline", "200", "--detach").stdout.strip()
    until("b's program runs", 15, lambda: sleepers(b) == 1)
    begin = time.monotonic()
    done = a.tool("task", "cancel", key)
    require(done.returncode == 0, f"cancel ended with {done.returncode}: {done.stderr.strip()}")
    until("b's program is gone", 5, lambda: sleepers(b) == 0)
    return time.monotonic() - begin


def interrupt(swarm, a, b):
    (file,) = inputs(swarm, 1, 101)
    tool = subprocess.Popen(
        [a.skein, "task", "run", "sleeper", "--input", file, "--deadline", "200", "--socket", a.socket],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        until("b's program runs", 15, lambda: sleepers(b) == 1)
        begin = time.monotonic()
        tool.send_signal(signal.SIGINT)
        _, talk = tool.communicate(timeout=10)
    finally:
        tool.kill()
        tool.wait()
    require(tool.returncode == -signal.SIGINT and "is cancelled" in talk, f"{tool.returncode}: {talk}")
    until("b's program is gone", 5, lambda: sleepers(b) == 0)
    return time.monotonic() - begin


def durable(stage):
    """a durable task survives kill -9 of its requester: done all the same, outputs fetched after the next start"""
    with Swarm(stage, "durable", "ab") as swarm:
        swarm.hear("ab")
        a, b = swarm["a"], swarm["b"]
        register(b, "slow")
        swarm.start()
        a.organise()
        until("b follows a", 15, lambda: belongs(b))
        until("a knows what b offers", 15, lambda: known(a, "slow", b))
        files = inputs(swarm, 3, 5_000)
        words = [word for file in files for word in ("--input", file)]
        key = run(a, "slow", *words, "--deadline", "60", "--durable", "--detach").stdout.strip()
        until("a unit is at work", 15, lambda: state(a, key).get("at_work"))
        a.kill()
        a.start()
        _, took = until("the task ends after the restart", 90, lambda: state(a, key)["state"] == "ended")
        a.kill()
        a.start()
        out = f"{swarm.folder}/out"
        done = a.tool("task", "fetch", key, "--out", out)
        require(done.returncode == 0, f"fetch ended with {done.returncode}: {done.stderr.strip()}")
        for number, file in enumerate(files):
            require(read(f"{out}/unit-{number:03}") == read(file), f"unit {number} has another output")
        done = a.tool("task", "forget", key)
        require(done.returncode == 0, f"forget ended with {done.returncode}: {done.stderr.strip()}")
        until("its objects are off the disk", 5, lambda: not os.listdir(f"{a.folder}/state/objects"))
        for robot in swarm:
            robot.end()
        return f"killed at work, done {took:.1f} s after the restart, killed again, outputs there, forgotten for good"


def state(robot, key):
    done = robot.tool("task", "status", key, "--json")
    return json.loads(done.stdout) if done.returncode == 0 else {"state": "unknown"}


DRILLS = [alone, away, durable]
