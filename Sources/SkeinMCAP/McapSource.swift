/// Where an MCAP file's bytes come from: a file, or memory.
package protocol McapSource {
    var byteCount: UInt64 { get }
    /// Exactly these; they lie below `byteCount`.
    mutating func bytes(at offset: UInt64, count: Int) throws(McapError) -> [UInt8]
}

/// Why a file cannot be read at all.
package enum McapError: Error, Hashable, Sendable, CustomStringConvertible {
    case unreadable(String)

    package var description: String {
        switch self {
        case .unreadable(let text): text
        }
    }
}

/// A file in memory.
package struct McapBytes: McapSource {
    private let bytes: [UInt8]

    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    package var byteCount: UInt64 { UInt64(bytes.count) }

    package func bytes(at offset: UInt64, count: Int) throws(McapError) -> [UInt8] {
        guard offset <= byteCount, UInt64(count) <= byteCount - offset else {
            throw .unreadable("\(count) bytes from \(offset) on, of \(byteCount)")
        }
        return Array(bytes[Int(offset)..<Int(offset) + count])
    }
}

/// A source behind a window, so that small records need no read of their own.
struct McapWindow<Source: McapSource> {
    private static var windowBytes: Int { 262_144 }

    private(set) var source: Source
    private var bytes: [UInt8] = []
    private var start: UInt64 = 0
    let byteCount: UInt64

    init(_ source: Source) {
        self.source = source
        byteCount = source.byteCount
    }

    /// Exactly these; they lie below `byteCount`.
    mutating func slice(at offset: UInt64, count: Int) throws(McapError) -> ArraySlice<UInt8> {
        precondition(offset <= byteCount && UInt64(count) <= byteCount - offset, "bytes behind the end")
        if offset < start || offset + UInt64(count) > start + UInt64(bytes.count) {
            let left = byteCount - offset
            let wanted = max(count, Self.windowBytes)
            bytes = try source.bytes(at: offset, count: left < UInt64(wanted) ? Int(left) : wanted)
            start = offset
        }
        let from = Int(offset - start)
        return bytes[from..<from + count]
    }
}
