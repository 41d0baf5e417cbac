/// How a cell looks beside its character. Colour never carries a meaning alone: a word or a mark says the same.
package struct Ink: Hashable, Sendable {
    package enum Colour: Hashable, Sendable {
        /// All is well.
        case green
        /// Degraded, suspect.
        case yellow
        /// Dead, stopped, failing.
        case red
        /// Labels and units.
        case cyan
        /// Stale.
        case grey
        /// One subgroup among others: a number of any size.
        case subgroup(Int)
        /// Of a graph: tenths from nothing to the best.
        case quality(Int)
    }

    package var colour: Colour?
    package var isBold = false
    package var isFaint = false
    /// Ground and figure exchanged: what is selected.
    package var isReversed = false

    package static let plain = Ink()
    package static let faint = Ink(isFaint: true)
    package static let bold = Ink(isBold: true)
    package static let label = Ink(colour: .cyan)
    package static let good = Ink(colour: .green)
    package static let warning = Ink(colour: .yellow)
    package static let alarm = Ink(colour: .red, isBold: true)
    package static let stale = Ink(colour: .grey)

    package init(colour: Colour? = nil, isBold: Bool = false, isFaint: Bool = false, isReversed: Bool = false) {
        self.colour = colour
        self.isBold = isBold
        self.isFaint = isFaint
        self.isReversed = isReversed
    }

    package static func of(_ severity: Severity) -> Ink {
        switch severity {
        case .calm: .plain
        case .warning: .warning
        case .alarm: .alarm
        }
    }

    package var reversed: Ink {
        var ink = self
        ink.isReversed = true
        return ink
    }
}

/// What of an ink a terminal can show.
package enum Palette: Hashable, Sendable, CaseIterable {
    /// Bold, faint and reversed only: NO_COLOR, or a terminal without.
    case none
    case sixteen
    /// The 256 of xterm, where the terminal says that it shows any colour.
    case fine

    /// A number of the terminal's palette; nil: its own colour. Of sixteen only the first eight and grey are used,
    /// which every theme keeps legible.
    package func number(of colour: Ink.Colour) -> Int? {
        switch self {
        case .none: nil
        case .sixteen: Self.ofSixteen(colour)
        case .fine: Self.ofMany(colour)
        }
    }

    /// The grey among sixteen: bright black.
    static let grey = 8

    private static func ofSixteen(_ colour: Ink.Colour) -> Int {
        switch colour {
        case .red: 1
        case .green: 2
        case .yellow: 3
        case .cyan: 6
        case .grey: grey
        // Red is kept for alarm.
        case .subgroup(let number): [2, 3, 4, 5, 6][remainder(number, 5)]
        case .quality(let tenths): tenths >= 6 ? 2 : tenths >= 3 ? 3 : 1
        }
    }

    private static func ofMany(_ colour: Ink.Colour) -> Int {
        switch colour {
        case .red, .green, .yellow, .cyan: ofSixteen(colour)
        case .grey: 244
        // Of the cube of six levels each: far from red, light enough for a dark ground, dark enough for a light one.
        case .subgroup(let number): [34, 172, 69, 170, 37, 106, 141, 178, 74, 139, 71, 137][remainder(number, 12)]
        case .quality(let tenths):
            [160, 166, 166, 172, 178, 178, 142, 142, 106, 70, 34][min(max(tenths, 0), 10)]
        }
    }

    private static func remainder(_ number: Int, _ divisor: Int) -> Int {
        let rest = number % divisor
        return rest < 0 ? rest + divisor : rest
    }
}
