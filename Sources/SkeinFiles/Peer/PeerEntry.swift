/// One key of a configuration as it came out: its value, and who said it.
package struct PeerEntry: Sendable {
    package let key: PeerKey
    /// Nil where nobody said it and there is no default.
    package let value: TomlValue?
    package let origin: SettingOrigin
}

/// Who said a value.
package enum SettingOrigin: Hashable, Sendable, CustomStringConvertible {
    /// Nobody.
    case preset
    case file(String, FileError.Position?)
    /// An environment variable.
    case variable(String)
    /// A flag of the command line, `--set key=value` whole.
    case flag(String)

    package var description: String {
        switch self {
        case .preset: "default"
        case .file(let path, let position):
            position.map { "\(path):\($0.line):\($0.column)" } ?? path
        case .variable(let name): "environment \(name)"
        case .flag(let text): text
        }
    }

    /// For machines: `default`, `file`, `environment`, `flag`.
    package var word: String {
        switch self {
        case .preset: "default"
        case .file: "file"
        case .variable: "environment"
        case .flag: "flag"
        }
    }

    func fault(_ message: String) -> FileError {
        switch self {
        case .preset: FileError(file: "default", message: message)
        case .file(let path, let position): FileError(file: path, position: position, message: message)
        case .variable(let name): FileError(file: "environment \(name)", message: message)
        case .flag(let text): FileError(file: text, message: message)
        }
    }
}

/// Everything that is wrong with a configuration, in the order it was read; never empty.
package struct FileErrors: Error, Sendable, CustomStringConvertible {
    package let all: [FileError]

    package var description: String { all.map(\.description).joined(separator: "\n") }
}
