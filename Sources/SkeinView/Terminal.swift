import Glibc

/// A terminal that is drawn on: which of it there is, and how to leave it as it was found. Lines that have not changed are
/// not sent again.
package struct Terminal {
    package let hasColour: Bool
    package let glyphs: FieldCanvas.Glyphs

    private let descriptor: Int32
    private var drawn: [String] = []
    private var size = (columns: 0, rows: 0)

    /// Nil when the descriptor is no terminal, or one that cannot move its cursor.
    package init?(descriptor: Int32) {
        guard isatty(descriptor) == 1, Self.variable("TERM") != "dumb" else { return nil }
        self.descriptor = descriptor
        // https://no-color.org: present and not empty, whatever its value.
        hasColour = Self.variable("NO_COLOR").isEmpty
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].map(Self.variable).first { !$0.isEmpty } ?? ""
        let speaksUTF8 = locale.lowercased().contains("utf-8") || locale.lowercased().contains("utf8")
        glyphs = speaksUTF8 ? .boxes : .ascii
    }

    private static func variable(_ name: String) -> String {
        getenv(name).map { String(cString: $0) } ?? ""
    }

    /// As it is now; 80 × 24 where the terminal does not say.
    package func currentSize() -> (columns: Int, rows: Int) {
        var window = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0, window.ws_row > 0 else {
            return (80, 24)
        }
        return (Int(window.ws_col), Int(window.ws_row))
    }

    /// The alternate screen, cursor hidden.
    package func enter() { send("\u{1B}[?1049h\u{1B}[?25l\u{1B}[2J") }

    package func leave() { send("\u{1B}[0m\u{1B}[?25h\u{1B}[?1049l") }

    package mutating func draw(_ snapshot: FieldSnapshot) {
        let now = currentSize()
        var text = ""
        if now != size {
            size = now
            drawn = []
            text = "\u{1B}[2J"
        }
        let lines = FieldScreen.lines(snapshot, columns: now.columns, rows: now.rows, glyphs: glyphs)
            .map { hasColour ? $0.coloured : $0.plain }
        for (row, line) in lines.enumerated() where row >= drawn.count || drawn[row] != line {
            text += "\u{1B}[\(row + 1);1H\(line)\u{1B}[K"
        }
        drawn = lines
        if !text.isEmpty { send(text) }
    }

    private func send(_ text: String) {
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress! + sent, $0.count - sent) }
            if count > 0 { sent += count } else if errno != EINTR && errno != EAGAIN { return }
        }
    }
}
