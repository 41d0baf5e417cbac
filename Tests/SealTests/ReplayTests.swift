import SkeinSeal
import SkeinWire
import Testing
import WireSamples

/// What was said once is not said twice.
struct ReplayTests {
    /// After wireguard-go's replay_test.go: counters in order, and whether each is new. The window is 256 wide.
    static let sequence: [(counter: UInt32, isNew: Bool)] = [
        // 0…6: in and out of order.
        (0, true), (1, true), (1, false), (9, true), (8, true), (7, true), (7, false),
        // 7…12: all of it still known.
        (255, true), (254, true), (254, false), (2, true), (2, false), (0, false),
        // 13…16: 0 has left, 3 has not.
        (256, true), (0, false), (3, true), (3, false),
        // 17…21: the window's edge.
        (511, true), (255, false), (256, false), (257, true), (257, false),
        // 22…26: a jump past a whole window.
        (1_000, true), (744, false), (745, true), (745, false), (1_000, false),
        // 27…31: the last counter there is.
        (.max, true), (.max, false), (.max - 255, true), (.max - 256, false), (1_001, false),
    ]

    @Test func `the window slides as RFC 6479 has it`() {
        var window = ReplayWindow()
        for (number, step) in Self.sequence.enumerated() {
            let isNew = window.admit(step.counter)
            #expect(isNew == step.isNew, "step \(number): \(step.counter)")
        }
    }

    @Test func `a window agrees with a list of all it has seen`() {
        var random = SplitMix(seed: 6479)
        for round in 0..<50 {
            var window = ReplayWindow()
            var seen: [UInt32] = []
            var front = Int64(random.next() % 1_000_000)
            let spread = [1, 30, 300, 3_000][round % 4]
            for _ in 0..<400 {
                front += Int64.random(in: 0...Int64(spread), using: &random) / 3
                let counter = UInt32(max(0, front - Int64.random(in: 0...Int64(spread), using: &random)))
                let highest = seen.max() ?? 0
                let isTooOld = !seen.isEmpty && highest >= UInt32(ReplayWindow.width) + counter
                let isNew = window.admit(counter)
                #expect(isNew == (!isTooOld && !seen.contains(counter)), "round \(round): \(counter)")
                seen.append(counter)
            }
        }
    }

    @Test(arguments: goldenMessages)
    func `a message of any kind is let in once`(_ golden: GoldenMessage) throws {
        let fleet = SealFleet()
        let sender = fleet.station(1)
        let receiver = fleet.station(2)
        let datagram = sender.say(golden.message)
        #expect(receiver.open(datagram)?.message == golden.message)
        for _ in 0..<3 {
            if golden.kind.isFlooded {
                let copy = try #require(receiver.open(datagram), "a flood's copy tells who relayed it")
                #expect(copy.message == nil)
            } else {
                #expect(receiver.refusal(of: datagram) == .replayed)
            }
        }
    }

    @Test func `a flood's further copies say who relayed them and nothing else`() throws {
        let fleet = SealFleet()
        let sender = fleet.station(1)
        let receiver = fleet.station(2)
        let datagram = sender.say(SealFleet.flood)
        #expect(receiver.open(datagram)?.message == SealFleet.flood)
        for relay: UInt16 in 3...9 {
            let copy = fleet.station(relay).relayed(datagram, next: .none, hop: 2)
            let opened = try #require(receiver.open(copy))
            #expect(opened.message == nil)
            #expect(opened.envelope.relay == NodeID(relay))
            #expect(opened.envelope.hop == 2)
        }
        #expect(receiver.drops.total == 0)
    }

    @Test func `a relay's copy of a unicast is the same message`() {
        let fleet = SealFleet()
        let sender = fleet.station(1)
        let receiver = fleet.station(2)
        let datagram = sender.say(SealFleet.echo)
        #expect(receiver.refusal(of: fleet.station(3).relayed(datagram, next: NodeID(2), hop: 2)) == nil)
        #expect(receiver.refusal(of: datagram) == .replayed)
        #expect(receiver.refusal(of: fleet.station(4).relayed(datagram, next: NodeID(2), hop: 3)) == .replayed)
    }

    @Test func `senders do not share a window`() {
        let fleet = SealFleet()
        let receiver = fleet.station(2)
        for number: UInt16 in [1, 3, 9, 4] {
            let sender = fleet.station(number)
            let first = sender.say(SealFleet.echo)
            #expect(receiver.refusal(of: first) == nil)
            #expect(receiver.refusal(of: first) == .replayed)
        }
    }

    @Test func `classes do not share a window`() throws {
        let fleet = SealFleet()
        let sender = fleet.station(1)
        let receiver = fleet.station(2)
        let lateControl = sender.say(SealFleet.echo)
        let task = try #require(goldenMessages.first { $0.kind.trafficClass == .task })
        let membership = try #require(goldenMessages.first { $0.kind.trafficClass == .membership })
        for _ in 0..<300 {
            receiver.wait(.milliseconds(10))
            #expect(receiver.refusal(of: sender.say(task.message)) == nil)
            #expect(receiver.refusal(of: sender.say(membership.message)) == nil)
        }
        #expect(receiver.refusal(of: lateControl) == nil, "300 tasks must not make a control message old")
        #expect(receiver.refusal(of: lateControl) == .replayed)
    }

    @Test func `what was seen is dropped before its signature is looked at`() {
        let fleet = SealFleet()
        let sender = fleet.station(1)
        let verifier = CountingVerifier()
        let receiver = fleet.station(2, verifier: verifier)
        let datagrams = (0..<50).map { _ in sender.say(SealFleet.echo) }
        for datagram in datagrams { #expect(receiver.refusal(of: datagram) == nil) }
        #expect(verifier.signatures == 50)
        for _ in 0..<20 { for datagram in datagrams { #expect(receiver.refusal(of: datagram) == .replayed) } }
        for _ in 0..<300 { #expect(receiver.open(sender.say(SealFleet.echo)) != nil) }
        for datagram in datagrams { #expect(receiver.refusal(of: datagram) == .replayed, "behind the window") }
        #expect(verifier.signatures == 350)
        #expect(verifier.tags == 50 + 1_000 + 300 + 50)
    }

    @Test func `a flood's copies cost no signature`() {
        let fleet = SealFleet()
        let sender = fleet.station(1)
        let verifier = CountingVerifier()
        let receiver = fleet.station(2, verifier: verifier)
        let datagram = sender.say(SealFleet.flood)
        #expect(receiver.open(datagram)?.message == SealFleet.flood)
        for relay: UInt16 in 3...9 {
            let copy = fleet.station(relay).relayed(datagram, next: .none, hop: 2)
            #expect(receiver.open(copy)?.message == nil)
        }
        #expect(verifier.signatures == 1)
    }

    @Test func `a message that lags a whole window behind is too old to tell`() {
        let fleet = SealFleet()
        let sender = fleet.station(1)
        let receiver = fleet.station(2)
        let messages = (0...ReplayWindow.width).map { _ in sender.say(SealFleet.echo) }
        #expect(receiver.refusal(of: messages[ReplayWindow.width]) == nil)
        #expect(receiver.refusal(of: messages[1]) == nil)
        #expect(receiver.refusal(of: messages[0]) == .replayed)
    }

    @Test func `a forged epoch does not end the true one`() {
        let fleet = SealFleet()
        let sender = fleet.station(1, epoch: 5)
        let forger = fleet.station(1, epoch: 4_000_000_000, signedBy: 3)
        let receiver = fleet.station(2)
        #expect(receiver.refusal(of: forger.say(SealFleet.echo)) == .wrongSignature)
        #expect(receiver.refusal(of: sender.say(SealFleet.echo)) == nil)
    }
}
