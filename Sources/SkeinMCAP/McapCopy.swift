import SkeinWire

/// What a copy of a file has of it.
package struct McapRecovered: Hashable, Sendable {
    package var messages = 0
    package var attachments = 0
    package var metadata = 0
    package var chunks = 0
    package var lossCount = 0
    package var lostBytes: UInt64 = 0
    package var losses: [McapLoss] = []
    package var ending: McapEnding = .whole
    /// Of the log times; nil without messages.
    package var firstTime: UInt64?
    package var lastTime: UInt64?
}

/// Makes a whole file of one that was cut or damaged: everything that can be read of it, in its order, with a summary.
package enum McapRecovery {
    /// `write` takes bytes to append, a chunk or so at a time.
    package static func copy<Source: McapSource, Failure: Error>(
        _ source: Source, policy: McapChunkPolicy = McapChunkPolicy(), write: ([UInt8]) throws(Failure) -> Void
    ) throws -> McapRecovered {
        var reader = try McapReader(source)
        var result = McapRecovered()
        var writer: McapWriter?
        while let item = try reader.next() {
            if case .header(let profile, _) = item, writer == nil {
                writer = McapWriter(profile: profile, policy: policy)
                continue
            }
            var present = writer ?? McapWriter(profile: "", policy: policy)
            writer = nil
            switch item {
            case .header: break
            case .schema(let schema): present.add(schema)
            case .channel(let channel): present.add(channel)
            case .message(let message):
                result.messages += 1
                result.firstTime = min(result.firstTime ?? message.logTime, message.logTime)
                result.lastTime = max(result.lastTime ?? message.logTime, message.logTime)
                // Without age: the recorder's clock is not here, and nothing is lost if this process ends.
                present.write(message, now: .zero)
            case .attachment(let attachment):
                result.attachments += 1
                present.add(attachment)
            case .metadata(let metadata):
                result.metadata += 1
                present.add(metadata)
            }
            let bytes = present.take()
            if !bytes.isEmpty { try write(bytes) }
            writer = present
        }
        var last = writer ?? McapWriter(profile: "", policy: policy)
        last.finish()
        try write(last.take())
        result.chunks = reader.chunks
        result.lossCount = reader.lossCount
        result.lostBytes = reader.lostBytes
        result.losses = reader.losses
        result.ending = reader.ending ?? .cut(at: 0)
        return result
    }
}
