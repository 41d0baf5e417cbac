import SkeinPeer
import SkeinWire

/// One key of a `[[kernel]]` table: what it may hold, and where it goes in `KernelSpec`.
package struct KernelKey: Sendable {
    package let name: String
    package let kind: TomlSchema.Kind
    package let about: String
    /// What holds unsaid, as the manual prints it; nil: it must be said.
    package let presetText: String?
    /// For the commented file.
    let example: TomlValue?
    let get: @Sendable (KernelSpec) -> TomlValue?
    /// The value fits the kind.
    let set: @Sendable (inout KernelSpec, TomlValue) -> Void

    init(
        _ name: String, _ kind: TomlSchema.Kind, _ presetText: String?, example: TomlValue? = nil, about: String,
        get: @escaping @Sendable (KernelSpec) -> TomlValue?,
        set: @escaping @Sendable (inout KernelSpec, TomlValue) -> Void
    ) {
        self.name = name
        self.kind = kind
        self.presetText = presetText
        self.example = example
        self.about = about
        self.get = get
        self.set = set
    }

    typealias Field<Value> = WritableKeyPath<KernelSpec, Value> & Sendable

    static func flag(_ name: String, _ field: any Field<Bool>, about: String) -> KernelKey {
        KernelKey(name, .flag, "false", about: about, get: { .bool($0[keyPath: field]) }) { spec, value in
            if case .bool(let flag) = value { spec[keyPath: field] = flag }
        }
    }

    static func integer(
        _ name: String, _ range: ClosedRange<Int>, _ field: any Field<Int>, _ presetText: String, about: String
    ) -> KernelKey {
        KernelKey(name, .integer(range), presetText, about: about, get: { .integer($0[keyPath: field]) }) {
            spec, value in
            if case .integer(let number) = value { spec[keyPath: field] = number }
        }
    }

    static func seconds(
        _ name: String, _ field: any Field<Duration>, _ presetText: String, about: String
    ) -> KernelKey {
        KernelKey(
            name, .above(0, through: 86_400), presetText, about: about,
            get: { .number(PeerKey.rounded($0[keyPath: field].inSeconds)) },
            set: { spec, value in value.asNumber.map { spec[keyPath: field] = .fromSeconds($0) } })
    }
}

/// Every key of a `[[kernel]]` table. `docs/configuration.md` and `field-configs/peer.toml` print them; tests hold them
/// together.
package enum KernelSchema {
    package static let section = "kernel"
    /// Beside the configuration file.
    static let folderPreset = "kernels"

    package static let about =
        "A kernel of the user's own; the table may stand once for each, here and in `conf.d`. "
        + "[kernels.md](kernels.md) says what a program must keep to."

    package static func key(_ name: String) -> KernelKey? { keys.first { $0.name == name } }

    package static let keys: [KernelKey] = identity + work + limits

    private static let identity: [KernelKey] = [
        KernelKey(
            "name", .kernel, nil, example: .string("histogram"), about: "What requests call it.",
            get: { .string($0.name.name) }, set: { _, _ in }),
        KernelKey(
            "version", .integer(0...65_535), nil, example: .integer(1),
            about: "With the name it promises the same function on every robot that has it.",
            get: { .integer(Int($0.name.version)) }, set: { _, _ in }),
        KernelKey(
            "command", .texts, nil, example: .array([.string("python3"), .string("histogram.py")]),
            about: "Program and arguments. With a slash the program counts from `folder`; without, it is the system's.",
            get: { .array($0.command.map { .string($0) }) }, set: { $0.command = $1.asTexts }),
        KernelKey(
            "folder", .path, "`kernels` beside the configuration file", example: .string(folderPreset),
            about: "Where the program works, and what it sees of the robot beside the system.",
            get: { .string($0.folder) }, set: { spec, value in value.asText.map { spec.folder = $0 } }),
        KernelKey(
            "folders", .texts, "[]", about: "More folders that it may read, as of a virtual environment or a model.",
            get: { .array($0.folders.map { .string($0) }) }, set: { $0.folders = $1.asTexts }),
        KernelKey(
            "env", .variables, "{}", about: "Variables of its environment, beside `PATH` and `LANG`.",
            get: { spec in
                .table(spec.environment.map { TomlValue.Entry(key: $0.name, value: .string($0.value)) })
            },
            set: { spec, value in
                guard case .table(let entries) = value else { return }
                spec.environment = entries.map { .init(name: $0.key, value: $0.value.asText ?? "") }
            }),
    ]

    private static let work: [KernelKey] = [
        .flag("deterministic", \.isDeterministic, about: "Equal inputs have equal results, byte for byte."),
        .flag(
            "framed", \.isFramed,
            about: "Each input is preceded by its length, four bytes, the highest first; else they are simply joined."),
        .seconds(
            "cost_s", \.cost, "1", about: "Processor time of one unit on a whole core: what requests reckon with."),
        .integer("warm", 0...KernelSpec.warmMax, \.warm, "1", about: "Processes started ahead, waiting for input."),
        KernelKey(
            "processes", .integer(1...64), "as many as there are cores",
            about: "Units of it that are computed at once.",
            get: { $0.processes.map { .integer($0) } },
            set: { spec, value in
                if case .integer(let number) = value { spec.processes = number }
            }),
    ]

    private static let limits: [KernelKey] = [
        .seconds("deadline_max_s", \.spanMax, "60", about: "It is ended so long after its input at the latest."),
        KernelKey(
            "cpu_s", .above(0, through: 86_400), "none",
            about: "Processor time of each of its processes, rounded up to whole seconds.",
            get: { $0.processorTimeMax.map { .number(PeerKey.rounded($0.inSeconds)) } },
            set: { spec, value in spec.processorTimeMax = value.asNumber.map { .fromSeconds($0) } }),
        .integer(
            "memory_mib", 16...65_536, \.memoryMiB, "256",
            about: "Address space of each of its processes; `/tmp` and `/dev/shm` hold half of it each."),
        .integer("threads", 1...4_096, \.threadsMax, "64", about: "Processes and threads of one unit, if confined."),
        .integer("output_mib", 1...64, \.outputMiB, "64", about: "A unit whose result is larger is ended at once."),
        KernelKey(
            "confine", .choice(KernelSpec.Confinement.allCases.map(\.rawValue)), "\"bubblewrap\"",
            about: "With \"none\" it may do all that the daemon's user may.",
            get: { .string($0.confinement.rawValue) },
            set: { spec, value in
                value.asText.flatMap(KernelSpec.Confinement.init).map { spec.confinement = $0 }
            }),
    ]
}

extension TomlValue {
    /// Of a list of strings.
    var asTexts: [String] {
        guard case .array(let items) = self else { return [] }
        return items.compactMap(\.asText)
    }
}
