"""Terminals: tmux's, whose screens can be read, and bare ones, whose bytes can be counted."""

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time

POLL = 0.05


class Failure(Exception):
    """A rule that did not hold."""


def require(holds, what):
    if not holds:
        raise Failure(what)


def until(what, seconds, condition):
    """Waits until a condition gives something true."""
    begin = time.monotonic()
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() - begin > seconds:
            raise Failure(f"not within {seconds} s: {what}")
        time.sleep(POLL)


class Screen:
    """A shell in a tmux terminal of a given size."""

    PROMPT = "drill$ "

    def __init__(self, server, name, columns, rows, environment=()):
        self.server = server
        self.name = name
        variables = {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "PS1": self.PROMPT, **dict(environment)}
        words = [f"{key}={value}" for key, value in variables.items()]
        unset = [word for key in ("NO_COLOR", "COLORTERM") if key not in variables for word in ("-u", key)]
        self._tmux("-f", "/dev/null", "new-session", "-d", "-s", name, "-x", str(columns), "-y", str(rows),
                   "env", *unset, *words, "bash", "--norc", "--noprofile")
        self._tmux("set-option", "-t", name, "-w", "aggressive-resize", "on")
        # A server without a session ends, and a session that is begun meanwhile with it.
        self._tmux("set-option", "-s", "exit-empty", "off")
        until("a prompt", 10, lambda: self.text().startswith(self.PROMPT.strip()))

    def _tmux(self, *words):
        return subprocess.run(["tmux", "-L", self.server, *words], check=True, capture_output=True, text=True).stdout

    def run(self, line):
        self._tmux("send-keys", "-t", self.name, "-l", line)
        self.keys("Enter")

    def keys(self, *keys):
        self._tmux("send-keys", "-t", self.name, *keys)

    def type(self, text):
        self._tmux("send-keys", "-t", self.name, "-l", text)

    def resize(self, columns, rows):
        self._tmux("resize-window", "-t", self.name, "-x", str(columns), "-y", str(rows))

    def text(self):
        return self._tmux("capture-pane", "-p", "-t", self.name)

    def lines(self):
        return self.text().split("\n")

    def coloured(self):
        return self._tmux("capture-pane", "-p", "-e", "-t", self.name)

    def has(self, *texts, seconds=10):
        """Waits until all of them are on the screen at once; what is there then."""
        try:
            return until(texts, seconds, lambda: (lambda now: all(text in now for text in texts) and now)(self.text()))
        except Failure as failure:
            raise Failure(f"{failure}; the screen:\n{self.text()}") from None

    def lacks(self, text, seconds=10):
        until(f"{text!r} gone", seconds, lambda: text not in self.text())

    def is_alternate(self):
        """Whether the program still holds the terminal's other screen."""
        return self._tmux("display-message", "-p", "-t", self.name, "#{alternate_on}").strip() == "1"

    def cursor_shows(self):
        return self._tmux("display-message", "-p", "-t", self.name, "#{cursor_flag}").strip() == "1"

    def child(self, program):
        """The process number of a program that the shell runs."""
        shell = self._tmux("display-message", "-p", "-t", self.name, "#{pane_pid}").strip()

        def find():
            words = ["ps", "-o", "pid=,comm=", "--ppid", shell]
            found = subprocess.run(words, capture_output=True, text=True).stdout.split("\n")
            return next((int(line.split()[0]) for line in found if line.split()[1:] == [program[:15]]), None)

        return until(f"{program} runs", 10, find)

    def is_given_back(self, what):
        """The terminal is as the program found it: its own screen, a cursor, lines and echo."""
        until(f"{what}: the screen given back", 10, lambda: not self.is_alternate() and self.cursor_shows())
        self.run("stty -a | tr ' ;' '\\n\\n' | grep -x -e icanon -e echo -e icrnl | paste -s -d+")
        self.has("icanon", "icrnl+")
        until(f"{what}: a prompt", 10, lambda: self.text().rstrip().endswith(self.PROMPT.strip()))

    def end(self):
        self._tmux("kill-session", "-t", self.name)


def bytes_sent(words, columns, rows, settle, seconds):
    """Runs a program on a bare terminal; how many bytes it sends it in each second, once it has settled."""
    child, terminal = pty.fork()
    if child == 0:
        os.environ.update(TERM="xterm-256color", LANG="C.UTF-8", LC_ALL="C.UTF-8")
        os.execvp(words[0], words)
    try:
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        os.kill(child, signal.SIGWINCH)
        begin = time.monotonic() + settle
        counts = [0] * seconds
        while (place := time.monotonic() - begin) < seconds:
            if select.select([terminal], [], [], POLL)[0]:
                count = len(os.read(terminal, 65536))
                if place >= 0:
                    counts[int(place)] += count
        return counts
    finally:
        os.kill(child, signal.SIGTERM)
        os.close(terminal)
        os.waitpid(child, 0)
