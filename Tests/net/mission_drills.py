"""Missions from files, flown by the daemons of a laboratory and commanded as a person does it: through their sockets."""

import glob
import json
import os
import pty
import select
import signal
import subprocess
import time

from swarm import Failure, require, until

ROBOTS = 14
SCENARIO = f"""
[arena]
solid = false
width_m = 20
height_m = 20
[robots]
count = {ROBOTS}
cameras = 3
start_sigma_m = 0.1
[mission]
physical_target = [2, 18]
virtual_target = [18, 2]
speed_m_per_s = 2
[radio]
range24_m = 40
"""
# Walkers never arrive in the first revision: it goes on until it is stopped.
MISSION = """name = "patrol"
revision = {revision}
[field]
width_m = 20
height_m = 20
[[area]]
name = "gate"
points = [[2, 2], [6, 2], [6, 6], [2, 6]]
[[role]]
name = "walker"
count = 4
goal = "waypoints"
waypoints = [[6, 14], [14, 14]]
laps = {laps}
[[role]]
name = "guard"
count = 3
goal = "hold"
area = "gate"
[[task]]
name = "guarded"
role = "guard"
deadline_s = 300
[end]
when = "{end}"
deadline_s = 600
"""
STANDING_METRES = 0.05


class Lab:
    """Daemons that stand and wait for orders."""

    def __init__(self, stage):
        self.skein = stage.skein
        self.place = f"{stage.folder}/mission"
        os.mkdir(self.place)
        scenario = self.write("yard.toml", SCENARIO)
        self.talk = open(f"{self.place}/talk", "w+")
        self.process = subprocess.Popen(
            [self.skein, "lab", "run", scenario, "--hold", "--log", f"{self.place}/logs"], cwd=self.place,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.talk, text=True,
            env={**os.environ, "TMPDIR": self.place, "XDG_RUNTIME_DIR": ""})
        self.dead = set()

    def __enter__(self):
        try:
            ready, _, _ = select.select([self.process.stdout], [], [], 40)
            self.folder = self.process.stdout.readline().strip() if ready else ""
            require(self.folder, f"the laboratory does not stand after 40 s: {self.said()}")
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, kind, error, trace):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.talk.close()

    def said(self):
        with open(self.talk.name) as talk:
            return talk.read().strip()

    def write(self, name, text):
        with open(f"{self.place}/{name}", "w") as file:
            file.write(text)
        return f"{self.place}/{name}"

    def living(self):
        return [robot for robot in range(ROBOTS) if robot not in self.dead]

    def socket(self, robot):
        return f"{self.folder}/r{robot}.sock"

    # Tools.

    def run(self, *words, code=0):
        codes = code if isinstance(code, tuple) else (code,)
        done = subprocess.run(
            [self.skein, *words], cwd=self.place, capture_output=True, text=True, timeout=20, stdin=subprocess.DEVNULL)
        require(done.returncode in codes, f"{' '.join(words)}: exit code {done.returncode} instead of {code}: "
                f"{done.stdout.strip()} {done.stderr.strip()}")
        return done

    def at(self, robot, *words, code=0):
        return self.run(*words, "--socket", self.socket(robot), code=code)

    def mission(self, robot):
        # 6: the plan is still on its way.
        return json.loads(self.at(robot, "mission", "status", "--json", code=(0, 6)).stdout)

    def everywhere(self, holds):
        """Of all that live."""
        return all(holds(self.mission(robot)) for robot in self.living())

    def places(self):
        found = []
        for robot in self.living():
            status = json.loads(self.at(robot, "status", "--json").stdout)
            found.append((status["x_m"], status["y_m"]))
        return found

    def events(self, robot, kind):
        events = json.loads(self.at(robot, "events", "--json").stdout)["events"]
        return [event for event in events if event["event"] == kind]

    def process_of(self, robot):
        wanted = f"{self.folder}/r{robot}.toml".encode()
        for path in glob.glob("/proc/[0-9]*/cmdline"):
            try:
                with open(path, "rb") as file:
                    words = file.read().split(b"\0")
            except OSError:
                continue
            if words[1:2] == [b"peer"] and wanted in words:
                return int(path.split("/")[2])
        raise Failure(f"no daemon of r{robot}")


def mission(stage):
    """a mission file signed, flown, paused, resumed and stopped; who may not is refused; a dead robot's role is filled"""
    with Lab(stage) as lab:
        lab.write("patrol.toml", MISSION.format(revision=1, laps=0, end="never"))
        refused(lab)
        lab.run("mission", "sign", "patrol.toml", "--authority", lab.folder)
        lab.at(0, "mission", "run", code=2)
        require("--yes" in lab.at(0, "mission", "run", "patrol.toml", code=2).stderr, "robots would move unasked")
        lab.at(0, "mission", "run", "patrol.toml", "--yes")
        _, started = until("everybody is under way by the same roles", 30, lambda: flying(lab))
        until("the guards have arrived", 20, lambda: lab.mission(0)["tasks"][0]["state"] == "done")
        paused(lab)
        filled = killed(lab)
        lab.at(2, "mission", "stop")
        until("all have stopped", 10, lambda: lab.everywhere(lambda m: m["phase"] == "stopped" and m["over"] == "person"))
        ended = second(lab)
        told(lab)
        lab.process.send_signal(signal.SIGINT)
        code = lab.process.wait(10)
        require(code == 0, f"the laboratory ended with {code} after Ctrl-C: {lab.said()}")
        logged(lab)
        return (f"under way {started:.1f} s after the order, a killed robot's role filled in {filled:.1f} s, "
                f"the second revision over {ended:.1f} s after its order")


def refused(lab):
    """Unsigned, and signed by another fleet's authority."""
    require("not signed" in lab.at(0, "mission", "run", "patrol.toml", "--yes", code=5).stderr, "unsigned")
    lab.run("fleet", "init", "others", "--robots", "x")
    lab.run("mission", "sign", "patrol.toml", "--authority", "others")
    why = lab.at(0, "mission", "run", "patrol.toml", "--yes", code=5).stderr
    require("neither by the fleet's authority" in why, f"signed by a stranger: {why}")
    require(lab.events(0, "mission_refused"), "the refusal is no event")


def flying(lab):
    states = [lab.mission(robot) for robot in lab.living()]
    roles = {role["name"]: role["robots"] for role in states[0]["roles"]}
    return (all(state["phase"] in ("running", "arrived") for state in states)
            and roles == {"walker": 4, "guard": 3}
            and len({json.dumps([(robot["name"], robot["role"]) for robot in state["robots"] if robot["role"]])
                     for state in states}) == 1)


def paused(lab):
    lab.at(5, "mission", "pause")
    until("all have paused", 10, lambda: lab.everywhere(lambda m: m["phase"] == "paused"))

    def standing():
        before = lab.places()
        return all(abs(a - c) < STANDING_METRES and abs(b - d) < STANDING_METRES
                   for (a, b), (c, d) in zip(before, lab.places()))
    until("all stand", 10, standing)
    require("this robot: paused" in lab.at(3, "mission", "status").stdout, "the pause is not shown")
    lab.at(3, "mission", "pause", code=1)
    lab.at(5, "mission", "resume", code=2)
    before = lab.places()
    lab.at(5, "mission", "resume", "--yes")
    until("all go on", 10, lambda: lab.everywhere(lambda m: m["phase"] in ("running", "arrived")))
    until("somebody moves", 10, lambda: any(
        abs(a - c) > 1 or abs(b - d) > 1 for (a, b), (c, d) in zip(before, lab.places())))


def killed(lab):
    """How long until another walks in the killed robot's place."""
    walkers = [robot["name"] for robot in lab.mission(0)["robots"] if robot["role"] == "walker"]
    victim = max(int(name[1:]) for name in walkers)
    os.kill(lab.process_of(victim), signal.SIGKILL)
    lab.dead.add(victim)

    def filled():
        state = lab.mission(0)
        now = [robot["name"] for robot in state["robots"] if robot["role"] == "walker"]
        return len(now) == 4 and f"r{victim}" not in now
    _, took = until(f"another walks in the place of r{victim}", 30, filled)
    until("everybody knows", 10, lambda: flying(lab))
    changes = lab.events(0, "role_changed")
    require(any(event["robot"] == f"r{victim}" and event["role"] is None and event["cause"] in ("silent", "departed")
                for event in changes), f"who gave its role up is not told: {changes}")
    require(any(event["role"] == "walker" and event["cause"] == "filled" for event in changes),
            f"who took it is not told: {changes}")
    until("the laboratory says who died", 5, lambda: f"r{victim} was ended by signal 9" in lab.said())
    return took


def second(lab):
    """Chosen on a terminal; then the first is refused, and the mission ends by its own rule. How long that took."""
    lab.write("old.toml", MISSION.format(revision=1, laps=0, end="never"))
    lab.write("patrol.toml", MISSION.format(revision=2, laps=1, end="all_arrived"))
    for name in ("old", "patrol"):
        lab.run("mission", "sign", f"{name}.toml", "--key", f"{lab.folder}/r1.key")
    begin = time.monotonic()
    shown = on_terminal(
        [lab.skein, "mission", "run", "--socket", lab.socket(1)], lab.place,
        [("type its number", None), ("type patrol", "patrol")])
    require("starts mission patrol revision 2" in shown, f"chosen on a terminal: {shown}")
    why = lab.at(1, "mission", "run", "old.toml", "--yes", code=5).stderr
    require("the swarm has had revision 2" in why, f"an older revision: {why}")
    until("it is over, as all have arrived, and everybody knows", 40,
          lambda: lab.everywhere(lambda m: m["phase"] == "stopped" and m["over"] == "all_arrived"
                                 and m["plan"].get("revision") == 2 and m["plan"]["signed_by"] == "r1"))
    return time.monotonic() - begin


def on_terminal(words, folder, answers):
    """Answers what a program asks on a terminal; all that it showed. An answer of None is the line with patrol.toml."""
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(folder)
        os.execv(words[0], words)
    shown = ""
    end = time.monotonic() + 20
    try:
        while True:
            require(time.monotonic() < end, f"{' '.join(words)} does not end: {shown}")
            if not select.select([terminal], [], [], 0.5)[0]:
                continue
            try:
                read = os.read(terminal, 4096)
            except OSError:
                break
            if not read:
                break
            shown += read.decode(errors="replace")
            if answers and answers[0][0] in shown:
                answer = answers.pop(0)[1] or next(
                    line.split()[0] for line in shown.splitlines() if "in patrol.toml" in line)
                os.write(terminal, f"{answer}\n".encode())
    finally:
        os.close(terminal)
        if os.waitpid(child, os.WNOHANG)[0] == 0:
            os.kill(child, signal.SIGKILL) if time.monotonic() >= end else None
            os.waitpid(child, 0)
    return shown


def told(lab):
    """Each thing that happened is an event, at a robot that had a role and at the keeper."""
    for kind in ("mission_taken", "mission_started", "mission_paused", "mission_resumed", "role_taken"):
        require(lab.events(0, kind), f"no event {kind}")
    reasons = [event["reason"] for event in lab.events(0, "mission_stopped")]
    require(reasons == ["person", "all_arrived"], f"it stopped for {reasons}")
    require(lab.events(0, "mission_task_done"), "the task that was done is no event")
    screen = lab.run("top", "--lab", lab.folder).stdout
    require("mission stopped: all have arrived" in screen, f"skein top does not tell: {screen}")


def logged(lab):
    kinds = set()
    for path in glob.glob(f"{lab.place}/logs/r0-*.mcap"):
        for line in lab.run("log", "export", path, "--json").stdout.splitlines():
            value = json.loads(line)
            if value["topic"].endswith("/event"):
                kinds.add(value["message"]["kind"])
    for kind in ("MISSION_PLAN_TAKEN", "MISSION_PLAN_REFUSED", "MISSION_PAUSED", "MISSION_RESUMED", "MISSION_ENDED",
                 "MISSION_ROLE_TAKEN", "MISSION_ROLE_CHANGED", "MISSION_TASK_DONE"):
        require(kind in kinds, f"no {kind} in the flight log: {sorted(kinds)}")


DRILLS = [mission]
