"""The benches that make namespaces of their own: that they measure, and that they leave nothing behind."""

import json
import os
import signal
import subprocess
import time

from swarm import require, until


def meshload(stage):
    """five members on a shared channel, with and without loss; a bench that is interrupted leaves nothing"""
    done = subprocess.run(
        [stage.skein, "bench", "mesh-load", "--members", "5", "--seconds", "5", "--loss", "0", "0.05", "--json", "-"],
        capture_output=True, text=True, timeout=90)
    require(done.returncode == 0, f"exit code {done.returncode}: {done.stderr.strip()}")
    runs = json.loads(done.stdout)["runs"]
    figures = []
    for run, least in zip(runs, (0.99, 0.97)):
        require(run["status_tx"] == 5 * 50 and run["task_tx"] == 3 * 5, f"sent {run}")
        for share in ("result_share", "status_share"):
            require(run[share] >= least, f"{share} {run[share]} with {run['loss']:.0%} lost, at least {least}")
        figures.append(f"{run['loss']:.0%} lost: results {run['result_share']:.1%}, status {run['status_share']:.2%}")
    return f"{'; '.join(figures)}; {interrupted(stage)}"


def members():
    """Processes that are a member of a load test."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                words = file.read().split(b"\0")
        except OSError:
            continue
        if words[1:3] == [b"bench", b"member"]:
            found.append(pid)
    return found


def interrupted(stage):
    """Ctrl-C in the middle: it dies of it, and so do its members, with all their namespaces."""
    process = subprocess.Popen(
        [stage.skein, "bench", "mesh-load", "--members", "5", "--seconds", "60", "--loss", "0"],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until("the members run", 20, lambda: len(members()) == 5)
        begin = time.monotonic()
        process.send_signal(signal.SIGINT)
        code = process.wait(10)
        require(code == -signal.SIGINT, f"ended with {code} after SIGINT")
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    require(not members(), f"members {members()} are left")
    left = [name for name in os.listdir("/run/netns") if name.startswith("skein-bench-")]
    require(not left, f"namespaces {left} are left")
    return f"interrupted, nothing left after {time.monotonic() - begin:.1f} s"


DRILLS = [meshload]
