import SkeinWire

@testable import SkeinMCAP

/// An MCAP file read to its end, and made whole: as it is, or as a chunk whose lengths and checksum are put right.
///
///     what u8 | file; or the records of one chunk, and what follows it
enum McapTarget: FuzzTarget {
    static let name = "mcap"

    static func run(_ bytes: [UInt8]) {
        guard let what = bytes.first else { return }
        let body = Array(bytes.dropFirst())
        let file = what & 1 == 0 ? body : chunked(body, isPacked: what & 2 != 0)
        let read = items(file)
        var recovered: [UInt8] = []
        guard let result = try? McapRecovery.copy(McapBytes(file), write: { recovered += $0 }) else {
            must(false, "what is in memory could not be read")
            return
        }
        let again = items(recovered)
        must(again.messages == read.messages, "a recovered file has other messages")
        must(again.others == read.others, "a recovered file has other attachments or metadata")
        must(again.isWhole && again.lossCount == 0, "a recovered file is not whole")
        must(result.messages == read.messages.count, "messages are counted otherwise than given")
        must(read.lostBytes <= UInt64(file.count), "more is lost than there was")
    }

    private struct Read {
        var messages: [McapMessage] = []
        var others: [McapItem] = []
        var isWhole = false
        var lossCount = 0
        var lostBytes: UInt64 = 0
    }

    private static func items(_ file: [UInt8]) -> Read {
        var read = Read()
        guard var reader = try? McapReader(McapBytes(file)) else { return read }
        while let item = try? reader.next() {
            switch item {
            case .message(let message): read.messages.append(message)
            case .attachment, .metadata: read.others.append(item)
            case .header, .schema, .channel: break
            }
        }
        read.isWhole = reader.ending == .whole
        read.lossCount = reader.lossCount
        read.lostBytes = reader.lostBytes
        must(reader.ending != nil, "a reader stopped before the end")
        return read
    }

    private static func chunked(_ body: [UInt8], isPacked: Bool) -> [UInt8] {
        let records = Array(body.prefix(1_024))
        let stored = isPacked ? ZstdPacker().packed(records) : records
        var writer = LittleWriter()
        writer.raw(McapMagic.bytes)
        writer.record(.chunk) { chunk in
            chunk.u64(0)
            chunk.u64(.max)
            chunk.u64(UInt64(records.count))
            chunk.u32(Checksum.crc32(records))
            chunk.text(isPacked ? McapChunk.zstd : "")
            chunk.u64(UInt64(stored.count))
            chunk.raw(stored)
        }
        writer.raw(body.dropFirst(1_024))
        return writer.bytes
    }

    private static func file(isFinished: Bool) -> [UInt8] {
        var writer = McapWriter(profile: "skein")
        writer.add(McapMetadata(name: "skein", pairs: [McapPair("robot", "1")]))
        writer.add(McapSchema(id: 1, name: "test.Number", encoding: "protobuf", data: [1, 2, 3]))
        writer.add(McapChannel(id: 1, schemaID: 1, topic: "/a/b", messageEncoding: "protobuf", metadata: []))
        for number in 0..<6 {
            writer.write(
                McapMessage(
                    channelID: 1, sequence: UInt32(number), logTime: UInt64(number), publishTime: 3,
                    data: [UInt8(number), 1, 2]), now: .zero)
            if number % 3 == 2 { writer.closeChunk() }
        }
        writer.add(McapAttachment(logTime: 1, createTime: 2, name: "m", mediaType: "t", data: [4, 5]))
        if isFinished { writer.finish() }
        return writer.take()
    }

    /// The records of a chunk: schema, channel, message.
    private static var records: [UInt8] {
        var writer = LittleWriter()
        McapSchema(id: 1, name: "s", encoding: "e", data: [1]).write(to: &writer)
        McapChannel(id: 1, schemaID: 1, topic: "t", messageEncoding: "e", metadata: [McapPair("k", "v")])
            .write(to: &writer)
        McapMessage(channelID: 1, sequence: 1, logTime: 2, publishTime: 3, data: [9]).write(to: &writer)
        return writer.bytes
    }

    static var seeds: [Seed] {
        let whole = file(isFinished: true)
        return [
            Seed(name: "whole", bytes: [0] + whole), Seed(name: "open", bytes: [0] + file(isFinished: false)),
            Seed(name: "cut", bytes: [0] + whole.prefix(whole.count / 2)), Seed(name: "records", bytes: [1] + records),
            Seed(name: "records-packed", bytes: [3] + records),
        ]
    }
}
