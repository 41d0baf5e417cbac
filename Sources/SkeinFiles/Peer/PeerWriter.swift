/// A peer's configuration as a file's text. What is written reads back as the same settings.
package enum PeerWriter {
    /// Every value there is, plainly: for a laboratory that makes one file a robot.
    package static func text(of settings: PeerSettings) -> String {
        PeerSchema.sections.compactMap { section in
            let lines = section.keys.compactMap { key in key.get(settings).map { "\(key.name) = \($0.text)" } }
            return lines.isEmpty ? nil : (["[\(section.name)]"] + lines).joined(separator: "\n") + "\n"
        }.joined(separator: "\n")
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
        return lines.joined(separator: "\n") + "\n"
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
