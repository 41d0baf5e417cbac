/// What is wrong with a file, said once and in full: `file:line:column: message`.
/// Lines and columns count from one; a column is a character, not a byte.
package struct FileError: Error, Hashable, Sendable, CustomStringConvertible {
    package struct Position: Hashable, Sendable {
        package var line: Int
        package var column: Int
        package init(line: Int, column: Int) {
            self.line = line
            self.column = column
        }
    }

    package var file: String
    /// Nil when the fault is of the file as a whole, or is named by its index instead.
    package var position: Position?
    package var message: String

    package init(file: String, position: Position? = nil, message: String) {
        self.file = file
        self.position = position
        self.message = message
    }

    package var description: String {
        guard let position else { return "\(file): \(message)" }
        return "\(file):\(position.line):\(position.column): \(message)"
    }
}

extension FileError.Position {
    /// Where a byte of a UTF-8 text stands.
    init(offset: Int, in bytes: [UInt8]) {
        line = 1
        column = 1
        for byte in bytes.prefix(max(0, offset)) {
            if byte == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
    }
}
