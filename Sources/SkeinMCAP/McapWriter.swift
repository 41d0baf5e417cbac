import SkeinWire

/// When a chunk is closed: what is in an open one is lost with the process.
package struct McapChunkPolicy: Hashable, Sendable {
    /// Bytes of records, not packed.
    package var bytesMax: Int
    /// From the first message on, by the clock of whoever writes.
    package var ageMax: Duration

    package init(bytesMax: Int = 65_536, ageMax: Duration = .seconds(1)) {
        precondition(bytesMax > 0 && bytesMax <= 16 << 20, "chunks of \(bytesMax) bytes")
        self.bytesMax = bytesMax
        self.ageMax = ageMax
    }
}

/// Writes an MCAP file: takes schemas, channels, messages, attachments and metadata, gives bytes to append.
///
/// open → finished. Schemas and channels stand in chunks, under their checksums: in the first four that have messages of the
/// channel, and in each 16th, so that a damaged chunk takes no other along. Each chunk is followed by the index of
/// its messages; the summary at the end repeats schemas and channels and has the statistics and where everything is. What it
/// remembers for that grows by about 150 bytes with each chunk. MCAP specification, version 0.
package struct McapWriter {
    private static let library = "skein"
    /// Chunks with messages of a channel that describe it: so many first ones, and then each so many-th.
    private static let describedFirst = 4
    private static let describedEvery = 16
    /// A smaller chunk stays as it is: packing it takes longer than writing what that would save.
    static let packedBytesMin = 1_024

    private var policy: McapChunkPolicy
    private let packer = ZstdPacker()
    private var pending: [UInt8] = []
    /// Of all bytes given or about to be given.
    private(set) var position: UInt64 = 0
    private var dataSum: UInt32 = 0
    private var chunk = OpenChunk()
    private var isFinished = false
    private(set) var summary = McapSummary()

    /// A chunk's messages of one channel: when, and where in the chunk.
    private struct Entry {
        var channelID: UInt16
        var places: LittleWriter
    }

    private struct OpenChunk {
        var records = LittleWriter(capacity: 65_536 + 4_096)
        /// In the order in which the channels first came.
        var index: [Entry] = []
        var schemaIDs: [UInt16] = []
        var startTime = UInt64.max
        var endTime: UInt64 = 0
        var openedAt: Instant?

        /// As new, in the same memory.
        mutating func clear() {
            records.clear()
            index.removeAll(keepingCapacity: true)
            schemaIDs.removeAll(keepingCapacity: true)
            startTime = UInt64.max
            endTime = 0
            openedAt = nil
        }
    }

    package init(profile: String, policy: McapChunkPolicy = McapChunkPolicy()) {
        self.policy = policy
        var writer = LittleWriter()
        writer.raw(McapMagic.bytes)
        writer.record(.header) { writer in
            writer.text(profile)
            writer.text(Self.library)
        }
        append(writer.bytes)
    }

    /// Of the file so far, what is in the open chunk not counted.
    package var bytesWritten: UInt64 { position }

    /// What `finish` will add at most, or a little more.
    package var bytesToFinish: UInt64 {
        let indexes = chunk.index.reduce(0) { $0 + 32 + $1.places.bytes.count }
        return summary.bytes + UInt64(chunk.records.bytes.count + indexes + 512)
    }

    /// When the open chunk has to be closed; nil: none is open.
    package var chunkDeadline: Instant? { chunk.openedAt.map { $0 + policy.ageMax } }

    package var statistics: McapStatistics { summary.statistics }

    /// Bytes to append, once.
    package mutating func take() -> [UInt8] {
        defer { pending.removeAll(keepingCapacity: true) }
        return pending
    }

    package mutating func add(_ schema: McapSchema) {
        precondition(!summary.schemas.contains { $0.id == schema.id }, "schema \(schema.id) twice")
        summary.add(schema)
    }

    package mutating func add(_ channel: McapChannel) {
        precondition(!summary.hasChannel(channel.id), "channel \(channel.id) twice")
        precondition(
            channel.schemaID == 0 || summary.schemas.contains { $0.id == channel.schemaID },
            "channel \(channel.id) without its schema \(channel.schemaID)")
        summary.add(channel)
    }

    /// `now`: by the writer's clock, for the chunk's age.
    package mutating func write(_ message: McapMessage, now: Instant) {
        summary.count(message)
        // One that fills a chunk has it to itself: together they could be larger than a reader takes.
        if message.data.count >= policy.bytesMax { closeChunk() }
        if chunk.openedAt == nil { chunk.openedAt = now }
        let place = self.place(of: message.channelID)
        let offset = UInt64(chunk.records.bytes.count)
        message.write(to: &chunk.records)
        chunk.startTime = min(chunk.startTime, message.logTime)
        chunk.endTime = max(chunk.endTime, message.logTime)
        chunk.index[place].places.u64(message.logTime)
        chunk.index[place].places.u64(offset)
        if chunk.records.bytes.count >= policy.bytesMax { closeChunk() } else { deadlinePassed(now: now) }
    }

    /// Where the channel stands in the open chunk's index. One that is new there may have to be described.
    private mutating func place(of channelID: UInt16) -> Int {
        if let place = chunk.index.firstIndex(where: { $0.channelID == channelID }) { return place }
        chunk.index.append(Entry(channelID: channelID, places: LittleWriter()))
        let (channel, uses) = summary.use(of: channelID)
        if uses < Self.describedFirst || uses % Self.describedEvery == 0 {
            if let schema = summary.schema(channel.schemaID),
                !chunk.schemaIDs.contains(schema.id)
            {
                chunk.schemaIDs.append(schema.id)
                schema.write(to: &chunk.records)
            }
            channel.write(to: &chunk.records)
        }
        return chunk.index.count - 1
    }

    /// Closes the open chunk if it has the age; an early call does nothing.
    package mutating func deadlinePassed(now: Instant) {
        if let deadline = chunkDeadline, now >= deadline { closeChunk() }
    }

    /// Closes the open chunk, whatever its size; nothing if none is open.
    package mutating func closeChunk() {
        guard chunk.openedAt != nil else { return }
        let count = UInt64(chunk.records.bytes.count)
        let isPacked = count >= Self.packedBytesMin
        let packed = isPacked ? packer.packed(chunk.records.bytes) : chunk.records.bytes
        let start = position
        var writer = LittleWriter(capacity: packed.count + 128)
        writer.record(.chunk) { writer in
            writer.u64(chunk.startTime)
            writer.u64(chunk.endTime)
            writer.u64(count)
            writer.u32(Checksum.crc32(chunk.records.bytes))
            writer.text(isPacked ? McapChunk.zstd : McapChunk.plain)
            writer.u64(UInt64(packed.count))
            writer.raw(packed)
        }
        let chunkLength = writer.bytes.count
        var offsets: [(channelID: UInt16, offset: UInt64)] = []
        for entry in chunk.index {
            offsets.append((entry.channelID, start + UInt64(writer.bytes.count)))
            writer.record(.messageIndex) { writer in
                writer.u16(entry.channelID)
                writer.blob(entry.places.bytes)
            }
        }
        summary.add(
            McapSummary.Chunk(
                startTime: chunk.startTime, endTime: chunk.endTime, offset: start, length: UInt64(chunkLength),
                messageIndexOffsets: offsets, messageIndexLength: UInt64(writer.bytes.count - chunkLength),
                isPacked: isPacked, compressedSize: UInt64(packed.count), uncompressedSize: count))
        append(writer.bytes)
        chunk.clear()
    }

    /// The open chunk is closed before, so that what was written earlier stands earlier.
    package mutating func add(_ attachment: McapAttachment) {
        precondition(
            UInt64(attachment.data.count) < McapLimit.recordBytesMax, "\(attachment.data.count) bytes attached")
        closeChunk()
        let start = position
        var content = LittleWriter(capacity: attachment.data.count + 128)
        content.u64(attachment.logTime)
        content.u64(attachment.createTime)
        content.text(attachment.name)
        content.text(attachment.mediaType)
        content.u64(UInt64(attachment.data.count))
        content.raw(attachment.data)
        var writer = LittleWriter(capacity: content.bytes.count + 16)
        writer.record(.attachment) { writer in
            writer.raw(content.bytes)
            writer.u32(Checksum.crc32(content.bytes))
        }
        summary.add(attachment, offset: start, length: UInt64(writer.bytes.count))
        append(writer.bytes)
    }

    package mutating func add(_ metadata: McapMetadata) {
        closeChunk()
        var writer = LittleWriter()
        metadata.write(to: &writer)
        summary.add(metadata, offset: position, length: UInt64(writer.bytes.count))
        append(writer.bytes)
    }

    /// The open chunk, the summary, the file's end. Nothing may follow.
    package mutating func finish() {
        closeChunk()
        var writer = LittleWriter()
        writer.record(.dataEnd) { $0.u32(dataSum) }
        let start = position + UInt64(writer.bytes.count)
        let before = writer.bytes.count
        summary.write(to: &writer, at: start, before: before)
        append(writer.bytes)
        isFinished = true
    }

    private mutating func append(_ bytes: [UInt8]) {
        precondition(!isFinished, "\(bytes.count) bytes behind the end of the file")
        position += UInt64(bytes.count)
        dataSum = Checksum.crc32(bytes[...], continuing: dataSum)
        pending.append(contentsOf: bytes)
    }
}
