/// What the environment says of the terminal.
package struct Surroundings: Hashable, Sendable {
    package var charset: Charset
    package var palette: Palette
    /// A terminal that cannot move its cursor, or none.
    package var isDumb: Bool
    /// `TERM`.
    package var terminal: String

    /// `variable` gives an environment variable, empty where there is none.
    package init(_ variable: (String) -> String) {
        terminal = variable("TERM")
        isDumb = terminal == "dumb" || terminal.isEmpty
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].map(variable).first { !$0.isEmpty }?.lowercased() ?? ""
        let speaksUTF8 = locale.contains("utf-8") || locale.contains("utf8")
        // The kernel's console draws from 256 glyphs: blocks are among them, braille is not.
        charset = !speaksUTF8 ? .ascii : terminal == "linux" ? .blocks : .braille
        // https://no-color.org: present and not empty, whatever its value.
        if !variable("NO_COLOR").isEmpty || isDumb {
            palette = .none
        } else {
            palette = ["truecolor", "24bit"].contains(variable("COLORTERM").lowercased()) ? .fine : .sixteen
        }
    }
}

/// What of an ink goes to the terminal.
struct Attributes: Hashable {
    var isBold: Bool
    var isDim: Bool
    var isReversed: Bool
    /// Of the terminal's palette; nil: its own.
    var colour: Int?

    /// `colours`: how many the terminal has.
    init(_ ink: Ink, _ palette: Palette, colours: Int) {
        isBold = ink.isBold
        isDim = ink.isFaint
        isReversed = ink.isReversed
        guard let number = ink.colour.flatMap(palette.number), number < colours else {
            // Grey without a grey is dim.
            isDim = isDim || ink.colour == .grey
            colour = nil
            return
        }
        colour = number
    }
}

/// How much may be sent. At rest, over a radio link of 1 Mbit/s and less, no more than `bytesPerSecond`; what a key
/// asks for is drawn at once.
struct PaintBudget: Hashable {
    static let bytesPerSecond = 1_800.0
    /// What may have been saved up.
    private static let bytesMax = 1_800.0

    private var bytes = bytesMax
    private var secondsLast: Double?

    /// Whether a change of such a size may be sent now; if so it is taken to be.
    mutating func allows(bytes needed: Int, atSeconds now: Double) -> Bool {
        if let last = secondsLast { bytes = min(bytes + max(now - last, 0) * Self.bytesPerSecond, Self.bytesMax) }
        secondsLast = now
        // More than can ever be saved up goes when all is there, and is paid off afterwards.
        guard bytes >= Double(min(needed, Int(Self.bytesMax))) else { return false }
        bytes -= Double(needed)
        return true
    }

    /// What it takes to make one screen of another: cursor movements, changes of ink, characters. On the high side.
    static func cost(from old: Grid?, to new: Grid) -> Int {
        guard let old, old.columns == new.columns, old.rows == new.rows else { return new.cells.count * 2 }
        var bytes = 0
        var isRun = false
        var ink = Ink.plain
        for (place, cell) in new.cells.enumerated() {
            guard cell != old.cells[place] else {
                isRun = false
                continue
            }
            if !isRun {
                bytes += 8
                isRun = true
            }
            if cell.ink != ink {
                bytes += 10
                ink = cell.ink
            }
            bytes += cell.scalar.value < 0x80 ? 1 : cell.scalar.value < 0x800 ? 2 : 3
        }
        return bytes
    }
}
