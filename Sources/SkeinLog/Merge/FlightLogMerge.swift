import HeapModule
import SkeinMCAP
import SkeinWire

/// What came of a merge.
package struct FlightLogMerged: Hashable, Sendable {
    package var messages: UInt64 = 0
    /// Messages for which there was no channel number left.
    package var leftOut: UInt64 = 0
    package var attachments = 0
    package var metadata = 0
    /// Steps of mesh time that were taken out (`ClockTrack`).
    package var steps = 0
    /// Bytes of the inputs that could not be read, and inputs without an end.
    package var lostBytes: UInt64 = 0
    package var cutInputs = 0
    package var firstTime: UInt64?
    package var lastTime: UInt64?
}

/// Many logs as one, in the order of the swarm's time. Reads every input twice, each as a stream, and writes one; in memory are
/// a chunk of each input and of the output, and where the output's chunks are.
///
/// Records of one input keep their order, and log time never goes back: where a better reading set a robot's mesh time back
/// a little, its records stand at the time of the one before until that has passed. Their stamps keep what they say.
package enum FlightLogMerge {
    /// `progress`: bytes read, of how many.
    package static func run<Source: McapSource, Failure: Error>(
        _ sources: [Source], chunks: McapChunkPolicy = McapChunkPolicy(bytesMax: 262_144),
        progress: (UInt64, UInt64) -> Void = { _, _ in }, write: ([UInt8]) throws(Failure) -> Void
    ) throws -> FlightLogMerged {
        var result = FlightLogMerged()
        var inputs = try sources.map { try MergeInput($0) }
        let total = 2 * inputs.reduce(0) { $0 + $1.byteCount }
        var done: UInt64 = 0
        for index in inputs.indices {
            try inputs[index].learn { bytes in
                done += bytes
                progress(done, total)
            }
        }
        var output = MergeOutput(chunks: chunks)
        var turns = Heap<MergeTurn>()
        for index in inputs.indices {
            output.add(try inputs[index].advance(), &result)
            if let next = inputs[index].next { turns.insert(MergeTurn(time: next.message.logTime, input: index)) }
        }
        let halfway = done
        while let index = turns.popMin()?.input {
            guard let next = inputs[index].next else { preconditionFailure("an input has a turn and no message") }
            if output.add(next, from: index) {
                result.messages += 1
                result.firstTime = min(result.firstTime ?? next.message.logTime, next.message.logTime)
                result.lastTime = max(result.lastTime ?? next.message.logTime, next.message.logTime)
            } else {
                result.leftOut += 1
            }
            let others = try inputs[index].advance()
            output.add(others, &result)
            if let next = inputs[index].next { turns.insert(MergeTurn(time: next.message.logTime, input: index)) }
            let bytes = output.take()
            if !bytes.isEmpty {
                try write(bytes)
                progress(halfway + inputs.reduce(0) { $0 + $1.position }, total)
            }
        }
        output.finish()
        try write(output.take())
        for input in inputs {
            result.steps += input.steps
            result.lostBytes += input.lostBytes
            if input.ending != .whole { result.cutInputs += 1 }
        }
        return result
    }
}

/// The merged log: every input's channels under numbers of its own.
private struct MergeOutput {
    private var writer: McapWriter
    private var schemas: [McapSchema: UInt16] = [:]
    private var channels: [McapChannel: UInt16] = [:]
    /// The same, by input and its own number.
    private var numbers: [UInt64: UInt16] = [:]
    /// Attachments that many robots carry, as their mission, once: name, length and sum.
    private var attached: Set<String> = []

    init(chunks: McapChunkPolicy) { writer = McapWriter(profile: FlightLogWriter.profile, policy: chunks) }

    mutating func take() -> [UInt8] { writer.take() }
    mutating func finish() { writer.finish() }

    /// False: there are no numbers left.
    mutating func add(_ next: MergeInput<some McapSource>.Message, from input: Int) -> Bool {
        let own = UInt64(input) << 16 | UInt64(next.channel.id)
        guard let number = numbers[own] ?? number(of: next.channel, next.schema) else { return false }
        numbers[own] = number
        var message = next.message
        message.channelID = number
        // Without age: nothing is lost if this process ends.
        writer.write(message, now: .zero)
        return true
    }

    mutating func add(_ others: [MergeInput<some McapSource>.Other], _ result: inout FlightLogMerged) {
        for other in others {
            switch other {
            case .metadata(let metadata):
                writer.add(metadata)
                result.metadata += 1
            case .attachment(let attachment):
                let key = "\(attachment.data.count) \(Checksum.crc32(attachment.data)) \(attachment.name)"
                guard attached.insert(key).inserted else { continue }
                writer.add(attachment)
                result.attachments += 1
            }
        }
    }

    private mutating func number(of channel: McapChannel, _ schema: McapSchema?) -> UInt16? {
        var wanted = channel
        wanted.id = 0
        wanted.schemaID = 0
        if let schema {
            guard let number = number(of: schema) else { return nil }
            wanted.schemaID = number
        }
        if let known = channels[wanted] { return known }
        guard channels.count < McapLimit.channelsMax else { return nil }
        let number = UInt16(channels.count + 1)
        channels[wanted] = number
        wanted.id = number
        writer.add(wanted)
        return number
    }

    private mutating func number(of schema: McapSchema) -> UInt16? {
        var wanted = schema
        wanted.id = 0
        if let known = schemas[wanted] { return known }
        guard schemas.count < McapLimit.schemasMax else { return nil }
        let number = UInt16(schemas.count + 1)
        schemas[wanted] = number
        wanted.id = number
        writer.add(wanted)
        return number
    }
}

/// Which input is next: by its message's time, then by its place among the inputs.
private struct MergeTurn: Comparable {
    var time: UInt64
    var input: Int

    static func < (left: MergeTurn, right: MergeTurn) -> Bool { (left.time, left.input) < (right.time, right.input) }
}
