/// The end of what a program writes to its standard error: of its last line that says something, what is told to whoever
/// asked for the unit.
struct LastWords {
    static let bytesMax = 200
    /// More than this is nobody's reading: then its end is closed, and the program meets a broken pipe.
    static let totalMax = 1 << 20
    private static let keptMax = 4_096

    private var kept: [UInt8] = []
    private(set) var total = 0

    mutating func append(_ bytes: ArraySlice<UInt8>) {
        total += bytes.count
        kept.append(contentsOf: bytes.suffix(Self.keptMax))
        if kept.count > 2 * Self.keptMax { kept.removeFirst(kept.count - Self.keptMax) }
    }

    /// Printable: a control character could do things to the reader's terminal.
    var text: String {
        let lines = kept.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
        let line = lines.last { $0.contains { $0 > 0x20 } } ?? []
        let text = String(decoding: line.suffix(Self.bytesMax), as: UTF8.self)
        return String(
            String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 }))
    }
}
