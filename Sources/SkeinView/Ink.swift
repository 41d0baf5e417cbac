/// How a cell looks beside its character. Colour never carries a meaning alone.
package struct Ink: Hashable, Sendable {
    /// The sixteen-colour palette's number; nil: the terminal's own.
    package var colour: UInt8?
    package var isBold = false
    package var isFaint = false

    package static let plain = Ink()
    package static let faint = Ink(isFaint: true)
    package static let bold = Ink(isBold: true)
    package static let alarm = Ink(colour: 1, isBold: true)

    package init(colour: UInt8? = nil, isBold: Bool = false, isFaint: Bool = false) {
        self.colour = colour
        self.isBold = isBold
        self.isFaint = isFaint
    }

    /// Green, yellow, blue, magenta, cyan; red is kept for alarm.
    private static let subgroupColours: [UInt8] = [2, 3, 4, 5, 6]

    static func subgroup(_ index: Int, isBold: Bool) -> Ink {
        Ink(colour: subgroupColours[index % subgroupColours.count], isBold: isBold)
    }

    /// SGR (ECMA-48 §8.3.117), from a clean state.
    var escape: String {
        var codes: [String] = []
        if isBold { codes.append("1") }
        if isFaint { codes.append("2") }
        if let colour { codes.append("\(30 + colour % 8)") }
        return codes.isEmpty ? "" : "\u{1B}[" + codes.joined(separator: ";") + "m"
    }
}

/// One line of the screen: characters with their ink.
package struct InkedLine: Hashable, Sendable {
    package private(set) var characters: [Character] = []
    private var inks: [Ink] = []

    package init() {}

    package var count: Int { characters.count }

    package mutating func append(_ character: Character, _ ink: Ink = .plain) {
        characters.append(character)
        inks.append(ink)
    }

    package mutating func append(_ text: String, _ ink: Ink = .plain) {
        for character in text { append(character, ink) }
    }

    package mutating func append(_ line: InkedLine) {
        characters += line.characters
        inks += line.inks
    }

    package mutating func pad(to width: Int) {
        while count < width { append(" ") }
    }

    package mutating func cut(to width: Int) {
        guard count > width else { return }
        characters.removeLast(count - width)
        inks.removeLast(inks.count - width)
    }

    package var plain: String { String(characters) }

    /// With escapes where the ink changes, clean at the end.
    package var coloured: String {
        var text = ""
        var current = Ink.plain
        for (character, ink) in zip(characters, inks) {
            if ink != current {
                if current != .plain { text += "\u{1B}[0m" }
                text += ink.escape
                current = ink
            }
            text.append(character)
        }
        return current == .plain ? text : text + "\u{1B}[0m"
    }
}
