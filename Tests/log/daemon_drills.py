"""Drills with one real daemon on the loopback: killed, and on a disk that is full."""

import os
import socket
import subprocess
import time

from stage import Skipped, agree, check

CONFIG = """
[robot]
name = "alpha"
start_x_m = 1
start_y_m = 2
start_heading_deg = 0
key_file = "robot.key"
[fleet]
key_file = "fleet.key"
roster_file = "fleet.toml"
[state]
folder = "../../state"
[local]
socket = "../../p.sock"
[radio.control]
transport = "ipv4"
interface = "lo"
port = {control}
[radio.data]
transport = "ipv4"
interface = "lo"
port = {data}
[flight_log]
folder = "{log}"
"""


class Daemon:
    def __init__(self, stage, name, log, *settings):
        self.folder = stage.path(name)
        self.log = log
        self.out = os.path.join(self.folder, "daemon.log")
        os.mkdir(self.folder)
        stage.run("fleet", "init", os.path.join(self.folder, "fleet"), "--robots", "alpha")
        config = os.path.join(self.folder, "fleet", "alpha", "peer.toml")
        with open(config, "w") as file:
            file.write(CONFIG.format(control=free_port(), data=free_port(), log=log))
        self.words = [stage.skein, "peer", "--config", config]
        for setting in settings:
            self.words += ["--set", setting]
        self.process = None

    def start(self):
        with open(self.out, "a") as out:
            self.process = subprocess.Popen(self.words, stdout=out, stderr=out)

    def wait(self, text, seconds=30):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with open(self.out) as file:
                if text in file.read():
                    return
            check(self.process.poll() is None, f"the daemon ended with {self.process.returncode}")
            time.sleep(0.05)
        check(False, f"the daemon did not say {text!r} within {seconds} s")

    def end(self):
        self.process.terminate()
        check(self.process.wait(20) == 0, f"the daemon ended with {self.process.returncode}")

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def killed(stage):
    """A daemon killed in flight loses nothing older than a second; its next start makes the file whole."""
    log = stage.path("killed-log")
    daemon = Daemon(stage, "killed", log, "flight_log.report_interval_s=0.1")
    try:
        daemon.start()
        daemon.wait("data band on lo: up")
        # Long enough for chunks to have been closed.
        time.sleep(4)
        at = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
        daemon.process.kill()
        daemon.process.wait()
        first = os.path.join(log, os.listdir(log)[0])
        cut = stage.info(first, code=6)
        check(not cut["whole"], "a killed daemon's file has an end")
        daemon.start()
        daemon.wait("had no end, recovered")
        daemon.wait("data band on lo: up")
        time.sleep(1.5)
        daemon.end()
    finally:
        daemon.stop()
    recovered = agree(stage, first)
    lost = (at - max(recovered.robots.values())) / 1e9
    check(lost <= 1.1, f"the newest report is {lost:.3f} s older than the kill")
    files = sorted(os.listdir(log))
    check(len(files) == 2, f"files {files}")
    agree(stage, os.path.join(log, files[1]))
    return f"{recovered.messages} messages kept, the newest report {lost:.3f} s older than the kill; whole again at the next start"


def full(stage):
    """On a disk that is full the daemon flies on and says so; with room again the log goes on and says what is missing."""
    if os.geteuid() != 0:
        raise Skipped("needs root, for a small disk")
    log = stage.path("full-log")
    os.mkdir(log)
    # Seen by this process and its children only.
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "skein-log", log], capture_output=True, text=True)
    if done.returncode != 0:
        raise Skipped(f"no small disk here: {done.stderr.strip()}")
    daemon = Daemon(stage, "full", log, "flight_log.report_interval_s=0.1")
    try:
        filler = os.path.join(log, "filler")
        with open(filler, "wb") as file:
            file.write(bytes(1000 * 1024))
        daemon.start()
        daemon.wait("flying on without a log until the disk works", 60)
        check(daemon.process.poll() is None, "the daemon ended")
        os.remove(filler)
        daemon.wait("the log goes on")
        time.sleep(2)
        daemon.end()
        [file] = os.listdir(log)
        seen = agree(stage, os.path.join(log, file))
    finally:
        daemon.stop()
        subprocess.run(["umount", log])
    return f"said so, went on; {seen.messages} messages in a whole file"


DRILLS = [killed, full]
