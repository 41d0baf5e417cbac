"""Drills on files: what others read of them, and what is left when they are cut."""

import json
import os
import random
import re
import subprocess
import sys

from stage import Log, Skipped, agree, check

CUTS = 200
CUTS_SEED = 6


def opens(stage):
    """The reference reader opens, verifies and decodes a log of a hundred robots, and counts as we do."""
    log = agree(stage, stage.hundred())
    check(log.header.profile == "skein", f"profile {log.header.profile}")
    check(len(log.robots) == 100, f"reports of {len(log.robots)} robots")
    check(log.decoded == log.messages, "some messages could not be decoded")
    check([a.name for a in log.attachments] == ["mesh-cloud-100.toml"], "the scenario is not attached")
    scenario = [m for m in log.metadata if m.name == "skein.scenario"]
    check(len(scenario) == 1 and scenario[0].metadata["robots"] == "100", "the scenario's parameters are not there")
    modes = {m.metadata["mode"] for m in log.metadata if m.name == "skein"}
    check(modes == {"SIM"}, f"modes {modes}")
    size = os.path.getsize(stage.hundred())
    span = (max(log.times) - min(log.times)) / 1e9
    return f"{log.messages} messages of 100 robots, {span:.1f} s, {size / 1e6:.2f} MB, all decoded"


def same(stage):
    """A simulation with the log on is byte for byte the one with it off."""
    results = []
    for extra in [], ["--log", stage.path("same.mcap")]:
        result = json.loads(
            stage.run("sim", "run", stage.scenario("field-20.toml"), "--seed", "3", "--json", "-", *extra))
        # What depends on this machine's clock.
        results.append(without_clock(result))
    check(results[0] == results[1], "the runs differ")
    agree(stage, stage.path("same.mcap"))
    return "two runs of 20 robots agree in every figure"


def without_clock(value):
    if isinstance(value, dict):
        return {key: without_clock(item) for key, item in value.items() if key not in ("wall_s", "plan_ms_max")}
    return value


def cut(stage):
    """A recording of a hundred robots cut at 200 random places: every whole chunk recovered, nothing older than 1 s lost."""
    path = stage.hundred()
    whole = Log(path, decodes=False)
    chunks = sorted(whole.summary.chunk_indexes, key=lambda chunk: chunk.chunk_start_offset)
    counts = chunk_counts(path)
    with open(path, "rb") as stream:
        data = stream.read()
    dice = random.Random(CUTS_SEED)
    places = sorted(dice.randrange(chunks[0].chunk_start_offset, len(data)) for _ in range(CUTS))
    oldest = 0
    for place in places:
        file = stage.path("cut.mcap")
        with open(file, "wb") as stream:
            stream.write(data[:place])
        stage.run("log", "recover", file)
        recovered = agree(stage, file + ".recovered", decodes=place == places[-1])
        complete = [c for c in chunks if c.chunk_start_offset + c.chunk_length <= place]
        expected = sum(counts[c.chunk_start_offset] for c in complete)
        check(recovered.messages >= expected, f"cut at {place}: {recovered.messages} of {expected} messages")
        broken = [c for c in chunks if c.chunk_start_offset < place < c.chunk_start_offset + c.chunk_length]
        for chunk in broken:
            # What the cut took was in this chunk; the newest of it may have been written a moment ago.
            age = (chunk.message_end_time - chunk.message_start_time) / 1e9
            oldest = max(oldest, age)
            check(age <= 1, f"cut at {place}: lost what was {age:.3f} s old")
        os.remove(file + ".recovered")
    return f"{CUTS} cuts of {len(data) / 1e6:.2f} MB in {len(chunks)} chunks; the oldest message lost was {oldest:.3f} s old"


def chunk_counts(path):
    """Messages of each chunk, by where it begins: its message indexes count them."""
    from mcap.records import Chunk, MessageIndex
    from mcap.stream_reader import StreamReader

    counts = {}
    with open(path, "rb") as stream:
        reader = StreamReader(stream, emit_chunks=True)
        offset = None
        position = stream.tell
        before = position()
        for record in reader.records:
            if isinstance(record, Chunk):
                offset = before
                counts[offset] = 0
            elif isinstance(record, MessageIndex):
                counts[offset] += len(record.records)
            before = position()
    return counts


def flips(stage):
    """A recording of a hundred robots with 200 bytes changed: every chunk that none of them hit is read."""
    path = stage.hundred()
    with open(path, "rb") as stream:
        data = bytearray(stream.read())
    chunks = Log(path, decodes=False).summary.chunk_indexes
    counts = chunk_counts(path)
    dice = random.Random(CUTS_SEED)
    first = min(chunk.chunk_start_offset for chunk in chunks)
    last = max(chunk.chunk_start_offset + chunk.chunk_length for chunk in chunks)
    places = [dice.randrange(first, last) for _ in range(20)]
    for place in places:
        data[place] ^= dice.randrange(1, 256)
    file = stage.path("flips.mcap")
    with open(file, "wb") as stream:
        stream.write(data)
    stage.run("log", "recover", file)
    recovered = agree(stage, file + ".recovered", decodes=False)
    unhurt = [c for c in chunks
              if not any(c.chunk_start_offset <= p < c.chunk_start_offset + c.chunk_length for p in places)]
    expected = sum(counts[c.chunk_start_offset] for c in unhurt)
    check(recovered.messages >= expected, f"{recovered.messages} of {expected} messages")
    return f"{len(places)} bytes changed, {len(chunks) - len(unhurt)} of {len(chunks)} chunks hit, the others whole"


def rerun(stage):
    """Rerun converts a log without loss: an entity for each topic, a row for each message."""
    log = Log(stage.hundred(), decodes=False)
    file = stage.path("hundred.rrd")
    program = os.path.join(os.path.dirname(sys.executable), "rerun")
    environment = {**os.environ, "HOME": stage.folder, "RERUN_ANALYTICS": "0", "DO_NOT_TRACK": "1"}
    done = subprocess.run(
        [program, "mcap", "convert", stage.hundred(), "-o", file], capture_output=True, text=True, env=environment)
    check(done.returncode == 0, f"rerun ended with {done.returncode}: {done.stderr.strip()[-400:]}")
    rows = rerun_rows(program, file, environment)
    lost = {topic: (count, rows.get(topic, 0)) for topic, count in log.counts.items() if rows.get(topic, 0) != count}
    check(not lost, f"rows differ (ours, Rerun's): {dict(list(lost.items())[:5])}")
    return f"{len(log.counts)} entities, {sum(log.counts.values())} rows, as many as topics and messages"


def merge(stage):
    """Twenty daemons' logs make one in the order of mesh time, of all their messages, smaller than they are together."""
    folder = stage.path("lab")
    subprocess.run([stage.skein, "lab", "run", stage.scenario("field-20.toml"), "--log", folder], capture_output=True)
    files = sorted(os.path.join(folder, name) for name in os.listdir(folder))
    check(len(files) == 20, f"{len(files)} logs of 20 daemons")
    total = sum(agree(stage, file).messages for file in files)
    out = stage.path("merged.mcap")
    stage.run("log", "merge", *files, "--out", out)
    merged = agree(stage, out)
    check(merged.messages == total, f"{merged.messages} of {total} messages")
    back = max((a - b for a, b in zip(merged.times, merged.times[1:])), default=0) / 1e6
    check(back <= 0, f"log time goes back by {back:.3f} ms")
    size = sum(os.path.getsize(file) for file in files)
    check(os.path.getsize(out) <= size, f"{os.path.getsize(out)} bytes of {size}")
    names = {m.metadata["mode"] for m in merged.metadata if m.name == "skein"}
    check(names == {"LAB"}, f"modes {names}")
    return f"{total} messages of 20 daemons, {os.path.getsize(out) / 1e6:.2f} of {size / 1e6:.2f} MB, in the order of mesh time"


def schemas(stage):
    """The committed descriptors and messages are what protoc makes of the schemas now."""
    tool = os.path.join(stage.root, "Sources", "SkeinLog", "Schemas", "generate")
    done = subprocess.run([tool, "--check"], capture_output=True, text=True)
    if done.returncode == 2:
        raise Skipped(done.stderr.strip().splitlines()[-1])
    check(done.returncode == 0, done.stderr.strip())
    return "agree"


def rerun_rows(program, file, environment):
    """Rows of each entity, as far as they are messages: what Rerun says of channels and of the file is left out."""
    done = subprocess.run([program, "rrd", "print", "-v", file], capture_output=True, text=True, env=environment)
    check(done.returncode == 0, f"rerun rrd print ended with {done.returncode}: {done.stderr.strip()[-400:]}")
    columns = {}
    for line in done.stdout.splitlines():
        found = re.match(r"Chunk\(\S+\) with (\d+) rows \(.*?\) - (\S+) - data columns: \[(.*)\]", line)
        if not found:
            continue
        rows, entity, names = int(found[1]), found[2], found[3].split()
        for name in names:
            if "@Mcap" not in name and "@RecordingInfo" not in name:
                key = (entity.replace("\\", ""), name)
                columns[key] = columns.get(key, 0) + rows
    rows = {}
    for (entity, _), count in columns.items():
        rows[entity] = max(rows.get(entity, 0), count)
    return rows


DRILLS = [opens, same, cut, flips, rerun, merge, schemas]
