/// The law on lengths, comments and switches.
extension Rules {
    static let fileLinesMax = 399
    static let functionLinesMax = 69

    static func longFile(_ file: SourceFile) -> [Offence] {
        let count = file.text.hasSuffix("\n") ? file.lines.count - 1 : file.lines.count
        return count > fileLinesMax ? [file.offence(count, "\(count) lines, at most \(fileLinesMax)")] : []
    }

    private static let declarations = [
        "func", "init", "deinit", "var", "let", "subscript", "case", "struct", "enum", "class", "actor", "extension",
        "protocol", "typealias", "associatedtype", "import",
    ]

    /// Functions, initialisers, subscripts and computed properties, from their first line to their last brace.
    static func longFunctions(_ file: SourceFile) -> [Offence] {
        let tokens = file.tokens
        return tokens.indices.compactMap { index in
            guard ["func", "init", "deinit", "subscript", "var"].contains(tokens.text(index)),
                tokens.text(index - 1) != ".", let open = body(tokens, of: index)
            else { return nil }
            let count = tokens[tokens.closing(open)].line - tokens[index].line + 1
            guard count > functionLinesMax else { return nil }
            let name = tokens.text(index) == "init" ? "init" : tokens.text(index + 1)
            return file.offence(tokens[index].line, "\(name) has \(count) lines, at most \(functionLinesMax)")
        }
    }

    /// Where the body of the declaration opens; nil if it has none: a stored property, a protocol's requirement.
    private static func body(_ tokens: [Token], of declaration: Int) -> Int? {
        // An operator's name may be a mark: `static func < (`.
        var index = declaration + 1
        while index < tokens.count {
            switch tokens.text(index) {
            case "(", "[": index = tokens.closing(index)
            case "{": return index
            case "}": return nil
            case "=" where tokens.text(declaration) == "var": return nil
            case let text where declarations.contains(text) && index > declaration + 1: return nil
            default: break
            }
            index += 1
        }
        return nil
    }

    private static let modifiers = [
        "package", "private", "fileprivate", "internal", "public", "final", "indirect", "nonisolated", "@", "frozen",
        "unchecked", "usableFromInline",
    ]

    /// Types declared at a file's top level without a doc comment above them.
    static func undocumentedTypes(_ file: SourceFile) -> [Offence] {
        let tokens = file.tokens
        var depth = 0
        var offences: [Offence] = []
        for index in tokens.indices {
            switch tokens.text(index) {
            case "{": depth += 1
            case "}": depth -= 1
            case "struct", "enum", "class", "protocol", "typealias":
                guard depth == 0, tokens.text(index - 1) != "import", tokens.text(index - 1) != "." else { continue }
                var first = index
                while first > 0, modifiers.contains(tokens.text(first - 1)) { first -= 1 }
                let above = tokens[first].line - 2
                let isDocumented = file.lines.indices.contains(above) && file.lines[above].hasPrefix("///")
                if !isDocumented {
                    offences.append(file.offence(tokens[index].line, "\(tokens.text(index + 1)) has no doc comment"))
                }
            default: break
            }
        }
        return offences
    }

    /// A `default:` beside cases of an enum hides the case that is added next year. Numbers and tuples may have one.
    static func defaultsOfEnums(_ file: SourceFile) -> [Offence] {
        let tokens = file.tokens
        return tokens.indices.flatMap { index -> [Offence] in
            guard tokens.text(index) == "switch",
                let open = tokens.indices.first(where: { $0 > index && tokens.text($0) == "{" })
            else { return [] }
            var depth = 0
            var namesCases = false
            var defaults: [Int] = []
            for position in open...tokens.closing(open) {
                switch tokens.text(position) {
                case "{": depth += 1
                case "}": depth -= 1
                case "case" where depth == 1: namesCases = namesCases || tokens.text(position + 1) == "."
                case "default" where depth == 1 && tokens.reads(":", at: position + 1):
                    // `dictionary[key, default: 0]` is a label.
                    if !["(", ","].contains(tokens.text(position - 1)) { defaults.append(tokens[position].line) }
                default: break
                }
            }
            return namesCases ? defaults.map { file.offence($0, "default: in a switch over an enum") } : []
        }
    }
}
