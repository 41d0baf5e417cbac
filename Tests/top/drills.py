"""The drills of the dashboard. Each is a function whose name begins with `drill_`; its docstring is the rule."""

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import time

from terminal import Failure, Screen, bytes_sent, require, until

SIZES = ((40, 15), (80, 24), (120, 40))
# Over a radio link of 1 Mbit/s the dashboard is to be a guest.
REST_BYTES_PER_SECOND = 2000
REST_SECONDS = 20
HUNDRED = 100
TWENTY = 20


class Place:
    """What drills are given."""

    def __init__(self, options):
        self.server = options.server
        self.folder = options.folder
        self.skein = options.skein
        self.demo = options.demo
        self.scenarios = options.scenarios
        self.captures = options.captures
        self.count = 0
        self.swarms = {}

    def screen(self, columns, rows, **environment):
        self.count += 1
        return Screen(self.server, f"s{self.count}", columns, rows, environment)

    def keep(self, name, text):
        if self.captures:
            with open(f"{self.captures}/{name}.txt", "w", encoding="utf-8") as file:
                file.write(text)

    def lab(self):
        """A laboratory of twenty daemons whose mission lasts longer than the drills; the words that look at it."""
        if "lab" not in self.swarms:
            with open(f"{self.scenarios}/field-20.toml", encoding="utf-8") as file:
                scenario = file.read().replace(
                    "speed_m_per_s = 1\n", "speed_m_per_s = 0.02\nlimit_s = 900\n")
            require("speed_m_per_s = 0.02" in scenario, "field-20 has another speed now")
            path = f"{self.folder}/field-20-slow.toml"
            with open(path, "w", encoding="utf-8") as file:
                file.write(scenario)
            screen = self.screen(120, 40, TMPDIR=self.folder)
            screen.run(f"{self.skein} lab run {path} --seed 1")
            shown = screen.has("lab at ", seconds=60)
            folder = re.search(r"lab at (\S+)", shown).group(1)
            self.swarms["lab"] = [self.skein, "top", "--lab", folder]
            until("twenty sockets", 60, lambda: self.answers("lab", TWENTY))
        return self.swarms["lab"]

    def sim(self):
        """A simulation of a hundred robots that answers; the words that look at it."""
        if "sim" not in self.swarms:
            socket = f"{self.folder}/sim.sock"
            screen = self.screen(80, 24)
            scenario = f"{self.scenarios}/mesh-cloud-100.toml"
            screen.run(f"{self.skein} sim run {scenario} --seed 1 --serve --socket {socket} --hold")
            until("the simulation's socket", 60, lambda: os.path.exists(socket))
            self.swarms["sim"] = [self.skein, "top", "--socket", socket]
            until("a hundred robots", 120, lambda: self.answers("sim", HUNDRED))
        return self.swarms["sim"]

    def answers(self, which, robots):
        done = subprocess.run([*self.swarms[which], "--json"], capture_output=True, text=True)
        if done.returncode != 0:
            return None
        value = json.loads(done.stdout)
        heard = [robot for robot in value["robots"] if robot.get("place") or robot.get("leader")]
        return len(heard) >= robots and value


# ---- the screen itself


def drill_given_back(place):
    """However the program ends, the terminal is given back as it was found: q, Ctrl-C, signals, crashes."""
    screen = place.screen(80, 24)
    ends = [("q", lambda: screen.keys("q")), ("Ctrl-C", lambda: screen.keys("C-c"))]
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGSEGV, signal.SIGABRT, signal.SIGILL,
                   signal.SIGBUS, signal.SIGFPE, signal.SIGTRAP):
        ends.append((number.name, lambda number=number: os.kill(screen.child("ViewDemo"), number)))
    for what, end in ends:
        screen.run(f"{place.demo} 20")
        screen.has("LIVE", "rover-02")
        require(screen.is_alternate() and not screen.cursor_shows(), "drawn on a screen of its own, without a cursor")
        end()
        screen.is_given_back(what)
        screen.lacks("LIVE")
        screen.run("clear")
        until("a clear screen", 10, lambda: "icanon" not in screen.text())
    screen.end()
    return f"{len(ends)} ways"


def drill_suspended(place):
    """Ctrl-Z gives the terminal back, fg draws it all anew, in the size that it has then; so does a bare SIGCONT."""
    screen = place.screen(120, 40)
    screen.run(f"{place.demo} 20")
    screen.has("LIVE", "2 map", "? help")
    screen.keys("C-z")
    screen.has("Stopped")
    screen.is_given_back("Ctrl-Z")
    screen.resize(80, 24)
    screen.run("fg")
    shown = screen.has("LIVE", "tasks ", "? help")
    require("2 map" not in shown and screen.is_alternate(), "drawn in the new size")
    child = screen.child("ViewDemo")
    os.kill(child, signal.SIGSTOP)
    screen.has("Stopped")
    screen.run("fg")
    screen.has("LIVE", "? help")
    screen.keys("q")
    screen.is_given_back("q")
    screen.end()


def drill_resized(place):
    """A terminal that changes its size is drawn in it, from the header to the last line, down to the smallest."""
    screen = place.screen(120, 40)
    screen.run(f"{place.demo} 100")
    screen.has("2 map", "6 safety", "? help")
    for columns, rows in ((80, 24), (40, 15), (200, 60), (20, 6), (3, 2), (1, 1), (120, 40)):
        screen.resize(columns, rows)
        expected = "LIVE" if columns > 6 else ""
        until(f"drawn at {columns}x{rows}", 10, lambda: expected in screen.lines()[0])
        if rows >= 6 and columns >= 20:
            until(f"a footer at {columns}x{rows}", 10, lambda: "? help" in screen.lines()[rows - 1])
    screen.has("2 map", "6 safety", "? help")
    screen.keys("q")
    screen.is_given_back("q")
    screen.end()


def drill_keys(place):
    """Keys and their escape sequences arrive: a lone Escape, arrows, function keys, a typed command with completion."""
    screen = place.screen(80, 24)
    screen.run(f"{place.demo} 20")
    screen.has("LIVE")
    screen.keys("F1")
    screen.has(" help ", "quit")
    screen.keys("Escape")
    screen.lacks(" help  Esc")
    screen.keys("Down", "Down", "Enter")
    screen.has("robot rover-17")
    screen.keys("Escape")
    screen.has("1 peers")
    screen.type(":ro")
    screen.keys("Tab")
    screen.type("rover-05")
    screen.keys("Enter")
    screen.has("robot rover-05")
    screen.keys("Escape", "NPage", "PPage", "Tab")
    screen.has("2 map")
    screen.keys("C-x")
    screen.has("Ctrl-X again")
    screen.keys("C-x")
    screen.has("! stop")
    screen.keys("q")
    screen.is_given_back("q")
    screen.end()


def drill_colours(place):
    """Sixteen colours, more where COLORTERM says so, none with NO_COLOR, and nothing drawn on a dumb terminal."""
    for environment, expected in (({}, "sixteen"), ({"COLORTERM": "truecolor"}, "many"), ({"NO_COLOR": "1"}, "none")):
        screen = place.screen(120, 40, **environment)
        screen.run(f"{place.demo} 20")
        screen.has("LIVE", "x rover-19", "STOPPED")
        coloured = screen.coloured()
        codes = {code for run in re.findall(r"\x1b\[([0-9;]*)m", coloured) for code in run.split(";")}
        named = codes & {str(30 + colour) for colour in range(1, 8)}
        many = "\x1b[38;5;" in coloured
        require(bool(named) == (expected != "none"), f"{expected}: {sorted(codes)}")
        require(many == (expected == "many"), f"{expected}: more than sixteen colours: {many}")
        screen.keys("q")
        screen.is_given_back("q")
        screen.end()
    screen = place.screen(120, 40, TERM="dumb")
    screen.run(f"{place.demo} 20")
    screen.has("EVENTS", "took a fix")
    require(not screen.is_alternate(), "plain text on a dumb terminal")
    screen.end()
    for locale, mark in (("C.UTF-8", "─"), ("C", "-")):
        screen = place.screen(120, 40, LANG=locale, LC_ALL=locale)
        screen.run(f"{place.demo} 20")
        shown = screen.has("LIVE", f"{mark} 1 peers")
        require(locale != "C" or shown.isascii(), f"{locale}: only ASCII")
        screen.keys("q")
        screen.is_given_back("q")
        screen.end()


def drill_rest_demo(place):
    """A swarm in which everything moves costs at rest no more than the bound."""
    return rest(place, lambda: [place.demo, "100"], "demo")


# ---- against real swarms


def looked_at(place, words, robots, mode):
    for columns, rows in SIZES:
        screen = place.screen(columns, rows)
        screen.run(" ".join(words))
        screen.has(mode, "1 peers", "NAME", "STATE", seconds=30)
        shown = screen.has(f"{robots}, by trouble", seconds=30)
        lines = shown.split("\n")
        require(mode in lines[0], f"the header begins with {mode}: {lines[0]}")
        require("? help" in lines[rows - 1], f"a footer at {columns}x{rows}")
        if columns >= 120:
            for panel in ("2 map", "3 tasks", "4 radio", "5 events", "6 safety"):
                require(panel in shown, f"{panel} at {columns}x{rows}")
        place.keep(f"{mode.lower()}-{columns}x{rows}", screen.text())
        for key, title, mark in (("2", "2 map", "leader" if rows >= 20 else "2 map"), ("3", "3 tasks", "TASK"),
                                 ("4", "4 radio", "control"), ("5", "5 events", "5 events"),
                                 ("6", "6 safety", "moving"),
                                 ("1", "1 peers", "NAME")):
            screen.keys(key)
            screen.has(title, mark)
            place.keep(f"{mode.lower()}-{columns}x{rows}-{title[2:]}", screen.text())
        screen.keys("Down", "Enter")
        screen.has("Esc: back", "role", "heard")
        place.keep(f"{mode.lower()}-{columns}x{rows}-robot", screen.text())
        screen.keys("Escape", "q")
        screen.is_given_back("q")
        screen.end()


def drill_lab(place):
    """A laboratory of twenty daemons is seen whole, at each size, in each panel."""
    looked_at(place, place.lab(), TWENTY, "LIVE")


def drill_sim(place):
    """A running simulation of a hundred robots is seen whole, at each size, in each panel."""
    looked_at(place, place.sim(), HUNDRED, "SIM")


def drill_replay(place):
    """A simulation's flight log is replayed: seen, stood still by Space, run to its end."""
    log = f"{place.folder}/field.mcap"
    words = [place.skein, "sim", "run", f"{place.scenarios}/field-20.toml", "--seed", "1", "--log", log]
    done = subprocess.run(words, capture_output=True, text=True, timeout=120)
    require(os.path.exists(log), f"no log: exit code {done.returncode}, {done.stderr}")
    screen = place.screen(120, 40)
    screen.run(f"{place.skein} top --replay {log} --speed 2")
    shown = screen.has("REPLAY", "1 peers", "2 map", f"{TWENTY}, by trouble", seconds=30)
    place.keep("replay-120x40", shown)
    screen.keys("Space")
    screen.has("PAUSED")
    screen.keys("Space")
    screen.lacks("PAUSED")
    screen.keys("q")
    screen.is_given_back("q")
    screen.end()


def drill_crash(place):
    """skein top itself gives the terminal back when it crashes and when it is suspended, in whatever size."""
    screen = place.screen(80, 24)
    screen.run(" ".join(place.sim()))
    screen.has("SIM", "NAME", seconds=30)
    screen.keys("C-z")
    screen.has("Stopped")
    screen.is_given_back("Ctrl-Z")
    screen.resize(40, 15)
    screen.run("fg")
    screen.has("SIM", "NAME")
    os.kill(screen.child("skein"), signal.SIGSEGV)
    screen.is_given_back("SIGSEGV")
    screen.end()


def drill_plain(place):
    """Off a terminal: one plain snapshot and 0, whole or cut by head; JSON, one object or a line at a time."""
    words = " ".join(place.sim())
    def shell(line):
        return subprocess.run(["bash", "-c", "set -o pipefail; " + line], capture_output=True, text=True,
                              env={**os.environ, "LC_ALL": "C.UTF-8"}, timeout=60)

    whole = shell(words + " | cat")
    require(whole.returncode == 0, f"exit code {whole.returncode}: {whole.stderr}")
    require("\x1b" not in whole.stdout and "PEERS" in whole.stdout and "SIM" in whole.stdout, whole.stdout[:400])
    require(all(f"r{robot} " in whole.stdout for robot in range(HUNDRED)), "every robot has a line")
    require(shell(words + " | head -3").stdout.count("\n") == 3, "head")
    require(len(json.loads(shell(words + " --json").stdout)["robots"]) == HUNDRED, "--json")
    lines = shell(words + " --stream --interval 0.2 | head -3").stdout.strip().split("\n")
    require(len(lines) == 3 and all(len(json.loads(line)["robots"]) == HUNDRED for line in lines), "--stream")


def rest(place, words, what):
    told = []
    for columns, rows in SIZES:
        counts = bytes_sent(words(), columns, rows, settle=6, seconds=REST_SECONDS)
        mean = sum(counts) / len(counts)
        require(mean <= REST_BYTES_PER_SECOND, f"{what} at {columns}x{rows}: {mean:.0f} B/s: {counts}")
        told.append(f"{columns}x{rows} {mean:.0f} B/s, {max(counts)} at most")
    return "; ".join(told)


def drill_rest_lab(place):
    """At rest the laboratory's dashboard sends no more than the bound."""
    return rest(place, place.lab, "lab")


def drill_rest_sim(place):
    """At rest the simulation's dashboard sends no more than the bound."""
    return rest(place, place.sim, "sim")


def drill_deadlines(place):
    """With the dashboard attached none of twenty daemons misses a deadline; how late they were is told."""
    with open(f"{place.scenarios}/field-20.toml", encoding="utf-8") as file:
        scenario = file.read().replace("speed_m_per_s = 1\n", "speed_m_per_s = 0.4\n")
    require("speed_m_per_s = 0.4" in scenario, "field-20 has another speed now")
    path = f"{place.folder}/field-20-watched.toml"
    with open(path, "w", encoding="utf-8") as file:
        file.write(scenario)
    laboratory, view = place.screen(120, 40, TMPDIR=place.folder), place.screen(120, 40)
    laboratory.run(f"{place.skein} lab run {path} --seed 1 --keep; echo ended: $?")
    folder = re.search(r"lab at (\S+)", laboratory.has("lab at ", seconds=60)).group(1)
    place.swarms["watched"] = [place.skein, "top", "--lab", folder]
    until("twenty sockets", 60, lambda: place.answers("watched", TWENTY))
    view.run(f"{place.skein} top --lab {folder}")
    view.has("1 peers", seconds=60)
    laboratory.has("ended: 0", seconds=120)
    view.keys("q")
    view.is_given_back("q")
    late = []
    for robot in range(20):
        with open(f"{folder}/r{robot}.log", encoding="utf-8") as file:
            found = re.search(
                r"deadlines: (\d+), 99 % within ([\d.]+) ms, the latest ([\d.]+) ms late, (\d+) missed", file.read())
        require(found, f"r{robot} does not say how late it was")
        late.append([float(figure) for figure in found.groups()])
    laboratory.end()
    view.end()
    told = (f"{sum(one[0] for one in late):.0f} deadlines, 99 % within {max(one[1] for one in late):.1f} ms at every robot, "
            f"the latest {max(one[2] for one in late):.1f} ms late")
    missed = sum(one[3] for one in late)
    require(missed == 0, f"{missed:.0f} missed: {told}")
    return told


def main():
    drills = {name[6:].replace("_", "-"): value for name, value in globals().items() if name.startswith("drill_")}
    parser = argparse.ArgumentParser()
    parser.add_argument("--list", action="store_true")
    for name in ("server", "folder", "skein", "demo", "scenarios", "captures"):
        parser.add_argument("--" + name)
    parser.add_argument("drills", nargs="*")
    options = parser.parse_args()
    if options.list:
        for name, drill in drills.items():
            print(f"{name:14} {drill.__doc__}")
        return 0
    if unknown := [name for name in options.drills if name not in drills]:
        print(f"no drill {unknown[0]}; expected one of {', '.join(drills)}", file=sys.stderr)
        return 2
    place = Place(options)
    failed = 0
    for name in options.drills or drills:
        begin = time.monotonic()
        try:
            told = drills[name](place)
            print(f"ok    {name:14} {time.monotonic() - begin:5.1f} s  {told or ''}", flush=True)
        except (Failure, subprocess.SubprocessError, OSError) as failure:
            failed += 1
            print(f"FAIL  {name:14} {time.monotonic() - begin:5.1f} s", flush=True)
            print(failure, file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
