/// Which characters a terminal shows: the best of three levels.
package enum Charset: Hashable, Sendable, CaseIterable {
    case ascii
    /// What consoles with a font of 256 characters have: boxes and half blocks.
    case blocks
    case braille

    var horizontal: Unicode.Scalar { self == .ascii ? "-" : "─" }
    var vertical: Unicode.Scalar { self == .ascii ? "|" : "│" }
    var ellipsis: Unicode.Scalar { self == .ascii ? "$" : "…" }
    var plusMinus: String { self == .ascii ? "+-" : "±" }
    var degree: String { self == .ascii ? "C" : "°C" }

    /// Dots of a cell: how many beside and above each other.
    var dots: (across: Int, down: Int) {
        switch self {
        case .ascii: (1, 1)
        case .blocks: (1, 2)
        case .braille: (2, 4)
        }
    }

    /// The character with these dots of a cell; bits by rows from the top left. No dots: a space.
    func character(dots bits: UInt8) -> Unicode.Scalar {
        switch self {
        case .ascii: bits == 0 ? " " : "."
        case .blocks: [" ", "▀", "▄", "█"][Int(bits & 3)]
        case .braille: Self.braille(bits)
        }
    }

    /// U+2800 counts its dots down the left column, down the right one, and the lowest two last.
    private static func braille(_ bits: UInt8) -> Unicode.Scalar {
        guard bits != 0 else { return " " }
        var pattern: UInt32 = 0
        for (bit, dot) in [0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80].enumerated() where bits >> bit & 1 == 1 {
            pattern |= UInt32(dot)
        }
        // All of 2800…28FF are scalars.
        return Unicode.Scalar(0x2800 + pattern) ?? " "
    }

    /// A graph in a line: the latest `width` cells' worth of values, each 0…1, the latest at the right.
    func sparkline(_ values: [Double], width: Int) -> [Unicode.Scalar] {
        guard width > 0 else { return [] }
        let perCell = self == .braille ? 2 : 1
        let latest = Array(values.suffix(width * perCell))
        // Aligned to the right, so that what is new comes in there.
        let missing = width * perCell - latest.count
        return (0..<width).map { cell in
            let heights = (0..<perCell).map { place -> Double? in
                let index = cell * perCell + place - missing
                return index >= 0 ? latest[index] : nil
            }
            return bar(heights)
        }
    }

    private func bar(_ heights: [Double?]) -> Unicode.Scalar {
        switch self {
        case .ascii:
            guard let height = heights[0] else { return " " }
            return Array("_.-=+*#".unicodeScalars)[Self.step(height, 6)]
        case .blocks:
            guard let height = heights[0] else { return " " }
            return ["_", "▄", "█"][Self.step(height, 2)] as Unicode.Scalar
        case .braille:
            var bits: UInt8 = 0
            for (column, height) in heights.enumerated() {
                guard let height else { continue }
                for row in 0..<(1 + Self.step(height, 3)) { bits |= 1 << ((3 - row) * 2 + column) }
            }
            return Self.braille(bits)
        }
    }

    private static func step(_ height: Double, _ most: Int) -> Int {
        guard height.isFinite else { return 0 }
        return Int((min(max(height, 0), 1) * Double(most)).rounded())
    }
}

/// Text of others on its way to a terminal: printable characters of one column each, whatever came in.
package enum SafeText {
    /// The scalars to be shown. Marks that combine with a letter are left out, and whatever else is no printable
    /// character of one column is a question mark: control characters, both kinds of line breaks, directions, wide
    /// characters.
    static func scalars(_ text: String, _ charset: Charset) -> [Unicode.Scalar] {
        var shown: [Unicode.Scalar] = []
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x20...0x7E: shown.append(scalar)
            case 0x0300...0x036F: break
            default: shown.append(charset != .ascii && isNarrow(scalar.value) ? scalar : "?")
            }
        }
        return shown
    }

    /// Alphabets whose letters take one column everywhere, and the signs the dashboard itself writes.
    private static func isNarrow(_ value: UInt32) -> Bool {
        switch value {
        case 0xAD: false
        // Latin, phonetics, Greek, Cyrillic.
        case 0xA0...0x02AF, 0x0370...0x0373, 0x0376...0x0377, 0x037B...0x037E, 0x0384...0x03CE, 0x0400...0x0481: true
        // Dashes, quotation marks, the ellipsis.
        case 0x2013, 0x2014, 0x2018...0x201A, 0x201C...0x201E, 0x2026: true
        // Boxes and blocks, braille.
        case 0x2500...0x259F, 0x2800...0x28FF: true
        default: false
        }
    }

    /// In one line of ASCII or more, as it would be drawn.
    package static func line(_ text: String, _ charset: Charset) -> String {
        var line = String.UnicodeScalarView()
        line.append(contentsOf: scalars(text, charset))
        return String(line)
    }
}
