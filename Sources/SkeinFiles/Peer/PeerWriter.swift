import SkeinPeer
import SkeinWire

/// A peer's configuration as a file's text. What is written reads back as the same settings.
package enum PeerWriter {
    /// Every value there is, plainly: for a laboratory that makes one file a robot.
    package static func text(of settings: PeerSettings) -> String {
        let sections = PeerSchema.sections.compactMap { section -> String? in
            let lines = section.keys.compactMap { key in key.get(settings).map { "\(key.name) = \($0.text)" } }
            return lines.isEmpty ? nil : (["[\(section.name)]"] + lines).joined(separator: "\n") + "\n"
        }
        let kernels = settings.kernels.map { spec in
            let lines = KernelSchema.keys.compactMap { key in key.get(spec).map { "\(key.name) = \($0.text)" } }
            return (["[[\(KernelSchema.section)]]"] + lines).joined(separator: "\n") + "\n"
        }
        return (sections + kernels).joined(separator: "\n")
    }

    /// A value for the commented file.
    package struct Word: Sendable {
        package var path: String
        package var value: TomlValue

        package init(_ path: String, _ value: TomlValue) {
            self.path = path
            self.value = value
        }
    }

    /// Every key with what it means and takes, for a person to complete: the words given stand as values, all other keys
    /// as comments.
    package static func commented(heading: [String], _ words: [Word]) -> String {
        var lines = heading.map { $0.isEmpty ? "#" : "# \($0)" }
        for section in PeerSchema.sections {
            lines += ["", "# \(section.about)", "[\(section.name)]"]
            for key in section.keys {
                let note =
                    "# \(key.about.hasSuffix(".") ? String(key.about.dropLast()) : key.about): \(key.kind.expected)"
                if let word = words.first(where: { $0.path == key.path }) {
                    lines += ["\(note).", "\(key.name) = \(word.value.text)"]
                } else if key.isNeeded {
                    lines += ["\(note). Must be said.", "# \(key.name) ="]
                } else if let preset = key.presetValue {
                    lines += ["\(note).", "# \(key.name) = \(preset.text)"]
                } else {
                    lines += ["\(note). Unsaid: \(key.presetText).", "# \(key.name) ="]
                }
            }
        }
        return (lines + kernelLines).joined(separator: "\n") + "\n"
    }

    /// A table that nobody needs: all of it a comment.
    private static var kernelLines: [String] {
        var lines = [
            "",
            "# A kernel of the user's own (docs/kernels.md). The table may stand once for each; without it there is none.",
            "# [[\(KernelSchema.section)]]",
        ]
        for key in KernelSchema.keys {
            let note = "# # \(key.about.dropLast()): \(key.kind.expected)"
            if let example = key.example {
                lines += [note + (key.presetText == nil ? ". Must be said." : "."), "# \(key.name) = \(example.text)"]
            } else if let preset = key.get(example) {
                lines += [note + ".", "# \(key.name) = \(preset.text)"]
            } else {
                lines += [note + ". Unsaid: \(key.presetText ?? "").", "# \(key.name) ="]
            }
        }
        return lines
    }

    /// With the defaults.
    private static var example: KernelSpec {
        guard let name = KernelName(name: "example", version: 1) else { preconditionFailure("no kernel's name") }
        return KernelSpec(name: name, command: ["true"], folder: KernelSchema.folderPreset)
    }
}

extension PeerKey {
    /// What holds unsaid; nil where that depends on the machine or is nothing.
    package var presetValue: TomlValue? {
        switch preset {
        case .value(nil): get(PeerSettings(places: .system))
        case .value, .needed: nil
        }
    }

    /// The same, as the manual prints it.
    package var presetText: String {
        switch preset {
        case .needed: "must be said"
        case .value(let text?): text
        case .value(nil): presetValue?.text ?? "none"
        }
    }
}
