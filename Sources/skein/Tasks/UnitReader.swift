import Glibc
import SkeinFiles
import SkeinWire

/// Units on stdin, each behind its length: four bytes, big-endian. Reads no further than the unit that is wanted next.
struct UnitReader {
    static let unitBytesMax = ObjectBytes.pieceBytes
    private static let lengthBytes = 4

    private var buffer: [UInt8] = []
    private var trouble: String?
    /// No more comes.
    private(set) var isOver = false

    private var length: Int? {
        guard buffer.count >= Self.lengthBytes else { return nil }
        return buffer[..<Self.lengthBytes].reduce(0) { $0 << 8 | Int($1) }
    }

    /// A whole one, or something that is none, can be taken.
    var hasUnit: Bool {
        if trouble != nil || (isOver && !buffer.isEmpty) { return true }
        return length.map { $0 > Self.unitBytesMax || buffer.count >= Self.lengthBytes + $0 } ?? false
    }

    /// Reads once: what is there, but not beyond the next unit.
    mutating func fill() {
        let wanted = Self.lengthBytes + min(length ?? 0, Self.unitBytesMax)
        guard !isOver, buffer.count < wanted else { return }
        var chunk = [UInt8](repeating: 0, count: wanted - buffer.count)
        let count = read(STDIN_FILENO, &chunk, chunk.count)
        if count > 0 {
            buffer += chunk[..<count]
        } else if count == 0 {
            isOver = true
        } else if errno != EINTR && errno != EAGAIN {
            trouble = "cannot read: \(String(cString: strerror(errno)))"
            isOver = true
        }
    }

    /// Nil: none is there whole yet, or none follows. `number`: of the unit, for complaints.
    mutating func take(at number: UInt32) throws(FileError) -> [UInt8]? {
        func fault(_ message: String) -> FileError { FileError(file: "stdin", message: "unit \(number): \(message)") }
        if let trouble { throw fault(trouble) }
        guard let length else {
            guard isOver, !buffer.isEmpty else { return nil }
            throw fault("expected its length in \(Self.lengthBytes) bytes, found \(buffer.count) and the end")
        }
        guard length <= Self.unitBytesMax else {
            throw fault("a length of \(length), expected at most \(Self.unitBytesMax)")
        }
        guard buffer.count >= Self.lengthBytes + length else {
            guard isOver else { return nil }
            throw fault("expected \(length) bytes, found \(buffer.count - Self.lengthBytes) and the end")
        }
        defer { buffer.removeFirst(Self.lengthBytes + length) }
        return Array(buffer[Self.lengthBytes..<Self.lengthBytes + length])
    }
}
