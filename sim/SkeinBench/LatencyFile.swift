import SkeinFiles

/// One-way latencies in nanoseconds, little-endian u64 one after the other: what a member of the load test leaves behind.
package enum LatencyFile {
    /// What was heard.
    package enum Kind: String, CaseIterable, Sendable { case status, task, result }

    package static func path(_ folder: String, _ kind: Kind, member: Int) -> String {
        "\(folder)/\(kind.rawValue).\(member).u64"
    }

    package static func bytes(of nanoseconds: [UInt64]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(nanoseconds.count * 8)
        for value in nanoseconds {
            for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * UInt64(shift)))) }
        }
        return bytes
    }

    /// Nil: not whole numbers of it.
    package static func nanoseconds(of bytes: [UInt8]) -> [UInt64]? {
        guard bytes.count % 8 == 0 else { return nil }
        return stride(from: 0, to: bytes.count, by: 8).map { start in
            (0..<8).reduce(0) { $0 | UInt64(bytes[start + $1]) << (8 * UInt64($1)) }
        }
    }

    /// A member's three files.
    package static func write(_ tally: LoadTally, member: Int, to folder: String) throws(FileError) {
        for kind in Kind.allCases {
            let values =
                switch kind {
                case .status: tally.statusNanoseconds
                case .task: tally.taskNanoseconds
                case .result: tally.resultNanoseconds
                }
            try OutputFile.write(bytes(of: values), to: path(folder, kind, member: member))
        }
    }

    package static func read(_ kind: Kind, member: Int, from folder: String) throws(FileError) -> [UInt64] {
        let path = path(folder, kind, member: member)
        guard let values = nanoseconds(of: try InputFile.bytes(of: path)) else {
            throw FileError(file: path, message: "expected numbers of eight bytes")
        }
        return values
    }
}
