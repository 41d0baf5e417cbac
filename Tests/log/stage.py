"""What the drills share: the program, its logs, and the reference reader's view of them."""

import json
import os
import subprocess

from mcap.reader import make_reader
from mcap_protobuf.decoder import DecoderFactory


class Failure(Exception):
    pass


class Skipped(Exception):
    pass


def check(holds, text):
    if not holds:
        raise Failure(text)


class Stage:
    def __init__(self, skein, folder, root):
        self.skein = skein
        self.folder = folder
        self.root = root
        self._hundred = None

    def path(self, name):
        return os.path.join(self.folder, name)

    def run(self, *words, code=0):
        done = subprocess.run([self.skein, *words], capture_output=True, text=True)
        check(done.returncode == code, f"skein {' '.join(words)} ended with {done.returncode}: {done.stderr.strip()}")
        return done.stdout

    def info(self, path, code=0):
        return json.loads(self.run("log", "info", "--json", path, code=code))["files"][0]

    def scenario(self, name):
        return os.path.join(self.root, "sim", "scenarios", name)

    def hundred(self):
        """A flight of a hundred robots, in one file. Flown once."""
        if self._hundred is None:
            path = self.path("hundred.mcap")
            self.run("sim", "run", self.scenario("mesh-cloud-100.toml"), "--seed", "1", "--log", path)
            self._hundred = path
        return self._hundred


class Log:
    """A log as the reference reader has it: every checksum verified, every message decoded by the schemas inside."""

    def __init__(self, path, decodes=True):
        self.counts = {}
        self.messages = 0
        self.decoded = 0
        self.times = []
        self.robots = {}
        with open(path, "rb") as stream:
            reader = make_reader(stream, decoder_factories=[DecoderFactory()], validate_crcs=True)
            self.header = reader.get_header()
            self.summary = reader.get_summary()
            if decodes:
                for _, channel, message, value in reader.iter_decoded_messages(log_time_order=False):
                    self.take(channel, message)
                    self.decoded += value is not None
                    if channel.topic.endswith("/report"):
                        self.robots[value.stamp.robot] = value.stamp.local_ns
            else:
                for _, channel, message in reader.iter_messages(log_time_order=False):
                    self.take(channel, message)
            self.attachments = list(reader.iter_attachments())
            self.metadata = list(reader.iter_metadata())

    def take(self, channel, message):
        self.counts[channel.topic] = self.counts.get(channel.topic, 0) + 1
        self.messages += 1
        self.times.append(message.log_time)


def agree(stage, path, decodes=True):
    """The reference reader and `skein log info` count alike. The log as the reader has it."""
    log = Log(path, decodes)
    info = stage.info(path)
    ours = {channel["topic"]: channel["messages"] for channel in info["channels"] if channel["messages"]}
    check(info["whole"], f"{path} is not whole")
    check(ours == log.counts, f"{path}: counts differ: {set(ours.items()) ^ set(log.counts.items())}")
    check(info["messages"] == log.messages, f"{path}: {info['messages']} messages, the reader has {log.messages}")
    statistics = log.summary.statistics
    check(statistics.message_count == log.messages, f"{path}: statistics say {statistics.message_count} messages")
    check(info["chunks"] == len(log.summary.chunk_indexes), f"{path}: chunks differ")
    check(len(info["attachments"]) == len(log.attachments), f"{path}: attachments differ")
    check(len(info["metadata"]) == len(log.metadata), f"{path}: metadata differ")
    return log
