import SkeinPeer
import SkeinSeal
import SkeinTasks
import SkeinWire

/// An effect as a line for people. It ends in the hash of the whole effect, so that two lines differ whenever the effects
/// do.
package enum EffectText {
    static let lineBytesMax = 400

    package static func line(_ effect: Effect) -> String {
        var text = what(effect)
        while text.utf8.count > lineBytesMax { text.removeLast() }
        return "\(text) #\(hexadecimal(EffectDigest.value(of: effect)))"
    }

    private static func what(_ effect: Effect) -> String {
        switch effect {
        case .send(let transmission): sent(transmission)
        case .compute(let id, .unit(let kernel, let input, let cost, let sharePercent)):
            "compute \(id.number): \(kernel), \(input.count) bytes in, \(cost) at \(sharePercent) %"
        case .compute(let id, .plan(let graph, let strategy, let previousLeaders)):
            "compute \(id.number): plan of \(graph.count) robots, \(strategy.rawValue), "
                + "\(previousLeaders?.count ?? 0) leaders before"
        case .compute(let id, .program(let kernel, let inputs, let deadline)):
            "compute \(id.number): \(kernel), \(inputs.map(\.count)) bytes in, until \(deadline)"
        case .cancel(let id): "cancel \(id.number)"
        case .keep(let object, let bytes): "keep \(object), \(bytes.count) bytes"
        case .load(let object): "load \(object)"
        case .discard(let object): "discard \(object)"
        case .actuate(let setpoint):
            "actuate \(setpoint.speedMetersPerSecond) m/s, \(setpoint.turnRadiansPerSecond) rad/s"
        case .reply(let reply, let ticket): "reply to \(ticket): \(reply)"
        case .record(let event): "record \(event)"
        case .persist(let id, let record):
            "persist \(id.number): key \(record.key), \(record.bytes.map { "\($0.count) bytes" } ?? "removed")"
        }
    }

    private static func sent(_ transmission: Transmission) -> String {
        var reader = ByteReader(transmission.datagram)
        let count = transmission.datagram.count
        let next = transmission.next == .none ? "all" : "\(transmission.next)"
        guard let envelope = try? Envelope(reading: &reader, datagramBytes: count) else {
            return "send \(count) bytes to \(next) on \(transmission.band)"
        }
        let destination = envelope.destination == .none ? "all" : "\(envelope.destination)"
        return "send \(envelope.kind) of \(envelope.sender) no. \(envelope.counter) to \(destination) by \(next) "
            + "on \(transmission.band), hop \(envelope.hop), \(count) bytes"
    }

    /// What happened, as a line.
    package static func line(_ input: Input) -> String {
        switch input {
        case .datagram(let bytes, let reception):
            var reader = ByteReader(bytes)
            guard let envelope = try? Envelope(reading: &reader, datagramBytes: bytes.count) else {
                return "a datagram of \(bytes.count) bytes on \(reception.band), no envelope"
            }
            return "a \(envelope.kind) of \(envelope.sender) no. \(envelope.counter) by \(envelope.relay) "
                + "on \(reception.band), \(bytes.count) bytes"
        case .cpu(let sample): return "processor: \(sample.idlePercent) % idle, \(sample.neededPercent) % needed"
        case .sensors: return "a sensor reading"
        case .computed(let id, .unit(let output, _, _)):
            return "computation \(id.number) ended, \(output.map { "\($0.count) bytes" } ?? "refused")"
        case .computed(let id, .plan(let plan)):
            return "computation \(id.number) ended, a plan with \(plan.leaders.count) leaders"
        case .computed(let id, .program(let outcome)):
            return "computation \(id.number) ended, a program: \(outcomeText(outcome))"
        case .kernels(let offers): return "kernels: \(offers.map(\.name))"
        case .kept(let object, let isKept): return "\(object) \(isKept ? "kept" : "not kept")"
        case .loaded(let object, let bytes):
            return "\(object) \(bytes.map { "loaded, \($0.count) bytes" } ?? "not there")"
        case .command(let command, let ticket): return "command \(command), ticket \(ticket)"
        case .persisted(let id): return "persisted \(id.number)"
        case .wallClock(let seconds): return "the wall clock: \(seconds) s"
        case .deadline: return "a deadline"
        }
    }

    private static func outcomeText(_ outcome: ProgramOutcome) -> String {
        switch outcome.result {
        case .done(let object, let bytes): "\(bytes.count) bytes, \(object)"
        case .failed(let failure, let words): "\(failure) \(words)"
        }
    }

    static func hexadecimal(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
