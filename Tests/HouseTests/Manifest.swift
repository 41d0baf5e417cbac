/// A target of Package.swift, or a room of docs/house.md: what it is called, where it lies, what it may import.
struct Room: Hashable, Sendable {
    var name: String
    var folder: String
    var isTest: Bool
    var imports: [String]
}

/// Reads the targets out of the text of Package.swift.
enum Manifest {
    private static let declarations = ["target", "executableTarget", "testTarget", "systemLibrary"]

    static func rooms(_ text: String) -> [Room] {
        let tokens = SwiftTokens.of(text)
        let aliases = aliases(tokens)
        var rooms: [Room] = []
        var index = 0
        while index < tokens.count {
            guard tokens.text(index) == ".", declarations.contains(tokens.text(index + 1)),
                tokens.text(index + 2) == "("
            else {
                index += 1
                continue
            }
            let end = tokens.closing(index + 2)
            rooms.append(room(Array(tokens[index...end]), aliases: aliases))
            index = end + 1
        }
        return rooms
    }

    /// `let real: Target.Dependency = .product(name: "RealModule", …)` is called RealModule.
    private static func aliases(_ tokens: [Token]) -> [(name: String, module: String)] {
        tokens.indices.compactMap { index in
            guard tokens.text(index) == "let", tokens.reads(":", "Target", ".", "Dependency", "=", at: index + 2),
                let module = tokens[(index + 7)...].first(where: { $0.kind == .string })
            else { return nil }
            return (tokens.text(index + 1), module.text)
        }
    }

    private static func room(_ tokens: [Token], aliases: [(name: String, module: String)]) -> Room {
        let isTest = tokens.text(1) == "testTarget"
        let name = value(of: "name", in: tokens) ?? "?"
        var imports: [String] = []
        if let start = tokens.indices.first(where: { tokens.reads("dependencies", ":", "[", at: $0) }) {
            var index = start + 3
            let end = tokens.closing(start + 2)
            while index < end {
                if tokens[index].kind == .string {
                    imports.append(tokens[index].text)
                } else if tokens.text(index) == "(" {
                    // .product(name: "RealModule", package: …): the first string is the module.
                    let inner = tokens[index...tokens.closing(index)].first { $0.kind == .string }
                    imports.append(inner?.text ?? "?")
                    index = tokens.closing(index)
                } else if let alias = aliases.first(where: { $0.name == tokens.text(index) }) {
                    imports.append(alias.module)
                }
                index += 1
            }
        }
        let folder = value(of: "path", in: tokens) ?? (isTest ? "Tests/" : "Sources/") + name
        return Room(name: name, folder: folder, isTest: isTest, imports: imports.sorted())
    }

    private static func value(of label: String, in tokens: [Token]) -> String? {
        tokens.indices.first { tokens.reads(label, ":", at: $0) && tokens.indices.contains($0 + 2) }.map {
            tokens[$0 + 2].text
        }
    }
}

/// Reads the table of rooms out of docs/house.md: | `room` | folder | what | imports | from the system |.
enum HousePlan {
    struct Row: Hashable, Sendable {
        var room: Room
        /// Modules of the toolchain and the system it may import besides.
        var system: [String]
    }

    static func rows(_ text: String) -> [Row] {
        text.split(separator: "\n").compactMap { line in
            let cells = line.split(separator: "|", omittingEmptySubsequences: false).dropFirst().map(ticked)
            guard line.hasPrefix("| `"), cells.count >= 5, let name = cells[0].first, let folder = cells[1].first
            else { return nil }
            let room = Room(name: name, folder: folder, isTest: false, imports: cells[3].sorted())
            return Row(room: room, system: cells[4])
        }
    }

    /// What stands in backticks.
    private static func ticked(_ cell: Substring) -> [String] {
        cell.split(separator: "`", omittingEmptySubsequences: false).enumerated()
            .compactMap { $0.offset % 2 == 1 ? String($0.element) : nil }
    }
}
