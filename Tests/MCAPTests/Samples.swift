import SkeinWire

@testable import SkeinMCAP

/// Small files with known content.
enum Samples {
    static let schema = McapSchema(id: 1, name: "test.Number", encoding: "protobuf", data: [1, 2, 3])
    static let channel = McapChannel(
        id: 1, schemaID: 1, topic: "/alpha/number", messageEncoding: "protobuf", metadata: [McapPair("robot", "0")])
    static let attachment = McapAttachment(
        logTime: 5, createTime: 6, name: "mission.toml", mediaType: "text/plain", data: Array("speed = 1\n".utf8))
    static let metadata = McapMetadata(name: "robot", pairs: [McapPair("name", "alpha"), McapPair("mode", "SIM")])

    static func message(_ number: Int) -> McapMessage {
        McapMessage(
            channelID: 1, sequence: UInt32(number), logTime: UInt64(1_000 * number), publishTime: UInt64(900 * number),
            data: (0..<40).map { UInt8(truncatingIfNeeded: number &* 31 &+ $0 &* $0) })
    }

    /// `messages` of them, `perChunk` in each chunk.
    static func file(messages: Int, perChunk: Int, isFinished: Bool = true) -> [UInt8] {
        var writer = McapWriter(profile: "skein")
        writer.add(metadata)
        writer.add(schema)
        writer.add(channel)
        for number in 0..<messages {
            writer.write(message(number), now: .zero)
            if number % perChunk == perChunk - 1 { writer.closeChunk() }
        }
        writer.add(attachment)
        if isFinished { writer.finish() } else { writer.closeChunk() }
        return writer.take()
    }

    /// Where each chunk begins and ends.
    static func chunks(in file: [UInt8]) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var offset = McapMagic.bytes.count
        while offset + McapOpcode.prefixBytes <= file.count {
            var reader = LittleReader(file[offset...])
            guard let opcode = reader.u8(), let length = reader.u64() else { break }
            let end = offset + McapOpcode.prefixBytes + Int(length)
            if opcode == McapOpcode.chunk.rawValue { ranges.append(offset..<end) }
            if opcode == McapOpcode.dataEnd.rawValue { break }
            offset = end
        }
        return ranges
    }
}

/// Everything a reader gives of some bytes.
struct ReadFile {
    var items: [McapItem] = []
    var losses: [McapLoss] = []
    var ending: McapEnding?
    var chunks = 0

    init(_ bytes: [UInt8]) throws {
        var reader = try McapReader(McapBytes(bytes))
        while let item = try reader.next() { items.append(item) }
        losses = reader.losses
        ending = reader.ending
        chunks = reader.chunks
    }

    var messages: [McapMessage] {
        items.compactMap {
            if case .message(let message) = $0 { message } else { nil }
        }
    }
}
