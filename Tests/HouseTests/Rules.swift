/// The house's law as scanners: a file in, its offences out.
enum Rules {
    /// The modules a file imports, with the line.
    static func imports(_ file: SourceFile) -> [(module: String, line: Int)] {
        let kinds = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
        return file.tokens.indices.compactMap { index in
            guard file.tokens.text(index) == "import", file.tokens.text(index - 1) != "." else { return nil }
            let name = kinds.contains(file.tokens.text(index + 1)) ? index + 2 : index + 1
            return (file.tokens.text(name), file.tokens[index].line)
        }
    }

    static func foreignImports(_ file: SourceFile, allowed: [String]) -> [Offence] {
        imports(file).filter { !allowed.contains($0.module) }.map {
            file.offence($0.line, "imports \($0.module), allowed: \(allowed.joined(separator: ", "))")
        }
    }

    /// Words that bring in a clock, a thread, a file, the terminal, or a hash that differs from run to run.
    static let impureWords = [
        "async", "await", "actor", "Thread", "ContinuousClock", "SuspendingClock", "Date", "DispatchQueue", "UUID",
        "ProcessInfo", "CommandLine", "FileManager", "FileHandle", "getenv", "print", "debugPrint", "dump", "readLine",
        "SystemRandomNumberGenerator", "Mutex", "Atomic", "hashValue", "ObjectIdentifier", "pthread_create",
    ]

    static func impurities(_ file: SourceFile) -> [Offence] {
        let tokens = file.tokens
        var offences: [Offence] = []
        for index in tokens.indices where tokens[index].kind == .word {
            let word = tokens[index].text
            let next = tokens.text(index + 1)
            // A member or a label of one's own may be called so: `peer.date`, `print:`.
            let isOwn = ["func", "var", "let", "case"].contains(tokens.text(index - 1)) || next == ":"
            if impureWords.contains(word), !isOwn || word == "actor" {
                offences.append(file.offence(tokens[index].line, word))
            }
            if word == "Task" && ["{", "(", "."].contains(next) || word == "Hasher" && next == "("
                || word == "nonisolated" && next == "("
            {
                offences.append(file.offence(tokens[index].line, word))
            }
            if ["random", "shuffled", "shuffle", "randomElement"].contains(word), tokens.text(index - 1) == ".",
                next == "(",
                !tokens[index...tokens.closing(index + 1)].contains(where: { ["using", "&"].contains($0.text) })
            {
                offences.append(file.offence(tokens[index].line, ".\(word)() without a seeded generator"))
            }
        }
        return offences
    }

    /// Calls and words that this house does without.
    static func unwelcome(_ file: SourceFile) -> [Offence] {
        let tokens = file.tokens
        return tokens.indices.compactMap { index in
            guard tokens[index].kind == .word else { return nil }
            let word = tokens[index].text
            let isCall = tokens.text(index + 1) == "("
            let isMember = tokens.text(index - 1) == "."
            switch word {
            case "assert", "assertionFailure", "fatalError":
                return isCall && !isMember ? file.offence(tokens[index].line, "\(word)(, use precondition") : nil
            case "public", "open":
                let isModifier = [
                    "class", "func", "var", "let", "struct", "enum", "init", "static", "final", "protocol",
                ]
                .contains(tokens.text(index + 1))
                return isModifier ? file.offence(tokens[index].line, "\(word), use package") : nil
            default: return nil
            }
        }
    }

    /// Marks of unfinished work, anywhere in the text.
    static func unfinished(_ file: SourceFile) -> [Offence] {
        let marks = ["TO" + "DO", "FIX" + "ME", "XX" + "X"]
        return file.lines.enumerated().flatMap { number, line in
            marks.filter { containsWord($0, in: line) }.map { file.offence(number + 1, $0) }
        }
    }

    /// Paths that hold on one machine only.
    static func machinePaths(_ file: SourceFile) -> [Offence] {
        let paths = ["/ho" + "me/", "/wo" + "rk/", "/ro" + "ot/", "../sha" + "red"]
        return file.lines.enumerated().flatMap { number, line in
            paths.filter { path in
                var rest = line[...]
                while let found = rest.firstRange(of: path) {
                    // Behind a name it is a folder of ours, not one of the machine's.
                    let before = rest[..<found.lowerBound].last
                    if before.map({ !$0.isLetter && !$0.isNumber && $0 != "." && $0 != "_" && $0 != "-" }) ?? true {
                        return true
                    }
                    rest = rest[found.upperBound...]
                }
                return false
            }.map { file.offence(number + 1, $0) }
        }
    }

    private static func containsWord(_ word: String, in line: Substring) -> Bool {
        line.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.contains { $0 == word }
    }
}
