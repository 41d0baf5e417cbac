#!/usr/bin/env python3
"""Man pages from a program's own parser.

    manual.py DUMP FOLDER --date "November 29, 2026"

DUMP is what `PROGRAM --experimental-dump-help` says (swift-argument-parser's ToolInfo as JSON); FOLDER gets a page in
mdoc(7) for the program and one for each of its subcommands that are shown: skein.1, skein-peer.1, skein-fleet-init.1.
What a help text says under "Exit codes:" becomes EXIT STATUS, under "Examples:" EXAMPLES, and options that name a file
become FILES.
"""
import argparse
import json
import pathlib
import re
import sys
import textwrap

# Where the files are that options name; a page lists those that its command has an option for.
FILES = {
    "config": [("/etc/skein/peer.toml", "The robot's configuration; in its folder conf.d/*.toml, keys and roster.")],
    "socket": [("/run/skein/peer.sock", "The daemon's local socket, for root and the group skein.")],
}
DAEMON_FILES = FILES["config"] + [
    ("/var/lib/skein", "What must survive a power cut: boot number, journal, durable objects."),
] + FILES["socket"]
PROGRAM_SEES = ["bwrap(1)", "skein(1)", "skein-gateway(1)", "systemd(1)", "iw(8)", "skein-cell(8)"]
DOCUMENTS = "/usr/share/doc/skein"


def escaped(text):
    """One line of text as roff: a backslash, a leading control character, options' dashes, quoted code."""
    text = text.replace("\\", "\\e")
    text = re.sub(r"`([^`]+)`", r"\\(oq\1\\(cq", text)
    # Whole, whatever the line's length, and as dashes that can be copied.
    text = re.sub(r"(?<![\w-])--?[A-Za-z][\w-]*", lambda match: "\\%" + match.group().replace("-", "\\-"), text)
    if text[:1] in (".", "'"):
        text = "\\&" + text
    return text


def sentences(text):
    """Each sentence on a line of its own, as roff wants it to space them right."""
    parts = re.split(r"(?<=[.!?])\s+(?=[A-Z\"`−–0-9])", " ".join(text.split()))
    lines = [line for part in parts for line in textwrap.wrap(part, 72, break_long_words=False, break_on_hyphens=False)]
    return [escaped(line) for line in lines]


def literal(lines):
    return [".Bd -literal -offset indent"] + [escaped(line) for line in lines] + [".Ed"]


def is_table(lines):
    return len(lines) > 1 and all(re.match(r"\S+( \S+)*\s{2,}\S", line) for line in lines)


def tagged(pairs, width="Ds"):
    lines = [f".Bl -tag -width {width}"]
    for tag, body in pairs:
        lines += [f".It {tag}"] + body
    return lines + [".El"]


class Text:
    """A help text, taken apart."""

    def __init__(self, discussion):
        self.body, self.codes, self.examples = [], [], []
        for block in (discussion or "").split("\n\n"):
            lines = [line.rstrip() for line in block.split("\n") if line.strip()]
            if not lines:
                continue
            if lines[0] in ("Examples:", "Example:"):
                self.examples += [line[2:] if line.startswith("  ") else line for line in lines[1:]]
                continue
            before, mark, codes = "\n".join(lines).partition("Exit codes:")
            if mark:
                self.codes = exit_codes(codes)
                if not self.codes:
                    sys.exit(f"manual.py: no code found in: Exit codes:{codes}")
                lines = [line for line in before.split("\n") if line.strip()]
            self.add(lines)

    def add(self, lines):
        """A paragraph, a table, or lines that are indented and stay as they are."""
        run, kind = [], None
        if is_table(lines):
            pairs = [re.match(r"(\S+(?: \S+)*)\s{2,}(.*)", line).groups() for line in lines]
            self.body += tagged([(escaped(tag), sentences(text)) for tag, text in pairs], "silent")
            return
        for line in lines + [None]:
            now = None if line is None else "literal" if line.startswith("  ") else "prose"
            if now != kind and run:
                self.body += literal(run) if kind == "literal" else [".Pp"] + sentences(" ".join(run))
                run = []
            kind = now
            if line is not None:
                run.append(line[2:] if now == "literal" else line)


def exit_codes(text):
    """`0 ok, also without any; 1 none is` as pairs. A code is a digit above the last one behind a separator."""
    text = " ".join(text.split())
    places, last = [], -1
    for match in re.finditer(r"(?:^|[,;:.] )([0-7])(?=[ ,])", text):
        if int(match.group(1)) > last:
            last = int(match.group(1))
            places.append((last, match.start(1), match.end(1)))
    pairs = []
    for index, (code, _, end) in enumerate(places):
        stop = places[index + 1][1] if index + 1 < len(places) else len(text)
        words = text[end:stop].strip(" ,;")
        pairs.append((str(code), words.rstrip(".") + "."))
    return pairs


def names(argument):
    return [("-" if name["kind"] == "long" else "") + name["name"] for name in argument.get("names", [])]


def value(argument):
    return escaped(argument.get("valueName", "value"))


def synopsis_of(argument):
    if argument["kind"] == "positional":
        call = f"Ar {value(argument)}"
    else:
        best = argument["preferredName"]
        call = "Fl " + ("-" if best["kind"] == "long" else "") + best["name"]
        if argument["kind"] == "option":
            call += f" Ar {value(argument)}"
    if argument.get("isRepeating"):
        call += " ..."
    return f".Op {call}" if argument["isOptional"] else f".{call}"


def option_of(argument):
    if argument["kind"] == "positional":
        tag = f"Ar {value(argument)}"
    else:
        tag = " , ".join(f"Fl {name}" for name in names(argument))
        if argument["kind"] == "option":
            tag += f" Ar {value(argument)}"
    body = sentences(argument.get("abstract", ""))
    if argument.get("allValues") and argument["kind"] != "flag":
        body.append("One of " + ", ".join(escaped(one) for one in argument["allValues"]) + ".")
    if argument.get("defaultValue") and argument["kind"] != "flag":
        body.append(f"Unless said: {escaped(argument['defaultValue'])}.")
    return tag, body or ["\\&"]


class Page:
    def __init__(self, command, path, parent, codes):
        self.command, self.path, self.parent = command, path, parent
        self.name = "-".join(path)
        self.text = Text(command.get("discussion"))
        self.codes = self.text.codes or codes
        self.children = [one for one in command.get("subcommands", []) if shown(one)]
        self.arguments = [one for one in command.get("arguments", []) if one.get("shouldDisplay")]

    def lines(self, date, siblings):
        abstract = " ".join(self.command.get("abstract", "").split()).rstrip(".")
        if not abstract:
            sys.exit(f"manual.py: {' '.join(self.path)} has no abstract")
        lines = [
            f".\\\" Made from the help of {' '.join(self.path)}; change that instead.",
            f".Dd {date}", f".Dt {self.name.upper()} 1", ".Os Skein", ".Sh NAME", f".Nm {self.name}",
            f".Nd {escaped(abstract)}", ".Sh SYNOPSIS",
        ]
        lines += self.synopsis() + [".Sh DESCRIPTION"] + self.description()
        given = [one for one in self.arguments if one["kind"] == "positional"]
        options = [one for one in self.arguments if one["kind"] != "positional"]
        if given:
            lines += [".Sh ARGUMENTS"] + tagged([option_of(one) for one in given])
        if options:
            lines += [".Sh OPTIONS"] + tagged([option_of(one) for one in options])
        if self.children:
            pairs = [(f"Xr {self.name}-{one['commandName']} 1", sentences(one.get("abstract", "")))
                     for one in self.children]
            lines += [".Sh COMMANDS"] + tagged(pairs)
        files = self.files()
        if files:
            lines += [".Sh FILES"] + tagged([(f"Pa {path}", sentences(about)) for path, about in files])
        lines += [".Sh EXIT STATUS"] + tagged([(code, sentences(words)) for code, words in self.codes])
        if self.text.examples:
            lines += [".Sh EXAMPLES"] + literal(self.text.examples)
        return lines + [".Sh SEE ALSO"] + self.see_also(siblings) + [
            ".Pp", "The manual:", f".Pa {DOCUMENTS} .", ""]

    def synopsis(self):
        lines = [f".Nm {' '.join(self.path)}"] if len(self.path) == 1 else [
            f".Nm {self.path[0]}", f".Cm {' '.join(self.path[1:])}"]
        if self.children:
            lines += [".Ar command", ".Op Ar ..."]
        return lines + [synopsis_of(one) for one in self.arguments
                        if not self.children or one["kind"] == "positional" or not is_common(one)]

    def description(self):
        body = self.text.body
        while body and body[0] == ".Pp":
            body = body[1:]
        return body or sentences(self.command["abstract"])

    def files(self):
        if self.path[1:] in ([], ["peer"]):
            return DAEMON_FILES if self.path[0] == "skein" else FILES["socket"]
        has = {name.lstrip("-") for one in self.arguments for name in names(one)}
        return [file for option, list_ in FILES.items() if option in has for file in list_]

    def see_also(self, siblings):
        pages = [self.parent] if self.parent else []
        pages += [other for other in siblings if other != self.name]
        references = [f".Xr {name} 1" for name in pages]
        if not self.parent:
            references = [f".Xr {one[:-3]} {one[-2]}" for one in PROGRAM_SEES if one != f"{self.name}(1)"]
        return [line + (" ," if index + 1 < len(references) else "") for index, line in enumerate(references)]


def is_common(argument):
    return set(names(argument)) & {"-help", "-version"}


def shown(command):
    return command.get("shouldDisplay", True) and command["commandName"] != "help"


def pages(command, path=(), parent=None, codes=()):
    usual = [("0", "Done."), ("1", "Failed."), ("2", "Usage or file error.")]
    page = Page(command, [*path, command["commandName"]], parent, codes or usual)
    found = [page]
    # A command that says nothing of its own ends as its program does.
    for child in page.children:
        found += pages(child, page.path, page.name, page.codes if not parent else codes)
    return found


def main():
    parser = argparse.ArgumentParser(description="Man pages from a program's own parser.")
    parser.add_argument("dump", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--date", required=True, help="as of the pages, e.g. 'November 29, 2026'")
    given = parser.parse_args()
    dump = json.loads(given.dump.read_text())
    if dump.get("serializationVersion") != 0:
        sys.exit(f"manual.py: {given.dump}: serialization version {dump.get('serializationVersion')}, expected 0")
    given.folder.mkdir(parents=True, exist_ok=True)
    found = pages(dump["command"])
    for page in found:
        siblings = sorted(other.name for other in found if other.parent == page.parent and page.parent != found[0].name)
        text = "\n".join(page.lines(given.date, siblings if page.parent else []))
        (given.folder / f"{page.name}.1").write_text(text)


if __name__ == "__main__":
    main()
