import SkeinWire

/// A chunk as it stands in a file: its records packed, and what the file says of them.
struct McapChunk {
    static let zstd = "zstd"
    static let plain = ""

    var startTime: UInt64
    var endTime: UInt64
    var uncompressedSize: UInt64
    var uncompressedSum: UInt32
    var compression: String
    var records: ArraySlice<UInt8>

    /// Nil unless its lengths agree with each other and stay below the limits.
    init?(_ content: ArraySlice<UInt8>) {
        var reader = LittleReader(content)
        guard let head = Self.head(&reader), let count = reader.u64(), count == UInt64(reader.remaining) else {
            return nil
        }
        self = head
        records = reader.rest()
    }

    /// The chunk's own fields, where the end of its records is missing.
    init?(cut content: ArraySlice<UInt8>) {
        var reader = LittleReader(content)
        guard let head = Self.head(&reader), reader.u64() != nil else { return nil }
        self = head
        records = reader.rest()
    }

    private init(_ startTime: UInt64, _ endTime: UInt64, _ size: UInt64, _ sum: UInt32, _ compression: String) {
        self.startTime = startTime
        self.endTime = endTime
        uncompressedSize = size
        uncompressedSum = sum
        self.compression = compression
        records = []
    }

    private static func head(_ reader: inout LittleReader) -> McapChunk? {
        guard let start = reader.u64(), let end = reader.u64(), let size = reader.u64(),
            size <= McapLimit.chunkBytesMax, let sum = reader.u32(), let compression = reader.text(),
            compression.utf8.count <= 16
        else { return nil }
        return McapChunk(start, end, size, sum, compression)
    }

    enum Fault: Hashable { case unknownCompression, damaged }

    /// The records, checked against the chunk's sum (0: it has none).
    func unpacked() -> Result<[UInt8], Fault> {
        let bytes: [UInt8]
        switch compression {
        case Self.plain: bytes = Array(records)
        case Self.zstd:
            let unpacked = Zstd.unpacked(records, limit: Int(uncompressedSize))
            guard unpacked.ending == .whole else { return .failure(.damaged) }
            bytes = unpacked.bytes
        default: return .failure(.unknownCompression)
        }
        guard UInt64(bytes.count) == uncompressedSize,
            uncompressedSum == 0 || Checksum.crc32(bytes) == uncompressedSum
        else { return .failure(.damaged) }
        return .success(bytes)
    }

    /// As much of the records as a cut chunk still gives. Whatever is whole must agree with the chunk's sum.
    func unpackedBeginning() -> [UInt8] {
        let bytes: [UInt8]
        switch compression {
        case Self.plain: bytes = Array(records.prefix(Int(uncompressedSize)))
        case Self.zstd:
            let unpacked = Zstd.unpacked(records, limit: Int(uncompressedSize))
            if unpacked.ending == .damaged { return [] }
            bytes = unpacked.bytes
        default: return []
        }
        let isWhole = UInt64(bytes.count) == uncompressedSize
        return isWhole && uncompressedSum != 0 && Checksum.crc32(bytes) != uncompressedSum ? [] : bytes
    }
}

extension McapChunk.Fault: Error {}
