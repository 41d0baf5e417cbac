#!/usr/bin/env python3
"""Every command of Skein that a page shows must exist, with the options it shows.

    commands.py DUMP PAGE.md...

DUMP is what `skein --experimental-dump-help` says. Looked at are `skein …` between backquotes and in indented lines. Exit
code 0: all exist.
"""
import json
import pathlib
import re
import sys

# Not the user of `sudo -u skein skein …`; up to what ends a command, or two spaces, behind which stands what it does.
CALL = re.compile(r"(?<![\w./-])skein (?!skein )([a-z](?:(?! {2})[^`|\\;&<>)…#])*)")


def calls(text):
    """(line number, words) of every call in code."""
    for number, line in enumerate(text.split("\n"), 1):
        spans = [line] if line.startswith("    ") else re.findall(r"`([^`]+)`", line)
        for span in spans:
            for match in CALL.finditer(span):
                yield number, match.group(1).split()


def complaint(command, words):
    """What is wrong with a call, or None."""
    path = ["skein"]
    while words:
        child = next((one for one in command.get("subcommands", []) if one["commandName"] == words[0]), None)
        if child is None:
            break
        command, path, words = child, path + [words[0]], words[1:]
    # A group may be named by itself: `skein fleet`.
    if command.get("subcommands") and words and not words[0].startswith("-"):
        return f"{' '.join(path)} has no {words[0]}"
    known = {
        ("--" if name["kind"] == "long" else "-") + name["name"]
        for argument in command.get("arguments", []) for name in argument.get("names", [])
    }
    for word in words:
        option = word.split("=")[0]
        if re.fullmatch(r"--?[a-z][a-z-]*", option) and option not in known:
            return f"{' '.join(path)} has no option {option}"
    return None


def main():
    program = json.loads(pathlib.Path(sys.argv[1]).read_text())["command"]
    found, wrong = 0, []
    for page in sys.argv[2:]:
        for number, words in calls(pathlib.Path(page).read_text()):
            found += 1
            problem = complaint(program, words)
            if problem:
                wrong.append(f"{page}:{number}: {problem}: skein {' '.join(words)}")
    print("\n".join(wrong) or f"{found} calls")
    if found < 20:
        sys.exit(f"only {found} calls found")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
