import SkeinBench
import SkeinPeer
import SkeinWire

/// A seeded stream (SplitMix64).
struct Dice {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func share() -> Double {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return Double((mixed ^ mixed >> 31) >> 11) * 0x1p-53
    }
}

/// Members of the load test on one channel in virtual time: frames queue for the channel, and each receiver loses some.
struct LoadField {
    private struct Frame {
        var at: Instant
        var from: Int
        var to: Int?
        var datagram: [UInt8]
    }

    private let bitsPerSecond: Double
    private let loss: Double
    private var dice: Dice
    private var channelFreeAt = Instant.zero
    private var frames: [Frame] = []
    private(set) var members: [LoadMember]
    /// These are not there.
    var dead: Set<Int> = []

    init(_ plan: LoadPlan, loss: Double, bitsPerSecond: Double = 6e6, seed: UInt64) {
        self.bitsPerSecond = bitsPerSecond
        self.loss = loss
        dice = Dice(seed: seed)
        members = (0..<plan.members).map {
            LoadMember(
                plan, member: $0, start: .zero + .seconds(2), channelBitsPerSecond: bitsPerSecond, now: .zero)
        }
    }

    mutating func run() -> LoadFigures {
        var now = Instant.zero
        while now < members[0].end {
            let due = members.indices.filter { !dead.contains($0) }.map { members[$0].nextDeadline }.min()
            now = max(now, min(due ?? members[0].end, frames.first?.at ?? members[0].end))
            while let frame = frames.first, frame.at <= now {
                frames.removeFirst()
                deliver(frame, now: now)
            }
            for member in members.indices where !dead.contains(member) && members[member].nextDeadline <= now {
                var out: [Transmission] = []
                members[member].deadlinePassed(now: now, &out)
                send(out, from: member, now: now)
            }
        }
        return figures()
    }

    private mutating func send(_ out: [Transmission], from member: Int, now: Instant) {
        for transmission in out {
            let air = Double((transmission.datagram.count + 42) * 8) / bitsPerSecond
            channelFreeAt = max(channelFreeAt, now) + .fromSeconds(air)
            let to = transmission.address.map { Int($0.number & 0xFF) - 1 }
            frames.append(Frame(at: channelFreeAt, from: member, to: to, datagram: transmission.datagram))
        }
    }

    private mutating func deliver(_ frame: Frame, now: Instant) {
        for member in members.indices where member != frame.from && !dead.contains(member) {
            guard frame.to == nil || frame.to == member, dice.share() >= loss else { continue }
            let reception = Reception(
                band: .control, from: LinkAddress(UInt64(0x0A4D_0000 + frame.from + 1)), signal: .none)
            var out: [Transmission] = []
            members[member].receive(frame.datagram, reception, now: now, &out)
            send(out, from: member, now: now)
        }
    }

    private func figures() -> LoadFigures {
        let tallies = members.map(\.tally)
        return LoadFigures(
            members[0].plan,
            lines: tallies.map { MemberLine($0, processorSeconds: 0, residentKilobytes: 0) },
            status: tallies.flatMap(\.statusNanoseconds), task: tallies.flatMap(\.taskNanoseconds),
            result: tallies.flatMap(\.resultNanoseconds))
    }
}
