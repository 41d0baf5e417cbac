import ArgumentParser
import SkeinFiles

/// A peer's configuration, looked at without starting it.
struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Check and show a peer's configuration.",
        discussion: """
            Settings come from the configuration file, conf.d/*.toml beside it in the order of their names, the \
            environment (SKEIN_<SECTION>_<KEY>) and --set; the later one holds. docs/configuration.md has every key.
            """,
        subcommands: [ConfigCheck.self, ConfigShow.self])
}

/// Where a configuration comes from.
struct ConfigOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The configuration (default: /etc/skein/peer.toml; $XDG_CONFIG_HOME/skein/peer.toml if not root).",
            valueName: "file"))
    var config: String?

    @Option(help: ArgumentHelp("Set a key, as radio.control.interface=wlan0.", valueName: "key=value"))
    var set: [String] = []

    var reading: PeerReading { .read(.mine(configFile: config, flags: set)) }
}

struct ConfigCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Say everything that is wrong with a configuration.",
        discussion: """
            Looks at every key, at the key files and the roster, and whether the interfaces are there; says every fault \
            with file, line and column.

            Exit codes: 0 nothing is wrong, 2 something is.

            Examples:
              skein config check
              skein config check --config alpha/peer.toml --elsewhere
            """)

    @OptionGroup var options: ConfigOptions

    @Flag(help: "The configuration is for another machine: do not look for its interfaces and key files here.")
    var elsewhere = false

    func run() throws {
        let reading = options.reading
        var errors = reading.errors
        if !elsewhere && reading.isRead {
            errors += reading.absences(interfaces: MachineInterfaces.names)
            do throws(FileErrors) {
                _ = try PeerIdentity.read(reading)
            } catch { errors += error.all }
        }
        guard errors.isEmpty else {
            for error in errors { Console.say("\(error)") }
            throw Exit.usage
        }
        Console.print("ok: \(reading.settings.name), \(reading.files.joined(separator: ", "))")
    }
}

struct ConfigShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a configuration's values and where each comes from.",
        discussion: """
            What is printed is a configuration file. Keys themselves are never shown, only their files' names. With \
            faults in the configuration the values are shown all the same, and the faults go to stderr.

            Exit codes: 0 nothing is wrong, 2 something is.

            Examples:
              skein config show
              skein config show --effective --set radio.control.port=29900
            """)

    @OptionGroup var options: ConfigOptions

    @Flag(help: "Show the defaults too: all that the peer goes by.")
    var effective = false

    @Flag(help: "As JSON.")
    var json = false

    func run() throws {
        let reading = options.reading
        let entries = reading.entries.filter { effective || $0.origin != .preset }
        if json {
            try Console.write(Self.value(reading, entries), to: "-")
        } else {
            let kernels = reading.kernels.map { Self.text($0, isWhole: effective) }
            Console.print(([Self.text(entries)] + kernels).joined(separator: "\n\n"))
        }
        guard reading.errors.isEmpty else {
            for error in reading.errors { Console.say("\(error)") }
            throw Exit.usage
        }
    }

    private static func text(_ entries: [PeerEntry]) -> String {
        PeerSchema.sections.compactMap { section -> String? in
            let own = entries.filter { $0.key.section == section.name }
            guard !own.isEmpty else { return nil }
            let lines = own.map { entry in
                // A key without a value cannot stand in a TOML file.
                let pair = entry.value.map { "\(entry.key.name) = \($0.text)" } ?? "# \(entry.key.name): unsaid"
                let note = entry.origin == .preset && entry.value == nil ? "" : "  # \(entry.origin)"
                return pair + String(repeating: " ", count: max(0, 40 - pair.count)) + note
            }
            return (["[\(section.name)]"] + lines.map(trimmed)).joined(separator: "\n")
        }.joined(separator: "\n\n")
    }

    private static func text(_ kernel: KernelEntry, isWhole: Bool) -> String {
        let lines = kernel.lines(isWhole: isWhole).map { "\($0.name) = \($0.value.text)" }
        return (["[[kernel]]  # \(kernel.origin)"] + lines).joined(separator: "\n")
    }

    private static func trimmed(_ line: String) -> String {
        String(line.reversed().drop { $0 == " " }.reversed())
    }

    private static func value(_ reading: PeerReading, _ entries: [PeerEntry]) -> JSONValue {
        [
            "files": .array(reading.files.map { .string($0) }),
            "settings": .array(
                entries.map { entry in
                    [
                        "key": .string(entry.key.path), "value": json(entry.value),
                        "origin": .string(entry.origin.word), "place": .string("\(entry.origin)"),
                        "reload": .bool(entry.key.change == .live),
                    ]
                }),
            "kernels": .array(
                reading.kernels.map { kernel in
                    let values = kernel.lines(isWhole: true).map { JSONValue.Member($0.name, json($0.value)) }
                    return ["place": .string("\(kernel.origin)"), "settings": .object(values)]
                }),
            "errors": .array(reading.errors.map { .string("\($0)") }),
        ]
    }

    private static func json(_ value: TomlValue?) -> JSONValue {
        switch value {
        case .string(let text), .moment(let text): .string(text)
        case .integer(let number): .integer(number)
        case .number(let number): .number(number)
        case .bool(let flag): .bool(flag)
        case .array(let items): .array(items.map { json($0) })
        case .table(let entries): .object(entries.map { .init($0.key, json($0.value)) })
        case nil: .null
        }
    }
}
