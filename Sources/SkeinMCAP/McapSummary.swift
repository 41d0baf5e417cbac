import SkeinWire

/// How much a file holds: MCAP's Statistics record.
package struct McapStatistics: Hashable, Sendable {
    package var messages: UInt64 = 0
    package var schemas: UInt16 = 0
    package var channels: UInt32 = 0
    package var attachments: UInt32 = 0
    package var metadata: UInt32 = 0
    package var chunks: UInt32 = 0
    /// Of the log times; 0 without messages.
    package var startTime: UInt64 = 0
    package var endTime: UInt64 = 0
}

/// What a writer remembers for the end of the file: its summary section.
struct McapSummary {
    struct Chunk {
        var startTime: UInt64
        var endTime: UInt64
        var offset: UInt64
        var length: UInt64
        var messageIndexOffsets: [(channelID: UInt16, offset: UInt64)]
        var messageIndexLength: UInt64
        var isPacked: Bool
        var compressedSize: UInt64
        var uncompressedSize: UInt64
    }

    private(set) var schemas: [McapSchema] = []
    /// In the order in which they came.
    private(set) var channels: [McapChannel] = []
    /// Messages of each channel, and chunks that have some, beside `channels`.
    private var counts: [UInt64] = []
    private var uses: [Int] = []
    /// Where a channel stands in `channels`.
    private var places: [UInt16: Int] = [:]
    private(set) var statistics = McapStatistics()
    private var chunks: [Chunk] = []
    /// What all of it will take in the file, or a little more.
    private(set) var bytes: UInt64 = 512
    /// Index records as they will stand.
    private var attachments = LittleWriter()
    private var metadata = LittleWriter()

    func hasChannel(_ id: UInt16) -> Bool { places[id] != nil }

    mutating func add(_ schema: McapSchema) {
        schemas.append(schema)
        statistics.schemas += 1
        bytes += UInt64(64 + schema.name.utf8.count + schema.encoding.utf8.count + schema.data.count)
    }

    mutating func add(_ channel: McapChannel) {
        statistics.channels += 1
        bytes += UInt64(64 + channel.topic.utf8.count + channel.messageEncoding.utf8.count)
        for pair in channel.metadata { bytes += UInt64(8 + pair.key.utf8.count + pair.value.utf8.count) }
        places[channel.id] = channels.count
        channels.append(channel)
        counts.append(0)
        uses.append(0)
    }

    func schema(_ id: UInt16) -> McapSchema? { schemas.first { $0.id == id } }

    /// A channel that another chunk has messages of, and how many had until now.
    mutating func use(of id: UInt16) -> (channel: McapChannel, uses: Int) {
        guard let place = places[id] else { preconditionFailure("no channel \(id)") }
        defer { uses[place] += 1 }
        return (channels[place], uses[place])
    }

    mutating func count(_ message: McapMessage) {
        guard let place = places[message.channelID] else {
            preconditionFailure("a message of channel \(message.channelID), which there is not")
        }
        counts[place] += 1
        let isFirst = statistics.messages == 0
        statistics.startTime = isFirst ? message.logTime : min(statistics.startTime, message.logTime)
        statistics.endTime = max(statistics.endTime, message.logTime)
        statistics.messages += 1
    }

    mutating func add(_ chunk: Chunk) {
        chunks.append(chunk)
        statistics.chunks += 1
        bytes += UInt64(96 + 10 * chunk.messageIndexOffsets.count)
    }

    mutating func add(_ attachment: McapAttachment, offset: UInt64, length: UInt64) {
        statistics.attachments += 1
        bytes += UInt64(72 + attachment.name.utf8.count + attachment.mediaType.utf8.count)
        attachments.record(.attachmentIndex) { writer in
            writer.u64(offset)
            writer.u64(length)
            writer.u64(attachment.logTime)
            writer.u64(attachment.createTime)
            writer.u64(UInt64(attachment.data.count))
            writer.text(attachment.name)
            writer.text(attachment.mediaType)
        }
    }

    mutating func add(_ record: McapMetadata, offset: UInt64, length: UInt64) {
        statistics.metadata += 1
        bytes += UInt64(32 + record.name.utf8.count)
        metadata.record(.metadataIndex) { writer in
            writer.u64(offset)
            writer.u64(length)
            writer.text(record.name)
        }
    }

    /// Summary, summary offsets, footer and magic. `start`: where the summary begins in the file; the writer has `before`
    /// bytes that are not of it.
    func write(to writer: inout LittleWriter, at start: UInt64, before: Int) {
        var groups: [(opcode: McapOpcode, start: UInt64, length: UInt64)] = []
        func group(_ opcode: McapOpcode, _ content: (inout LittleWriter) -> Void) {
            let from = writer.bytes.count
            content(&writer)
            let length = writer.bytes.count - from
            if length > 0 { groups.append((opcode, start + UInt64(from - before), UInt64(length))) }
        }
        group(.schema) { writer in for schema in schemas { schema.write(to: &writer) } }
        group(.channel) { writer in for channel in channels { channel.write(to: &writer) } }
        group(.statistics) { writeStatistics(to: &$0) }
        group(.chunkIndex) { writer in for chunk in chunks { Self.write(chunk, to: &writer) } }
        group(.attachmentIndex) { $0.raw(attachments.bytes) }
        group(.metadataIndex) { $0.raw(metadata.bytes) }
        let offsetsStart = start + UInt64(writer.bytes.count - before)
        for group in groups {
            writer.record(.summaryOffset) { writer in
                writer.u8(group.opcode.rawValue)
                writer.u64(group.start)
                writer.u64(group.length)
            }
        }
        writer.u8(McapOpcode.footer.rawValue)
        writer.u64(20)
        writer.u64(start)
        writer.u64(offsetsStart)
        writer.u32(Checksum.crc32(writer.bytes[before...]))
        writer.raw(McapMagic.bytes)
    }

    private func writeStatistics(to writer: inout LittleWriter) {
        writer.record(.statistics) { writer in
            writer.u64(statistics.messages)
            writer.u16(statistics.schemas)
            writer.u32(statistics.channels)
            writer.u32(statistics.attachments)
            writer.u32(statistics.metadata)
            writer.u32(statistics.chunks)
            writer.u64(statistics.startTime)
            writer.u64(statistics.endTime)
            var map = LittleWriter()
            for (channel, count) in zip(channels, counts) {
                map.u16(channel.id)
                map.u64(count)
            }
            writer.blob(map.bytes)
        }
    }

    private static func write(_ chunk: Chunk, to writer: inout LittleWriter) {
        writer.record(.chunkIndex) { writer in
            writer.u64(chunk.startTime)
            writer.u64(chunk.endTime)
            writer.u64(chunk.offset)
            writer.u64(chunk.length)
            var map = LittleWriter()
            for (channelID, offset) in chunk.messageIndexOffsets {
                map.u16(channelID)
                map.u64(offset)
            }
            writer.blob(map.bytes)
            writer.u64(chunk.messageIndexLength)
            writer.text(chunk.isPacked ? McapChunk.zstd : McapChunk.plain)
            writer.u64(chunk.compressedSize)
            writer.u64(chunk.uncompressedSize)
        }
    }
}
