import FoundationEssentials

/// A file of this repository.
struct SourceFile: Sendable {
    /// From the repository's root.
    var path: String
    var text: String
    var lines: [Substring]
    var tokens: [Token]

    init(path: String, text: String) {
        self.path = path
        self.text = text
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        tokens = path.hasSuffix(".swift") ? SwiftTokens.of(text) : []
    }

    func offence(_ line: Int, _ what: String) -> Offence { Offence(path: path, line: line, what: what) }
}

/// A place where the house's law is broken.
struct Offence: Hashable, Sendable, CustomStringConvertible {
    var path: String
    var line: Int
    var what: String
    var description: String { "\(path):\(line): \(what)" }
}

extension [Offence] {
    /// All of them, one a line.
    var list: String { map { "\n" + $0.description }.joined() }
}

/// The repository that this test was built from.
enum Repository {
    static let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()

    static func text(_ path: String) -> String {
        String(decoding: FileManager.default.contents(atPath: root + "/" + path) ?? Data(), as: UTF8.self)
    }

    static func names(in folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: root + "/" + folder)) ?? []).sorted()
    }

    private static func paths(under folder: String) -> [String] {
        let paths = (try? FileManager.default.subpathsOfDirectory(atPath: root + "/" + folder)) ?? []
        return paths.map { folder + "/" + $0 }.sorted()
    }

    /// Every Swift file of the folders.
    static func swift(_ folders: String...) -> [SourceFile] {
        folders.flatMap(paths).filter { $0.hasSuffix(".swift") }.map { SourceFile(path: $0, text: text($0)) }
    }

    /// All Swift of the repository.
    static let all = swift("Sources", "sim", "Tests")

    /// What a generator wrote: as long as it likes.
    static let generatedFolder = "Sources/SkeinLog/Generated"

    static let generated = all.filter { $0.path.hasPrefix(generatedFolder + "/") }

    /// All Swift that people wrote.
    static let handmade = all.filter { !$0.path.hasPrefix(generatedFolder + "/") }

    /// Every file that people wrote: code, papers, scenarios and the tools at the door.
    static let written: [SourceFile] = {
        let suffixes = [".swift", ".md", ".toml", ".modulemap", ".h", ".c"]
        let deep = ["Sources", "sim", "Tests", "docs", "field-configs", "firmware-bridge"].flatMap(paths).filter {
            path in
            suffixes.contains(where: path.hasSuffix)
        }
        // What MAVLink's generator wrote is not ours to word.
        let ours = deep.filter { !$0.hasPrefix("firmware-bridge/link/include/mavlink/") }
        let door = ["Package.swift", "Makefile", "README.md", "SECURITY.md", ".ci/run", ".gitignore", ".swift-format"]
        return (ours + door).map { SourceFile(path: $0, text: text($0)) }
    }()

    /// The rooms that decide from their arguments alone: no clock, no file, no thread, no luck.
    static let pureFolders = [
        "Sources/SkeinWire", "Sources/SkeinSeal", "Sources/SkeinBulk", "Sources/SkeinRadio", "Sources/SkeinTasks",
        "Sources/SkeinPeer", "Sources/SkeinCodec", "Sources/SkeinBridge", "Sources/SkeinPicture", "Sources/SkeinMCAP",
        "sim/SkeinWorld",
    ]

    static let pure = all.filter { file in pureFolders.contains { file.path.hasPrefix($0 + "/") } }
}
