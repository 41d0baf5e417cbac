import SkeinSeal
import SkeinWire
import Testing

@testable import SkeinPeer

/// Emergency stops among whole peers.
struct StopFieldTests {
    /// Neighbours known, hierarchy built.
    private static func settled(
        _ places: [(x: Double, y: Double)], loss: Double = 0, roles: [Int: TrustRoles] = [:], seed: UInt64,
        absent: [Int] = []
    ) -> StopField {
        let field = StopField(
            places, conditions: .init(loss: loss), roles: roles, seed: seed, absent: absent)
        if !absent.contains(0) { field.command(.organise(launches: false), at: 0) }
        field.run(seconds: 6)
        return field
    }

    private static func name(_ issuer: UInt16, _ number: UInt32) -> StopStatement.Name {
        StopStatement.Name(issuer: NodeID(issuer), number: number)
    }

    // MARK: Stopping

    @Test func `the issuer stops itself first, and nobody passes on what it has not obeyed`() {
        let field = Self.settled(StopField.row(8), seed: 1)
        field.command(.stop, at: 3)
        #expect(field.isStopped(3) && field.stoodAt[3] == field.now)
        field.run(seconds: 1)
        #expect(field.standing(field.all) && field.breaches.isEmpty)
    }

    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func `every robot of a row stands within a second, one frame in five lost`(seed: UInt64) {
        let field = Self.settled(StopField.row(12), loss: 0.2, seed: seed)
        let begun = field.now
        field.command(.stop, at: Int(seed % 12))
        field.run(seconds: 1)
        #expect(field.standing(field.all), "seed \(seed): \(field.all.filter { !field.isStopped($0) })")
        #expect(field.breaches.isEmpty)
        #expect(field.stoodAt.allSatisfy { $0.map { $0 >= begun } ?? false })
    }

    @Test func `a stopped robot is stopped again, by a higher number`() {
        let field = Self.settled(StopField.knot(3), seed: 2)
        field.command(.stop, at: 0)
        field.run(seconds: 1)
        field.command(.stop, at: 1)
        field.run(seconds: 1)
        field.command(.stop, at: 0)
        field.run(seconds: 1)
        #expect(field.report(2)?.active == [Self.name(1, 2), Self.name(0, 3)])
        field.command(.release(number: 3), at: 2)
        field.run(seconds: 1)
        #expect(field.all.allSatisfy { !field.isStopped($0) })
        #expect(field.report(2)?.numberMax == 4)
    }

    @Test func `two that stop at once are both obeyed, and one release names both`() {
        let field = Self.settled(StopField.row(6), loss: 0.2, seed: 3)
        field.command(.stop, at: 0)
        field.command(.stop, at: 5)
        field.run(seconds: 2)
        for robot in field.all { #expect(field.report(robot)?.active == [Self.name(0, 1), Self.name(5, 1)]) }
        field.run(seconds: 4)
        for issuer in [0, 5] { #expect(field.answers(issuer) == [SafetyReport.Answer](repeating: .stands, count: 6)) }
        field.command(.release(number: 1), at: 2)
        field.run(seconds: 2)
        #expect(field.all.allSatisfy { !field.isStopped($0) })
    }

    @Test func `stopped robots still relay, and keep the channel quiet once all know`() {
        let field = Self.settled(StopField.row(6), seed: 4)
        field.command(.stop, at: 0)
        field.run(seconds: 8)
        field.keepsSent = true
        field.command(.echo(NodeID(5)), at: 0)
        field.run(seconds: 6)
        #expect(field.replies.contains { if case .echoed(NodeID(5), _, _) = $0.reply { true } else { false } })
        #expect(!field.sent.contains { $0.transmission.trafficClass == .safety })
    }

    // MARK: Receipts

    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func `the issuer hears from every member, and says who is silent`(seed: UInt64) {
        let field = Self.settled(StopField.row(6), loss: 0.2, seed: seed, absent: [4])
        field.command(.stop, at: 0)
        #expect(field.answers(0).allSatisfy { $0 == .waiting }, "its own disk is not written yet")
        field.run(seconds: 2.9)
        #expect(field.answers(0) == [.stands, .stands, .stands, .stands, .waiting, .stands], "seed \(seed)")
        field.run(seconds: 3)
        #expect(field.answers(0) == [.stands, .stands, .stands, .stands, .unreachable, .stands], "seed \(seed)")
        // It comes late, hears of it from its neighbours, and says so.
        field.boot(4)
        field.run(seconds: 12)
        #expect(field.isStopped(4) && field.answers(0).allSatisfy { $0 == .stands }, "seed \(seed)")
    }

    @Test func `nothing is receipted that a power cut would undo`() {
        let field = Self.settled(StopField.knot(2), seed: 6)
        field.conditions.diskTime = .seconds(5)
        field.command(.stop, at: 0)
        field.run(seconds: 1)
        #expect(field.isStopped(1) && field.answers(0) == [.waiting, .waiting])
        field.run(seconds: 6)
        #expect(field.answers(0) == [.stands, .stands])
    }

    @Test func `a release is receipted by those it lets go`() {
        let field = Self.settled(StopField.row(5), loss: 0.2, seed: 7)
        field.command(.stop, at: 0)
        field.run(seconds: 3)
        field.command(.release(number: 1), at: 4)
        field.run(seconds: 3)
        #expect(field.answers(4) == [SafetyReport.Answer](repeating: .goesOn, count: 5))
        #expect(field.report(0)?.issued == nil, "the stop is over")
    }

    @Test func `an issuer that restarts stands, and asks everybody again`() {
        let field = Self.settled(StopField.row(4), seed: 8)
        field.command(.stop, at: 0)
        field.run(seconds: 3)
        field.kill(0)
        field.run(seconds: 2)
        field.boot(0)
        #expect(field.isStopped(0) && field.answers(0) == [.stands, .waiting, .waiting, .waiting])
        field.run(seconds: 8)
        #expect(field.answers(0) == [SafetyReport.Answer](repeating: .stands, count: 4))
    }

    // MARK: Power cuts

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `robots that restart in the middle come back standing`(seed: UInt64) {
        let field = Self.settled(StopField.row(8), loss: 0.2, seed: seed)
        var dice = Dice(seed: seed)
        field.command(.stop, at: 0)
        for _ in 0..<4 {
            field.run(seconds: dice.uniform(0, 0.15))
            let robot = dice.below(8)
            field.kill(robot)
            field.run(seconds: dice.uniform(0, 0.1))
            field.boot(robot)
        }
        // Beacons of a robot that has just started are early; it needs neighbours to be told.
        field.run(seconds: 4)
        #expect(field.standing(field.all), "seed \(seed)")
        for robot in field.all { field.kill(robot) }
        for robot in field.all { field.boot(robot) }
        #expect(field.standing(field.all), "seed \(seed): all are latched on their disks")
    }

    @Test func `a stop whose issuer lost its power before the disk had it comes back to it`() {
        let field = Self.settled(StopField.knot(3), seed: 9)
        field.command(.stop, at: 0)
        field.run(seconds: 0.005)
        field.kill(0)
        field.run(seconds: 1)
        #expect(field.kept[0].allSatisfy { StateKey.slot($0.key, of: .stops) == nil })
        field.boot(0)
        #expect(!field.isStopped(0) && field.standing([1, 2]))
        field.run(seconds: 3)
        #expect(field.isStopped(0))
    }

    @Test func `a robot whose disk was lost stops the fleet, although its number was used and released`() {
        let field = Self.settled(StopField.row(5), seed: 10)
        field.command(.stop, at: 0)
        field.run(seconds: 2)
        field.command(.release(number: 1), at: 2)
        field.run(seconds: 2)
        field.kill(0)
        field.wipe(0)
        field.boot(0)
        field.command(.stop, at: 0)
        #expect(field.report(0)?.active == [Self.name(0, 1)])
        field.run(seconds: 3)
        #expect(field.standing(field.all))
        #expect(field.report(4)?.active == [Self.name(0, 3)])
    }

    // MARK: Releases

    @Test func `a release must bear the number of the stop in force`() {
        let field = Self.settled(StopField.knot(2), seed: 11)
        func refusal(_ number: UInt32) -> CommandRefusal? {
            field.command(.release(number: number), at: 1)
            guard case .refused(let refusal)? = field.replies.last?.reply else { return nil }
            return refusal
        }
        #expect(refusal(1) == .notStopped)
        field.command(.stop, at: 0)
        field.run(seconds: 1)
        #expect(refusal(2) == .otherStop(inForce: 1) && field.isStopped(1))
        #expect(refusal(1) == nil && !field.isStopped(1))
    }

    @Test func `only who may release does, and nobody believes another`() {
        let field = Self.settled(StopField.row(4), roles: [1: [.lead]], seed: 12)
        field.command(.stop, at: 1)
        field.run(seconds: 2)
        field.command(.release(number: 1), at: 1)
        guard case .refused(.role(.releaseStops))? = field.replies.last?.reply else {
            Issue.record("it was not refused")
            return
        }
        // It says so all the same.
        let release = field.stop(.release, by: 1, number: 2, names: [Self.name(1, 1)])
        for robot in [0, 2, 3] {
            field.inject(
                StopNotice(isStopped: false, digest: 1, statements: [release]), by: 1, at: robot)
        }
        field.run(seconds: 2)
        #expect(field.standing(field.all) && field.drops(0, .notAllowed) > 0)
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `a release that some have missed reaches them when they come back`(seed: UInt64) {
        let field = Self.settled(StopField.row(8), loss: 0.2, seed: seed)
        field.command(.stop, at: 0)
        field.run(seconds: 2)
        for robot in 4..<8 { field.side[robot] = 1 }
        field.run(seconds: 1)
        field.command(.release(number: 1), at: 1)
        field.run(seconds: 2)
        #expect(!field.standing([0]) && field.standing([4, 5, 6, 7]), "seed \(seed)")
        for robot in 4..<8 { field.side[robot] = 0 }
        field.run(seconds: 14)
        #expect(field.all.allSatisfy { !field.isStopped($0) }, "seed \(seed)")
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `partitions that stop and release on their own unite to one state`(seed: UInt64) {
        let field = Self.settled(StopField.row(9), loss: 0.1, seed: seed)
        var dice = Dice(seed: seed)
        for robot in field.all { field.side[robot] = robot / 3 }
        field.run(seconds: 1)
        for _ in 0..<6 {
            let robot = dice.below(9)
            if let name = field.report(robot)?.active.last, dice.below(2) == 0 {
                field.command(.release(number: name.number), at: robot)
            } else {
                field.command(.stop, at: robot)
            }
            field.run(seconds: dice.uniform(0.05, 1))
        }
        var order = [0, 1, 2]
        for place in order.indices { order.swapAt(place, dice.below(3)) }
        // The first two meet, then the third meets them.
        for robot in field.all where field.side[robot] == order[1] { field.side[robot] = order[0] }
        field.run(seconds: dice.uniform(0, 8))
        for robot in field.all { field.side[robot] = 0 }
        field.run(seconds: 20)
        let digests = Set(field.peers.map { $0?.stops.digest ?? 0 })
        #expect(digests.count == 1, "seed \(seed): \(digests)")
        #expect(Set(field.all.map(field.isStopped)).count == 1)
    }

    // MARK: Others

    @Test func `recorded stops and releases change nothing`() {
        let field = Self.settled(StopField.knot(3), seed: 13)
        field.keepsSent = true
        field.command(.stop, at: 0)
        field.run(seconds: 2)
        field.command(.release(number: 1), at: 1)
        field.run(seconds: 2)
        let recording = field.sent.filter { $0.transmission.datagram[1] == MessageKind.stopNotice.rawValue }
        #expect(!recording.isEmpty)
        for item in recording { for robot in field.all { field.hear(item.transmission.datagram, at: robot) } }
        #expect(field.all.allSatisfy { !field.isStopped($0) })
        field.command(.stop, at: 2)
        field.run(seconds: 2)
        for item in recording { for robot in field.all { field.hear(item.transmission.datagram, at: robot) } }
        #expect(field.standing(field.all))
        // A robot that restarts knows nobody's epoch: it takes the statements, and judges them by their own numbers.
        field.kill(1)
        field.boot(1)
        for item in recording { field.hear(item.transmission.datagram, at: 1) }
        #expect(field.isStopped(1) && field.report(1)?.active == [Self.name(2, 3)])
    }

    @Test func `forged statements move nobody`() {
        let field = Self.settled(StopField.knot(4), seed: 14)
        var stop = field.stop(.stop, by: 2, number: 1)
        stop.issuer = NodeID(1)
        var bent = field.stop(.stop, by: 1, number: 1)
        bent.number = 9
        var flipped = field.stop(.stop, by: 1, number: 1)
        flipped.signature[5] ^= 1
        var stranger = field.stop(.stop, by: 1, number: 1)
        stranger.issuer = NodeID(77)
        // Signed as a word about the fleet, not as one about standing still.
        var other = field.stop(.stop, by: 1, number: 1)
        other.signature = StopField.signingKey(1).signature(
            over: Statement.bytes(.trust, fleet: field.fleet, other.statedBytes))
        for statement in [stop, bent, flipped, stranger, other] {
            field.inject(StopNotice(isStopped: true, digest: 5, statements: [statement]), by: 2, at: 0)
        }
        #expect(!field.isStopped(0))
        #expect(field.drops(0, .wrongSignature) == 4 && field.drops(0, .unknownSender) == 1)
        field.command(.stop, at: 3)
        field.run(seconds: 1)
        var release = field.stop(.release, by: 2, number: 2, names: [Self.name(3, 1)])
        release.issuer = NodeID(1)
        field.inject(StopNotice(isStopped: false, digest: 5, statements: [release]), by: 2, at: 0)
        #expect(field.isStopped(0))
    }

    @Test func `a robot thrown out stops nobody, and a stop in force outlives its issuer`() {
        let field = Self.settled(StopField.knot(4), seed: 15)
        field.command(.stop, at: 3)
        field.run(seconds: 1)
        field.revoke(3, at: [0, 1, 2])
        field.run(seconds: 1)
        #expect(field.standing([0, 1, 2]))
        field.command(.release(number: 1), at: 0)
        field.run(seconds: 1)
        #expect([0, 1, 2].allSatisfy { !field.isStopped($0) })
        // Over a member's own mouth: a thrown-out robot's frames are not even opened.
        let late = field.stop(.stop, by: 3, number: 8)
        field.inject(StopNotice(isStopped: true, digest: 5, statements: [late]), by: 1, at: 0)
        #expect(!field.isStopped(0) && field.drops(0, .revoked) > 0)
    }

    @Test func `what a robot released that is out since, another says again`() {
        let field = Self.settled(StopField.row(5), seed: 16, absent: [4])
        field.command(.stop, at: 0)
        field.run(seconds: 1)
        field.boot(4)
        field.run(seconds: 4)
        #expect(field.isStopped(4))
        field.kill(4)
        field.command(.release(number: 1), at: 1)
        field.run(seconds: 2)
        field.revoke(1, at: [0, 2, 3])
        field.boot(4)
        field.command(.admit(field.authority.issued.suffix(1)), at: 4)
        field.run(seconds: 10)
        #expect(field.isStopped(4) && !field.isStopped(3), "it does not take the word of one who is out")
        field.command(.release(number: 1), at: 0)
        field.run(seconds: 10)
        #expect(!field.isStopped(4))
    }

    @Test func `robots that do not agree whom to believe do not fill the air`() {
        let field = Self.settled(StopField.knot(2), seed: 17)
        // One has taken the stop, the other had thrown its issuer out before.
        let places = StopField.knot(3)
        let three = Self.settled(places, seed: 18)
        three.revoke(2, at: [1])
        let stop = three.stop(.stop, by: 2, number: 1)
        three.side[2] = 1
        three.inject(StopNotice(isStopped: true, digest: 5, statements: [stop]), by: 2, epoch: 900, at: 0)
        three.run(seconds: 5)
        #expect(three.isStopped(0))
        three.keepsSent = true
        three.run(seconds: 30)
        let notices = three.sent.filter { $0.transmission.datagram[1] == MessageKind.stopNotice.rawValue }
        #expect(notices.count < 40, "\(notices.count) notices in 30 s")
        #expect(!field.isStopped(0))
    }

    // MARK: The mission

    @Test func `a stop ends the mission, and its release starts nothing`() {
        let field = Self.settled(StopField.row(4), seed: 19)
        field.command(.organise(launches: true), at: 0)
        field.run(seconds: 12)
        #expect(field.peers[3]?.mission.isRunning == true)
        field.command(.stop, at: 2)
        field.run(seconds: 1)
        #expect(field.all.allSatisfy { field.peers[$0]?.mission.isRunning == false })
        field.command(.release(number: 1), at: 2)
        field.run(seconds: 3)
        #expect(field.all.allSatisfy { field.peers[$0]?.mission.isRunning == false })
        // Not even one that comes back and hears the old order.
        field.kill(3)
        field.boot(3)
        field.run(seconds: 5)
        #expect(field.peers[3]?.mission.isRunning == false)
        field.command(.organise(launches: true), at: 0)
        field.run(seconds: 12)
        #expect(field.all.allSatisfy { field.peers[$0]?.mission.isRunning == true })
    }
}
