import SkeinWire

/// Why a file is no recording that can be replayed.
package enum RecordingError: Error, Hashable, Sendable, CustomStringConvertible {
    case notARecording
    case otherVersion(UInt8)
    /// The configuration has other settings than this program's.
    case otherConfiguration
    case badHeader(WireError)
    /// The header is not whole, or not what was written.
    case damagedHeader
    /// Not what was written, and more follows: no torn end.
    case damagedEntry(Int, offset: Int)
    /// What was written makes no sense.
    case badEntry(Int, offset: Int, WireError)
    case impossibleEntry(Int, String)

    package var description: String {
        switch self {
        case .notARecording: "not a recording of a peer: expected \"SkeinRec\" at its begin"
        case .otherVersion(let version):
            "a recording of format \(version), expected \(Recorder.version): replay it with the skein that made it"
        case .otherConfiguration:
            "recorded by a skein whose peers have other settings: replay it with the skein that made it"
        case .badHeader(let error): "its header makes no sense: \(error)"
        case .damagedHeader: "its header is cut or damaged: its checksum does not fit"
        case .damagedEntry(let entry, let offset):
            "entry \(entry) at byte \(offset) is damaged: its checksum does not fit, and more entries follow"
        case .badEntry(let entry, let offset, let error): "entry \(entry) at byte \(offset) makes no sense: \(error)"
        case .impossibleEntry(let entry, let why): "entry \(entry) cannot have happened: \(why)"
        }
    }
}

/// Reads a recording. Bytes of a file: nothing in them traps, and nothing is allocated for what they merely claim.
package struct RecordingReader: Sendable {
    /// How the entries end.
    package enum Ending: Hashable, Sendable {
        /// With the mark of a recorder that was told to stop.
        case closed
        /// After a whole entry: the process was killed.
        case open
        /// In the midst of an entry, of which this many bytes are there: a power cut.
        case cut(offset: Int, bytes: Int)
    }

    package let header: RecordingHeader
    private let bytes: [UInt8]
    private var offset: Int
    /// Entries read so far; they count from 1.
    package private(set) var entries = 0
    /// Set when there are no more.
    package private(set) var ending: Ending?
    private var last: Instant

    package init(_ bytes: [UInt8]) throws(RecordingError) {
        guard bytes.starts(with: Recorder.magic) else { throw .notARecording }
        guard bytes.count >= Recorder.openingBytes else { throw .damagedHeader }
        guard bytes[8] == Recorder.version else { throw .otherVersion(bytes[8]) }
        guard let body = Self.body(of: bytes, openingAt: 12) else { throw .damagedHeader }
        do {
            header = try RecordingHeader(coded: Array(bytes[body]))
        } catch .unknown(.version) {
            throw .otherConfiguration
        } catch {
            throw .badHeader(error)
        }
        self.bytes = bytes
        offset = body.upperBound
        last = header.begunAt
    }

    /// The next entry; nil after the last.
    package mutating func next() throws(RecordingError) -> RecordedEntry? {
        guard ending == nil else { return nil }
        guard offset < bytes.count else {
            ending = .open
            return nil
        }
        guard let body = Self.body(of: bytes, openingAt: offset) else { return try end() }
        let number = entries + 1
        let found: RecordedEntry?
        do {
            found = try RecordedEntry.read(bytes[body], keepsEffects: header.keepsEffects)
        } catch {
            throw .badEntry(number, offset: offset, error)
        }
        guard let entry = found else {
            ending = .closed
            return nil
        }
        guard entry.at >= last else {
            throw .impossibleEntry(number, "its time \(entry.at) is before the one of the entry before, \(last)")
        }
        last = entry.at
        offset = body.upperBound
        entries = number
        return entry
    }

    /// What is not whole is a torn end if nothing but it, or nothing but zeros, is left: file systems fill up with these.
    private mutating func end() throws(RecordingError) -> RecordedEntry? {
        let rest = bytes.count - offset
        let claimed = Self.length(of: bytes, openingAt: offset)
        let reaches = claimed.map { $0 + Recorder.entryOpeningBytes >= rest } ?? true
        guard reaches || bytes[offset...].allSatisfy({ $0 == 0 }) else {
            throw .damagedEntry(entries + 1, offset: offset)
        }
        ending = .cut(offset: offset, bytes: rest)
        return nil
    }

    /// Where the body lies whose length and checksum stand at `place`; nil unless it is whole.
    private static func body(of bytes: [UInt8], openingAt place: Int) -> Range<Int>? {
        guard let length = length(of: bytes, openingAt: place), length > 0, length <= Recorder.bodyBytesMax else {
            return nil
        }
        let start = place + Recorder.entryOpeningBytes
        guard bytes.count - start >= length else { return nil }
        var reader = ByteReader(bytes[(place + 4)..<start])
        guard let checksum = try? reader.u32(), checksum == Recorder.checksum(bytes[start..<start + length]) else {
            return nil
        }
        return start..<start + length
    }

    private static func length(of bytes: [UInt8], openingAt place: Int) -> Int? {
        guard bytes.count - place >= Recorder.entryOpeningBytes else { return nil }
        var reader = ByteReader(bytes[place..<place + 4])
        return (try? reader.u32()).map { Int($0) }
    }
}
