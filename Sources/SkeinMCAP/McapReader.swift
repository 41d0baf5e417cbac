import SkeinWire

/// What a reader gives, in the order of the file; what stands in chunks as if it stood there by itself.
package enum McapItem: Hashable, Sendable {
    case header(profile: String, library: String)
    case schema(McapSchema)
    case channel(McapChannel)
    case message(McapMessage)
    case attachment(McapAttachment)
    case metadata(McapMetadata)
}

/// A stretch of a file of which nothing could be read.
package struct McapLoss: Hashable, Sendable {
    package enum Reason: String, Hashable, Sendable {
        /// Bytes that are no record, up to the next chunk or attachment that checks.
        case noRecord = "no record"
        case damagedChunk = "a damaged chunk"
        case unknownCompression = "a chunk with another compression than zstd"
        /// A message without its channel, or a channel or schema that contradicts another.
        case contradiction = "a record that contradicts another"
        case damagedAttachment = "a damaged attachment"
        /// More schemas and channels than a file may have.
        case tooMany = "more schemas and channels than can be kept"
        /// Behind the last record that is whole.
        case cut = "a record without its end"
    }

    package var offset: UInt64
    package var bytes: UInt64
    package var reason: Reason
}

/// How a file ends.
package enum McapEnding: Hashable, Sendable {
    /// With summary, footer and magic.
    case whole
    /// Without: whoever wrote it was interrupted, or it was cut. The last whole record ends here.
    case cut(at: UInt64)
}

/// Reads an MCAP file from its beginning, whatever its bytes are: what is whole is given, what is damaged is passed over and
/// told of in `losses`. Never traps, and takes no more memory than two records may have (`McapLimit`).
///
/// Where a record does not check and its length cannot be believed, it looks for the next chunk or attachment whose own
/// checksum says that it is one. Of a chunk that the file's end cuts short, it gives the records that are whole.
package struct McapReader<Source: McapSource> {
    private static var lossesMax: Int { 1_024 }

    var window: McapWindow<Source>
    var position: UInt64 = 0
    private var chunk: ArraySlice<UInt8> = []
    /// The file's end has cut the present chunk.
    private var isChunkCut = false
    private var chunkOffset: UInt64 = 0
    private var descriptions = McapDescriptions()
    /// What looking for records in damage may still read.
    var effort: UInt64
    /// Nil until everything was read.
    package private(set) var ending: McapEnding?
    /// At most 1024; `lostBytes` and `lossCount` count all.
    package private(set) var losses: [McapLoss] = []
    package private(set) var lossCount = 0
    package private(set) var lostBytes: UInt64 = 0
    /// Whole chunks so far.
    package private(set) var chunks = 0
    /// The first eight bytes are MCAP's.
    package let hasMagic: Bool

    package init(_ source: Source) throws(McapError) {
        window = McapWindow(source)
        effort = 16 * min(window.byteCount, 1 << 50) + McapLimit.recordBytesMax
        let count = min(window.byteCount, UInt64(McapMagic.bytes.count))
        hasMagic = try window.slice(at: 0, count: Int(count)).elementsEqual(McapMagic.bytes)
        if hasMagic { position = count }
    }

    package var byteCount: UInt64 { window.byteCount }
    /// How far it has come.
    package var offset: UInt64 { position }

    /// Nil at the end; then `ending` says how the file ends. Throws only if the source does.
    package mutating func next() throws(McapError) -> McapItem? {
        while true {
            if let item = nextInChunk() { return item }
            guard ending == nil else { return nil }
            if let item = try step() { return item }
        }
    }

    private mutating func lose(_ offset: UInt64, _ bytes: UInt64, _ reason: McapLoss.Reason) {
        lossCount += 1
        lostBytes += bytes
        if losses.count < Self.lossesMax { losses.append(McapLoss(offset: offset, bytes: bytes, reason: reason)) }
    }

    // MARK: - Records of the file

    /// One record further; nil: it gave nothing by itself.
    private mutating func step() throws(McapError) -> McapItem? {
        let left = window.byteCount - position
        guard left > 0 else {
            ending = .cut(at: position)
            return nil
        }
        guard left >= UInt64(McapOpcode.prefixBytes), let (number, length) = try prefix(at: position),
            length <= McapLimit.recordBytesMax, length <= left - UInt64(McapOpcode.prefixBytes),
            number >= 0x80 || McapOpcode(rawValue: number) != nil
        else {
            try seek()
            return nil
        }
        let start = position
        let end = start + UInt64(McapOpcode.prefixBytes) + length
        guard let opcode = McapOpcode(rawValue: number) else {
            // Somebody's own record: MCAP specification, "Records".
            position = end
            return nil
        }
        let content = try window.slice(at: start + UInt64(McapOpcode.prefixBytes), count: Int(length))
        position = end
        let (isRecord, item) = take(opcode, content, from: start)
        guard isRecord else {
            position = start
            try seek()
            return nil
        }
        if opcode == .dataEnd { finish(from: start) }
        return item
    }

    func length(in prefix: ArraySlice<UInt8>) -> (number: UInt8, length: UInt64)? {
        var reader = LittleReader(prefix)
        guard let number = reader.u8(), let length = reader.u64() else { return nil }
        return (number, length)
    }

    private mutating func prefix(at offset: UInt64) throws(McapError) -> (number: UInt8, length: UInt64)? {
        length(in: try window.slice(at: offset, count: McapOpcode.prefixBytes))
    }

    /// False: its content is not such a record's, so its length says nothing either.
    private mutating func take(
        _ opcode: McapOpcode, _ content: ArraySlice<UInt8>, from start: UInt64
    ) -> (isRecord: Bool, item: McapItem?) {
        let whole = UInt64(McapOpcode.prefixBytes + content.count)
        switch opcode {
        case .header:
            var reader = LittleReader(content)
            // What is longer than it should be may have swallowed the first chunk.
            guard let profile = reader.text(), let library = reader.text(), reader.isAtEnd else { return (false, nil) }
            return (true, .header(profile: profile, library: library))
        case .chunk:
            guard let packed = McapChunk(content) else { return (false, nil) }
            switch packed.unpacked() {
            case .success(let records):
                chunks += 1
                open(records[...], from: start, isCut: false)
            case .failure(.damaged): lose(start, whole, .damagedChunk)
            case .failure(.unknownCompression): lose(start, whole, .unknownCompression)
            }
            return (true, nil)
        case .attachment:
            guard let (attachment, isSound) = McapAttachment.read(content) else { return (false, nil) }
            if isSound { return (true, .attachment(attachment)) }
            lose(start, whole, .damagedAttachment)
            return (true, nil)
        case .metadata:
            guard let metadata = McapMetadata(content) else { return (false, nil) }
            return (true, .metadata(metadata))
        case .schema, .channel, .message:
            let (isRecord, item) = describe(opcode, content)
            if isRecord, item.isLost { lose(start, whole, item.reason) }
            return (isRecord, item.given)
        case .dataEnd: return (content.count == 4, nil)
        case .messageIndex:
            var reader = LittleReader(content)
            let isRecord = reader.u16() != nil && reader.blob() != nil && reader.isAtEnd
            return (isRecord, nil)
        case .footer, .chunkIndex, .attachmentIndex, .statistics, .metadataIndex, .summaryOffset:
            // Only behind the data's end, which must have been lost: nothing of it is needed.
            return (true, nil)
        }
    }

    /// Behind the data: whole if the file's last bytes are a footer and the magic.
    private mutating func finish(from start: UInt64) {
        ending = window.byteCount > position && McapTail.isWhole(window.source) ? .whole : .cut(at: start)
    }

    // MARK: - Records of a chunk

    private mutating func open(_ records: ArraySlice<UInt8>, from offset: UInt64, isCut: Bool) {
        chunk = records
        chunkOffset = offset
        isChunkCut = isCut
    }

    private mutating func nextInChunk() -> McapItem? {
        while !chunk.isEmpty {
            var reader = LittleReader(chunk)
            guard let number = reader.u8(), let length = reader.u64(), let content = reader.take(length) else {
                if !isChunkCut { lose(chunkOffset, 0, .contradiction) }
                chunk = []
                return nil
            }
            chunk = reader.rest()
            guard let opcode = McapOpcode(rawValue: number) else { continue }
            switch opcode {
            case .schema, .channel, .message:
                let (isRecord, item) = describe(opcode, content)
                if !isRecord || item.isLost { lose(chunkOffset, 0, isRecord ? item.reason : .contradiction) }
                if let given = item.given { return given }
            case .header, .footer, .chunk, .messageIndex, .chunkIndex, .attachment, .attachmentIndex, .statistics,
                .metadata, .metadataIndex, .summaryOffset, .dataEnd:
                lose(chunkOffset, 0, .contradiction)
            }
        }
        return nil
    }

    private mutating func describe(
        _ opcode: McapOpcode, _ content: ArraySlice<UInt8>
    ) -> (isRecord: Bool, McapDescriptions.Outcome) {
        switch opcode {
        case .schema:
            guard let schema = McapSchema(content) else { return (false, .known) }
            return (true, descriptions.take(schema))
        case .channel:
            guard let channel = McapChannel(content) else { return (false, .known) }
            return (true, descriptions.take(channel))
        default:
            guard let message = McapMessage(content) else { return (false, .known) }
            return (true, descriptions.take(message))
        }
    }

    // MARK: - Damage

    /// From a place where no record is to the next that checks, or to the end.
    private mutating func seek() throws(McapError) {
        let start = position
        if let found = try nextSound(after: start) {
            lose(start, found - start, .noRecord)
            position = found
            return
        }
        let left = window.byteCount - start
        lose(start, left, .cut)
        ending = .cut(at: start)
        position = window.byteCount
        guard left > UInt64(McapOpcode.prefixBytes), let (number, _) = try prefix(at: start),
            number == McapOpcode.chunk.rawValue
        else { return }
        let count = min(left, McapLimit.recordBytesMax) - UInt64(McapOpcode.prefixBytes)
        let content = try window.slice(at: start + UInt64(McapOpcode.prefixBytes), count: Int(count))
        guard let packed = McapChunk(cut: content) else { return }
        open(packed.unpackedBeginning()[...], from: start, isCut: true)
    }
}
