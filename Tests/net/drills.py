"""Plays drills: drills.py SKEIN PREFIX FOLDER [DRILL...]. Started by `run`, which makes the folder and clears up."""

import inspect
import os
import signal
import sys
import time
import traceback

import bench_drills
import daemon_drills
import fault_drills
import mesh_drills
import mission_drills
import question_drills
import task_drills
from swarm import OVER, Failure

DRILLS = [
    *mesh_drills.DRILLS, *question_drills.DRILLS, *fault_drills.DRILLS, *daemon_drills.DRILLS, *task_drills.DRILLS,
    *bench_drills.DRILLS, *mission_drills.DRILLS
]


class Stage:
    def __init__(self, skein, prefix, folder):
        self.skein = os.path.abspath(skein)
        self.prefix = prefix
        self.folder = folder


def play(stage, drill):
    """True if it passed. Its line says what it measured, or what did not hold."""
    begin = time.monotonic()
    talk = []
    try:
        word, text = "PASS", drill(stage)
    except Failure as failure:
        word, text, talk = "FAIL", str(failure), getattr(failure, "tails", {}).items()
    except Exception as error:
        word, text, talk = "FAIL", f"{type(error).__name__}: {error}", getattr(error, "tails", {}).items()
        traceback.print_exc()
    print(f"{word}  {drill.__name__:<10} {time.monotonic() - begin:5.1f} s  {text}", flush=True)
    for name, lines in talk:
        for line in lines:
            print(f"      {name}: {line}", file=sys.stderr)
    return word == "PASS"


def main():
    if sys.argv[1:] == ["--list"]:
        for drill in DRILLS:
            print(f"{drill.__name__:<10} {inspect.getdoc(drill).splitlines()[0]}")
        return 0
    skein, prefix, folder, *names = sys.argv[1:]
    known = {drill.__name__: drill for drill in DRILLS}
    for name in names:
        if name not in known:
            print(f"Tests/net/run: no drill {name}; expected {', '.join(known)}", file=sys.stderr)
            return 2
    stage = Stage(skein, prefix, folder)
    begin = time.monotonic()
    results = [play(stage, known[name]) for name in names or known]
    print(f"{sum(results)} of {len(results)} drills passed in {time.monotonic() - begin:.0f} s", flush=True)
    return 0 if all(results) else 1


def end(*_):
    """`run` has been told to end: every `with` clears up on the way out."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    OVER.set()
    sys.exit(143)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.exit(main())
