"""Plays drills: drills.py ELF FOLDER [DRILL...]. Started by `run`, which makes the folder and clears up."""

import inspect
import os
import sys
import time
import traceback

import hostile_drills
import peer_drills
import safety_drills
from stage import Failure

DRILLS = [*safety_drills.DRILLS, *hostile_drills.DRILLS, *peer_drills.DRILLS]


def play(elf, folder, drill):
    """True unless it failed. Its line says what it measured, or what did not hold."""
    begin = time.monotonic()
    try:
        word, text = "PASS", drill(elf, folder)
    except Failure as failure:
        word, text = "FAIL", str(failure)
    except Exception as error:
        word, text = "FAIL", f"{type(error).__name__}: {error}"
        traceback.print_exc()
    print(f"{word}  {drill.__name__:<9} {time.monotonic() - begin:5.1f} s  {text}", flush=True)
    return word != "FAIL"


def main():
    elf, folder, *names = sys.argv[1:]
    known = {drill.__name__: drill for drill in DRILLS}
    if names == ["--list"]:
        for name, drill in known.items():
            print(f"{name:<9} {inspect.getdoc(drill).splitlines()[0]}")
        return 0
    for name in names:
        if name not in known:
            print(f"Tests/firmware/run: no drill {name}; expected {', '.join(known)}", file=sys.stderr)
            return 2
    # A relay and a reader of traces are threads of this program: neither may wait 5 ms for the other to let go of it.
    sys.setswitchinterval(0.0002)
    # The drills measure the controller, not what else this machine does: real-time priority where it is allowed, as
    # root. qemu inherits it.
    try:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(10))
    except PermissionError:
        print("Tests/firmware/run: without real-time priority; other work here shows in the times", file=sys.stderr)
    results = [play(os.path.abspath(elf), folder, known[name]) for name in names or known]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
