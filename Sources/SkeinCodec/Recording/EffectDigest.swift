import SkeinPeer
import SkeinSeal
import SkeinTasks
import SkeinWire

/// The effects of one `handle` as bytes for hashing: every decision is in them, and no proof. Signature and tag, the last
/// bytes of a datagram, are left out, so that a replay without keys comes to the same. Nothing reads these bytes again.
enum EffectDigest {
    static func value(of effects: [Effect], nextDeadline: Instant) -> UInt64 {
        var mix = Mix()
        mix.add(UInt64(bitPattern: nextDeadline.nanoseconds))
        if !effects.isEmpty {
            var writer = ByteWriter(capacity: 512)
            for effect in effects { write(effect, to: &writer) }
            mix.add(writer.bytes)
        }
        return mix.value
    }

    static func value(of effect: Effect) -> UInt64 {
        var writer = ByteWriter(capacity: 512)
        write(effect, to: &writer)
        var mix = Mix()
        mix.add(writer.bytes)
        return mix.value
    }

    private static func write(_ effect: Effect, to writer: inout ByteWriter) {
        switch effect {
        case .send(let transmission):
            writer.u8(1)
            write(transmission, to: &writer)
        case .compute(let id, let computation):
            writer.u8(2)
            id.write(to: &writer)
            write(computation, to: &writer)
        case .cancel(let id):
            writer.u8(3)
            id.write(to: &writer)
        case .actuate(let setpoint):
            writer.u8(4)
            setpoint.write(to: &writer)
        case .reply(let reply, let ticket):
            writer.u8(5)
            writer.u32(ticket)
            reply.write(to: &writer)
        case .record(let event):
            writer.u8(6)
            event.write(to: &writer)
        case .persist(let id, let record):
            writer.u8(7)
            id.write(to: &writer)
            record.write(to: &writer)
        case .keep(let object, let bytes):
            writer.u8(8)
            object.write(to: &writer)
            writer.u32(UInt32(bytes.count))
        case .load(let object):
            writer.u8(9)
            object.write(to: &writer)
        case .discard(let object):
            writer.u8(10)
            object.write(to: &writer)
        }
    }

    private static func write(_ transmission: Transmission, to writer: inout ByteWriter) {
        writer.raw(transmission.band)
        writer.raw(transmission.trafficClass)
        writer.node(transmission.next)
        writer.double(transmission.shareMHz)
        writer.optional(transmission.address)
        writer.u32(UInt32(transmission.datagram.count))
        let isFrame = BulkFrame.isFrame(transmission.datagram)
        writer.raw(Array(transmission.datagram.dropLast(isFrame ? 0 : Proofless.bytes)))
    }

    private static func write(_ computation: Computation, to writer: inout ByteWriter) {
        switch computation {
        case .unit(let kernel, let input, let cost, let sharePercent):
            writer.u8(1)
            writer.raw(kernel)
            writer.u32(UInt32(input.count))
            writer.raw(input)
            cost.write(to: &writer)
            writer.double(sharePercent)
        case .plan(let graph, let strategy, let previousLeaders):
            writer.u8(2)
            write(graph, to: &writer)
            strategy.write(to: &writer)
            writer.flag(previousLeaders != nil)
            write(previousLeaders ?? [], to: &writer)
        case .program(let kernel, let inputs, let deadline):
            writer.u8(3)
            kernel.write(to: &writer)
            writer.u32(UInt32(inputs.count))
            for input in inputs { writer.u32(UInt32(input.count)) }
            deadline.write(to: &writer)
        }
    }

    private static func write(_ graph: PlanGraph, to writer: inout ByteWriter) {
        graph.start.write(to: &writer)
        write(graph.idlePercent, to: &writer)
        for row in graph.control {
            writer.u32(UInt32(row.count))
            for link in row {
                link.robot.write(to: &writer)
                writer.double(link.powerDBm)
            }
        }
        for row in graph.data {
            writer.u32(UInt32(row.count))
            for link in row {
                link.robot.write(to: &writer)
                writer.double(link.powerDBm)
                writer.double(link.bitsPerSecondPerHertz)
            }
        }
        write(graph.ownBitsPerSecondPerHertz, to: &writer)
        writer.double(graph.bandwidthMHz)
        writer.double(graph.rateMbpsPerPercent)
    }

    private static func write<Value: Coded>(_ values: [Value], to writer: inout ByteWriter) {
        writer.u32(UInt32(values.count))
        for value in values { value.write(to: &writer) }
    }
}

/// A datagram without its proof: signature and tag are its last bytes, whatever it is.
enum Proofless {
    static let bytes = Envelope.signatureBytes + Envelope.tagBytes
    /// The tag alone: what others have signed is kept, for it may become evidence.
    static let tagBytes = Envelope.tagBytes
    /// Of a datagram too long to be looked into, no more is kept than of the longest that is.
    static let keptMax = Envelope.datagramBytesMax - tagBytes
    /// Of a datagram of so many bytes. A frame's tag is kept: a replay has the session's keys, and opens it again.
    static func kept(of count: Int, isFrame: Bool) -> Int {
        isFrame ? min(count, Envelope.datagramBytesMax) : max(0, min(count - tagBytes, keptMax))
    }

    /// Longer than any UDP datagram.
    static let datagramBytesMax = 65_535
}
