import SkeinPeer
import SkeinWire

/// The `[[kernel]]` tables of all layers. They are added up, not laid over each other: a name and version that stands twice is
/// a fault. Each is checked by itself; its paths are made absolute by whoever knows from where they count.
struct KernelLayers {
    struct Said {
        var name: KernelName
        var command: [String]
        /// What was said, by key.
        var values: [String: TomlValue]
        var origin: SettingOrigin
    }

    private(set) var all: [Said] = []

    /// All that is wrong with them.
    mutating func take(_ top: TomlTable) -> [FileError] {
        do throws(FileError) {
            return try top.tables(KernelSchema.section).flatMap { take(table: $0) }
        } catch { return [error] }
    }

    private mutating func take(table: TomlTable) -> [FileError] {
        var errors: [FileError] = []
        var values: [String: TomlValue] = [:]
        for name in table.keysInFileOrder {
            guard let key = KernelSchema.key(name), let value = table[name] else {
                errors.append(
                    table.fault(name, NearestName.complaint("key", name, known: KernelSchema.keys.map(\.name))))
                continue
            }
            if let complaint = key.kind.complaint(about: value) ?? Self.complaint(name, value) {
                errors.append(table.fault(name, "\(name): \(complaint)"))
            }
            values[name] = value
        }
        for key in KernelSchema.keys where key.presetText == nil && values[key.name] == nil {
            errors.append(table.fault(nil, "\(key.name) is missing: expected \(key.kind.expected)"))
        }
        guard errors.isEmpty else { return errors }
        guard let text = values["name"]?.asText, case .integer(let number)? = values["version"],
            let version = UInt16(exactly: number), let name = KernelName(name: text, version: version),
            let command = values["command"]?.asTexts
        else { preconditionFailure("a kernel without a name after the check") }
        if let other = all.first(where: { $0.name == name }) {
            return [table.fault("name", "kernel \(name) is there already: \(other.origin)")]
        }
        guard all.count < KernelSpec.kernelsMax else {
            return [table.fault(nil, "more than \(KernelSpec.kernelsMax) kernels")]
        }
        all.append(Said(name: name, command: command, values: values, origin: .file(table.file, table.position(nil))))
        return []
    }

    /// What the kind alone does not tell.
    private static func complaint(_ name: String, _ value: TomlValue) -> String? {
        switch name {
        case "command":
            let words = value.asTexts
            if !(1...KernelSpec.wordsMax).contains(words.count) || words[0].isEmpty {
                return "expected a program and at most \(KernelSpec.wordsMax - 1) arguments, found \(value.kind)"
            }
            return words.contains { $0.utf8.contains(0) } ? "expected text, found a NUL byte" : nil
        case "folder": return value.asText.flatMap(folderComplaint)
        case "folders":
            guard value.asTexts.count <= KernelSpec.foldersMax else {
                return "expected at most \(KernelSpec.foldersMax) folders, found \(value.kind)"
            }
            return value.asTexts.lazy.compactMap(folderComplaint).first
        default: return nil
        }
    }

    /// The box has a /proc and a /dev of its own, and the whole system is no kernel's.
    private static func folderComplaint(_ path: String) -> String? {
        if let complaint = TomlSchema.Kind.path.complaint(about: .string(path)) { return complaint }
        let parts = path.split(separator: "/")
        let isSystem = path.hasPrefix("/") && (parts.isEmpty || ["proc", "sys", "dev"].contains(parts[0]))
        return isSystem || parts.contains("..")
            ? "expected a folder of files, neither the root nor /proc, /sys or /dev, found \"\(path)\"" : nil
    }
}

extension KernelLayers.Said {
    /// `absolute`: what a path of a configuration file means.
    func spec(_ absolute: (String) -> String) -> KernelSpec {
        var spec = KernelSpec(name: name, command: command, folder: KernelSchema.folderPreset)
        for key in KernelSchema.keys {
            if let value = values[key.name] { key.set(&spec, value) }
        }
        spec.folder = absolute(spec.folder)
        spec.folders = spec.folders.map(absolute)
        return spec
    }
}

/// One kernel of a configuration as it came out, what of it was said, and where.
package struct KernelEntry: Sendable {
    package let spec: KernelSpec
    package let origin: SettingOrigin
    let said: [String]

    /// Key by key, in the schema's order. `isWhole`: with what nobody said.
    package func lines(isWhole: Bool) -> [(name: String, value: TomlValue)] {
        KernelSchema.keys.compactMap { key in
            guard isWhole || said.contains(key.name) else { return nil }
            return key.get(spec).map { (key.name, $0) }
        }
    }
}
