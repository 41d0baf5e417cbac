#!/usr/bin/env python3
"""Brightness of pictures: a kernel for Skein, and a template for others. Python's standard library only.

Reads pictures in PGM (netpbm, P5, 8 bits), each preceded by its length as four bytes, the highest first: `framed = true`.
Writes a line of JSON for each: its size, mean, the brightness below which 5 %, 50 % and 95 % of its pixels are, and how many
pixels lie on an edge. By hand:

    python3 histogram.py --frame a.pgm b.pgm | python3 histogram.py
"""

import json
import struct
import sys


def frames(data):
    """The inputs of one unit."""
    place = 0
    while place < len(data):
        if len(data) - place < 4:
            raise ValueError("a length is cut off")
        (count,) = struct.unpack_from(">I", data, place)
        place += 4
        if len(data) - place < count:
            raise ValueError(f"an input of {count} bytes is cut off after {len(data) - place}")
        yield data[place : place + count]
        place += count


def picture(data):
    """Width, height and pixels of a PGM: magic, width, height, greatest value, one white space, pixels."""
    words, place = [], 0
    while len(words) < 4:
        while place < len(data) and data[place : place + 1].isspace():
            place += 1
        if data[place : place + 1] == b"#":
            place = data.find(b"\n", place)
            if place < 0:
                break
            continue
        start = place
        while place < len(data) and not data[place : place + 1].isspace():
            place += 1
        if start == place:
            break
        words.append(data[start:place])
    if len(words) < 4 or words[0] != b"P5" or not all(word.isdigit() for word in words[1:]):
        raise ValueError("no picture in PGM (P5)")
    width, height, greatest = (int(word) for word in words[1:])
    pixels = data[place + 1 :]
    if greatest != 255 or width == 0 or height == 0 or len(pixels) != width * height:
        raise ValueError(f"expected {width} x {height} pixels of 0 to 255, found {len(pixels)} of 0 to {greatest}")
    return width, height, pixels


def below(counts, fraction):
    """The brightness below or at which that fraction of the pixels is."""
    wanted, seen = fraction * sum(counts), 0
    for brightness, count in enumerate(counts):
        seen += count
        if seen >= wanted:
            return brightness
    return 255


def describe(data, step=32):
    width, height, pixels = picture(data)
    counts = [0] * 256
    for brightness in pixels:
        counts[brightness] += 1
    edges = 0
    for y in range(height):
        row = pixels[y * width : (y + 1) * width]
        edges += sum(abs(left - right) >= step for left, right in zip(row, row[1:]))
    return {
        "width": width,
        "height": height,
        "mean": round(sum(brightness * count for brightness, count in enumerate(counts)) / len(pixels), 3),
        "p5": below(counts, 0.05),
        "p50": below(counts, 0.5),
        "p95": below(counts, 0.95),
        "edges": edges,
    }


def main():
    if sys.argv[1:2] == ["--frame"]:
        for path in sys.argv[2:]:
            with open(path, "rb") as file:
                data = file.read()
            sys.stdout.buffer.write(struct.pack(">I", len(data)) + data)
        return
    # A warm process has come this far and waits here; everything above has been paid for.
    data = sys.stdin.buffer.read()
    for frame in frames(data):
        print(json.dumps(describe(frame)))


if __name__ == "__main__":
    try:
        main()
    except ValueError as error:
        # The last line on standard error is what whoever asked is told.
        sys.exit(str(error))
