import SkeinPeer
import SkeinSeal
import SkeinWire

/// One member of the overload test: beacons by `hello`, safety by `stopNotice`, each numbered; and objects for the next member,
/// as many as its plan says, of which bulk takes as many as it has room for. Ages count from when a message was due.
package struct OverloadMember: ChannelMember {
    private static let greetingSpan: Duration = .milliseconds(300)
    /// An object that cannot be sent in so long is given up: twice what a full queue of them takes.
    private static let objectSpanMax: Duration = .seconds(10)

    package let plan: OverloadPlan
    package let start: Instant
    private let id: NodeID
    private let next: NodeID
    private var voice: MemberVoice
    private var bulk: MemberBulk
    private var greetsAt: Instant
    private var beacons = 0
    private var notices = 0
    private var objects = 0
    package private(set) var tally: OverloadTally

    package init(_ plan: OverloadPlan, member: Int, start: Instant, now: Instant) {
        precondition(plan.fault == nil && (0..<plan.members).contains(member), "member \(member)")
        self.plan = plan
        self.start = start
        id = NodeID(UInt16(member))
        next = NodeID(UInt16((member + 1) % plan.members))
        voice = MemberVoice(id: id, members: plan.members)
        bulk = MemberBulk(id: id, members: plan.members, rate: plan.allottedBitsPerSecond)
        tally = OverloadTally(plan)
        greetsAt = now + .nanoseconds(Self.greetingSpan.nanoseconds * Int64(member) / Int64(plan.members))
    }

    package var end: Instant { start + plan.end }

    package var nextDeadline: Instant {
        min(
            due(beacons, every: OverloadPlan.beaconSpan) ?? end, due(notices, every: OverloadPlan.safetySpan) ?? end,
            plan.objectSpan.flatMap { due(objects, every: $0) } ?? end, min(bulk.nextDeadline, greetsAt, end),
            voice.nextDeadline ?? end)
    }

    private func due(_ number: Int, every span: Duration) -> Instant? {
        number < plan.count(every: span) ? start + plan.time(number, every: span, of: Int(id.number)) : nil
    }

    package mutating func deadlinePassed(now: Instant, _ out: inout [Transmission]) {
        voice.deadlinePassed(now: now, &out)
        greet(now: now, &out)
        while let at = due(notices, every: OverloadPlan.safetySpan), at <= now {
            voice.say(.stopNotice(Self.notice(notices)), to: .none, now: now, &out)
            notices += 1
        }
        while let at = due(beacons, every: OverloadPlan.beaconSpan), at <= now {
            voice.say(.hello(Self.hello(beacons)), to: .none, now: now, &out)
            beacons += 1
        }
        while let span = plan.objectSpan, let at = due(objects, every: span), at <= now {
            let object = LoadStamp(sender: Int(id.number), number: objects, said: now)
            let isTaken = bulk.send(
                object.bytes(filledTo: OverloadPlan.objectBytes), to: next, class: .bulk,
                deadline: now + Self.objectSpanMax, now: now)
            tally.offered(isTaken: isTaken)
            objects += 1
        }
        bulk.deadlinePassed(now: now)
        settle(now: now, &out)
    }

    package mutating func receive(
        _ datagram: [UInt8], _ reception: Reception, now: Instant, _ out: inout [Transmission]
    ) {
        if BulkFrame.isFrame(datagram) {
            bulk.open(datagram, now: now)
        } else {
            for (envelope, message) in voice.hear(datagram, reception, now: now, &out) {
                take(message, envelope, now: now)
            }
        }
        settle(now: now, &out)
    }

    private mutating func take(_ message: Message, _ envelope: Envelope, now: Instant) {
        if bulk.take(message, envelope, now: now) { return }
        let sender = Int(envelope.sender.number)
        switch message {
        case .hello(let hello):
            tally.beacon(Int(hello.sequence), from: sender, elapsed: now - start)
        case .stopNotice(let notice):
            tally.notice(Int(notice.digest), from: sender, elapsed: now - start)
        default: break
        }
    }

    private mutating func settle(now: Instant, _ out: inout [Transmission]) {
        for arrival in bulk.takeArrivals() { tally.arrived(bytes: arrival.bytes.count) }
        for (message, partner) in bulk.takeMessages() { voice.say(message, to: partner, now: now, &out) }
        bulk.takeFrames(now: now, &out)
    }

    /// Before the start: number 0xFFFF is nobody's.
    private mutating func greet(now: Instant, _ out: inout [Transmission]) {
        guard now >= greetsAt else { return }
        guard now < start else { return greetsAt = .distantFuture }
        greetsAt = now + Self.greetingSpan
        voice.say(.hello(Self.hello(Int(UInt16.max))), to: .none, now: now, &out)
        if voice.isIntroduced(next), !bulk.isReady(next, now: now) { bulk.prepare(next, now: now) }
    }

    private static func hello(_ number: Int) -> Hello {
        Hello(
            intervalMilliseconds: OverloadPlan.beaconSpan.wireMilliseconds, isLeader: false, isLeaving: false,
            leader: .none, plan: .none, idle: PercentField(percent: 0), efficiency: EfficiencyField(thousandths: 0),
            busyParts: 0,
            sequence: UInt16(truncatingIfNeeded: number), grants: [])
    }

    private static func notice(_ number: Int) -> StopNotice {
        StopNotice(isStopped: false, digest: UInt32(number), statements: [])
    }
}
