/// What an MCAP file begins and ends with: MCAP specification, "Magic".
package enum McapMagic {
    package static let bytes: [UInt8] = [0x89, 0x4D, 0x43, 0x41, 0x50, 0x30, 0x0D, 0x0A]
}

/// What a record is: its first byte. MCAP specification, "Records".
enum McapOpcode: UInt8, CaseIterable, Sendable {
    case header = 0x01
    case footer = 0x02
    case schema = 0x03
    case channel = 0x04
    case message = 0x05
    case chunk = 0x06
    case messageIndex = 0x07
    case chunkIndex = 0x08
    case attachment = 0x09
    case attachmentIndex = 0x0A
    case statistics = 0x0B
    case metadata = 0x0C
    case metadataIndex = 0x0D
    case summaryOffset = 0x0E
    case dataEnd = 0x0F

    /// Opcode and length.
    static let prefixBytes = 9
}

/// What a file may have at most, so that no file takes more memory than this to read.
package enum McapLimit {
    /// One record as it stands in the file: a chunk, an attachment.
    package static let recordBytesMax: UInt64 = 64 << 20
    /// A chunk's records, unpacked.
    package static let chunkBytesMax: UInt64 = 64 << 20
    package static let schemasMax = 4_096
    package static let channelsMax = 65_535
    /// Schemas and channels of one file, together.
    package static let descriptionBytesMax = 64 << 20
}

/// An entry of a map of texts.
package struct McapPair: Hashable, Sendable {
    package var key: String
    package var value: String

    package init(_ key: String, _ value: String) {
        self.key = key
        self.value = value
    }
}

/// What messages of a channel look like. Id 0 is none.
package struct McapSchema: Hashable, Sendable {
    package var id: UInt16
    package var name: String
    package var encoding: String
    package var data: [UInt8]

    package init(id: UInt16, name: String, encoding: String, data: [UInt8]) {
        self.id = id
        self.name = name
        self.encoding = encoding
        self.data = data
    }

    func write(to writer: inout LittleWriter) {
        writer.record(.schema) { writer in
            writer.u16(id)
            writer.text(name)
            writer.text(encoding)
            writer.blob(data)
        }
    }

    init?(_ content: ArraySlice<UInt8>) {
        var reader = LittleReader(content)
        guard let id = reader.u16(), id != 0, let name = reader.text(), let encoding = reader.text(),
            let data = reader.blob(), reader.isAtEnd
        else { return nil }
        self.init(id: id, name: name, encoding: encoding, data: Array(data))
    }
}

/// A stream of messages of one kind.
package struct McapChannel: Hashable, Sendable {
    package var id: UInt16
    package var schemaID: UInt16
    package var topic: String
    package var messageEncoding: String
    package var metadata: [McapPair]

    package init(id: UInt16, schemaID: UInt16, topic: String, messageEncoding: String, metadata: [McapPair]) {
        self.id = id
        self.schemaID = schemaID
        self.topic = topic
        self.messageEncoding = messageEncoding
        self.metadata = metadata
    }

    func write(to writer: inout LittleWriter) {
        writer.record(.channel) { writer in
            writer.u16(id)
            writer.u16(schemaID)
            writer.text(topic)
            writer.text(messageEncoding)
            writer.pairs(metadata)
        }
    }

    init?(_ content: ArraySlice<UInt8>) {
        var reader = LittleReader(content)
        guard let id = reader.u16(), let schemaID = reader.u16(), let topic = reader.text(),
            let encoding = reader.text(), let metadata = reader.pairs(), reader.isAtEnd
        else { return nil }
        self.init(id: id, schemaID: schemaID, topic: topic, messageEncoding: encoding, metadata: metadata)
    }
}

/// One message. Times are nanoseconds, of whichever clock the log's maker says.
package struct McapMessage: Hashable, Sendable {
    package var channelID: UInt16
    package var sequence: UInt32
    package var logTime: UInt64
    package var publishTime: UInt64
    package var data: [UInt8]

    package init(channelID: UInt16, sequence: UInt32, logTime: UInt64, publishTime: UInt64, data: [UInt8]) {
        self.channelID = channelID
        self.sequence = sequence
        self.logTime = logTime
        self.publishTime = publishTime
        self.data = data
    }

    func write(to writer: inout LittleWriter) {
        writer.record(.message) { writer in
            writer.u16(channelID)
            writer.u32(sequence)
            writer.u64(logTime)
            writer.u64(publishTime)
            writer.raw(data)
        }
    }

    init?(_ content: ArraySlice<UInt8>) {
        var reader = LittleReader(content)
        guard let channelID = reader.u16(), let sequence = reader.u32(), let logTime = reader.u64(),
            let publishTime = reader.u64()
        else { return nil }
        self.init(
            channelID: channelID, sequence: sequence, logTime: logTime, publishTime: publishTime,
            data: Array(reader.rest()))
    }
}

/// A file within the file.
package struct McapAttachment: Hashable, Sendable {
    package var logTime: UInt64
    package var createTime: UInt64
    package var name: String
    package var mediaType: String
    package var data: [UInt8]

    package init(logTime: UInt64, createTime: UInt64, name: String, mediaType: String, data: [UInt8]) {
        self.logTime = logTime
        self.createTime = createTime
        self.name = name
        self.mediaType = mediaType
        self.data = data
    }
}

/// Texts about the file.
package struct McapMetadata: Hashable, Sendable {
    package var name: String
    package var pairs: [McapPair]

    package init(name: String, pairs: [McapPair]) {
        self.name = name
        self.pairs = pairs
    }

    package func value(_ key: String) -> String? { pairs.first { $0.key == key }?.value }

    func write(to writer: inout LittleWriter) {
        writer.record(.metadata) { writer in
            writer.text(name)
            writer.pairs(pairs)
        }
    }

    init?(_ content: ArraySlice<UInt8>) {
        var reader = LittleReader(content)
        guard let name = reader.text(), let pairs = reader.pairs(), reader.isAtEnd else { return nil }
        self.init(name: name, pairs: pairs)
    }
}
