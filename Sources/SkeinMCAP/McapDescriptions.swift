/// The schemas and channels that a reader has met: each is given once, and a message only with its channel.
struct McapDescriptions {
    enum Outcome {
        case given(McapItem)
        /// As it was before.
        case known
        case lost(McapLoss.Reason)

        var given: McapItem? {
            switch self {
            case .given(let item): item
            case .known, .lost: nil
            }
        }

        var isLost: Bool {
            switch self {
            case .lost: true
            case .given, .known: false
            }
        }

        var reason: McapLoss.Reason {
            switch self {
            case .lost(let reason): reason
            case .given, .known: .contradiction
            }
        }
    }

    private var schemas: [UInt16: McapSchema] = [:]
    private var channels: [UInt16: McapChannel] = [:]
    private var bytes = 0

    mutating func take(_ schema: McapSchema) -> Outcome {
        if let known = schemas[schema.id] { return known == schema ? .known : .lost(.contradiction) }
        bytes += schema.data.count + schema.name.utf8.count + schema.encoding.utf8.count
        guard schemas.count < McapLimit.schemasMax, bytes <= McapLimit.descriptionBytesMax else {
            return .lost(.tooMany)
        }
        schemas[schema.id] = schema
        return .given(.schema(schema))
    }

    mutating func take(_ channel: McapChannel) -> Outcome {
        if let known = channels[channel.id] { return known == channel ? .known : .lost(.contradiction) }
        guard channel.schemaID == 0 || schemas[channel.schemaID] != nil else { return .lost(.contradiction) }
        bytes += channel.topic.utf8.count + channel.messageEncoding.utf8.count
        for pair in channel.metadata { bytes += pair.key.utf8.count + pair.value.utf8.count }
        guard channels.count < McapLimit.channelsMax, bytes <= McapLimit.descriptionBytesMax else {
            return .lost(.tooMany)
        }
        channels[channel.id] = channel
        return .given(.channel(channel))
    }

    func take(_ message: McapMessage) -> Outcome {
        channels[message.channelID] == nil ? .lost(.contradiction) : .given(.message(message))
    }
}
