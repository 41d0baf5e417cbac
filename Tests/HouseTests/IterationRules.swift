/// Sets and dictionaries have another order in every process: whoever walks one in a pure room breaks the replay.
/// A heuristic, by names: what a file declares as a set or dictionary, it may look up in, count and sort, not walk.
struct UnorderedWalks {
    /// Properties of types in the room that are unordered: other files see them.
    private let properties: [String]

    init(room: [SourceFile]) {
        properties = room.flatMap { file in
            Self.declared(file.tokens).filter(\.isUnordered).filter(\.isProperty).map(\.name)
        }
    }

    func offences(_ file: SourceFile) -> [Offence] {
        let tokens = file.tokens
        let own = Self.declared(tokens)
        let unordered = own.filter(\.isUnordered).map(\.name)
        let ordered = own.filter { !$0.isUnordered }.map(\.name)
        let names = unordered + properties.filter { !ordered.contains($0) }
        return tokens.indices.compactMap { index in
            guard tokens[index].kind == .word else { return nil }
            if names.contains(tokens.text(index)), Self.isWalked(tokens, from: index, to: index) {
                return file.offence(
                    tokens[index].line, "walks \(tokens.text(index)), which has no order: sort it first")
            }
            // Set(…) and Dictionary(…) made and walked at once.
            if ["Set", "Dictionary"].contains(tokens.text(index)), tokens.text(index + 1) == "(",
                Self.isWalked(tokens, from: index, to: tokens.closing(index + 1))
            {
                return file.offence(tokens[index].line, "walks a \(tokens.text(index)): sort it first")
            }
            return nil
        }
    }

    private static let walks = [
        "map", "flatMap", "compactMap", "filter", "forEach", "keys", "values", "first", "min", "max", "reduce",
        "enumerated", "prefix", "suffix", "dropFirst", "popFirst", "removeFirst", "lazy", "indices", "joined",
        "elementsEqual", "makeIterator", "description", "startIndex",
    ]

    /// Whether the expression at `first...last` is walked: by `for`, by a method, or by being made a list.
    private static func isWalked(_ tokens: [Token], from first: Int, to last: Int) -> Bool {
        var after = last + 1
        if ["?", "!"].contains(tokens.text(after)), tokens.text(after + 1) == "." { after += 1 }
        if tokens.text(after) == ".", walks.contains(tokens.text(after + 1)) {
            let isView = ["keys", "values"].contains(tokens.text(after + 1))
            return
                !(isView && tokens.text(after + 2) == "."
                && ["sorted", "count", "isEmpty", "contains"].contains(tokens.text(after + 3)))
        }
        // The receiver, `self.` or `state.`, stands before it.
        var start = first
        while tokens.text(start - 1) == "." { start -= 2 }
        if tokens.text(start - 1) == "in", ["{", "where"].contains(tokens.text(after)) {
            return isLoop(tokens, in: start - 1)
        }
        if tokens.text(after) == ")", tokens.text(start - 1) == "(" {
            return ["Array", "zip", "]", "ContiguousArray", "Deque", "Heap"].contains(tokens.text(start - 2))
        }
        if [")", ","].contains(tokens.text(after)), tokens.text(start - 1) == ":",
            tokens.text(start - 2) == "contentsOf"
        {
            return true
        }
        return tokens.text(start - 1) == "(" && tokens.text(start - 2) == "zip"
    }

    /// `in` belongs to `for` unless a brace stands between: then it is a closure's.
    private static func isLoop(_ tokens: [Token], in position: Int) -> Bool {
        var index = position - 1
        while index >= 0, !["{", "}"].contains(tokens.text(index)) {
            if tokens.text(index) == "for" { return true }
            index -= 1
        }
        return false
    }

    private struct Declaration {
        var name: String
        var isUnordered: Bool
        var isProperty: Bool
    }

    /// Names with a type or a value from which their kind can be told.
    private static func declared(_ tokens: [Token]) -> [Declaration] {
        var found: [Declaration] = []
        var isTypeBody = [false]
        var opensType = false
        for index in tokens.indices {
            switch tokens.text(index) {
            case "struct", "enum", "class", "extension", "protocol": opensType = true
            case "{":
                isTypeBody.append(opensType)
                opensType = false
            case "}": if isTypeBody.count > 1 { isTypeBody.removeLast() }
            case "var", "let":
                guard let isUnordered = kind(tokens, afterName: index + 1) else { continue }
                let isProperty = isTypeBody[isTypeBody.count - 1]
                found.append(
                    Declaration(name: tokens.text(index + 1), isUnordered: isUnordered, isProperty: isProperty))
            case ":":
                // A parameter; a stored property was seen at its `var`.
                let before = tokens.text(index - 2)
                guard tokens.indices.contains(index - 1), tokens[index - 1].kind == .word, before != "var",
                    before != "let",
                    isUnorderedType(tokens, at: index + 1)
                else { continue }
                found.append(Declaration(name: tokens.text(index - 1), isUnordered: true, isProperty: false))
            default: break
            }
        }
        return found
    }

    private static func kind(_ tokens: [Token], afterName name: Int) -> Bool? {
        switch tokens.text(name + 1) {
        case ":": isUnorderedType(tokens, at: name + 2)
        case "=": isUnorderedType(tokens, at: name + 2) || ["Set", "Dictionary"].contains(tokens.text(name + 2))
        default: nil
        }
    }

    /// `[K: V]`, `[:]`, `Set<T>`, `Dictionary<K, V>`, also behind `inout`.
    private static func isUnorderedType(_ tokens: [Token], at index: Int) -> Bool {
        let start = ["inout", "borrowing", "consuming"].contains(tokens.text(index)) ? index + 1 : index
        if ["Set", "Dictionary"].contains(tokens.text(start)) { return tokens.text(start + 1) == "<" }
        guard tokens.text(start) == "[" else { return false }
        var position = start + 1
        let end = tokens.closing(start)
        while position < end {
            switch tokens.text(position) {
            case "(", "[", "{": position = tokens.closing(position)
            case "?": return false
            case ":": return true
            default: break
            }
            position += 1
        }
        return false
    }
}
