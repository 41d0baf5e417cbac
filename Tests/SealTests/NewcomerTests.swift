import SkeinSeal
import SkeinWire
import Testing
import WireSamples

/// Who has proved nothing is believed by nobody, whatever it holds in its hands.
struct NewcomerTests {
    /// By class.
    private static let nothing = TrafficClass.allCases.map { _ in UInt32(0) }

    @Test(arguments: goldenMessages)
    func `a robot that has just started believes no message before its sender has proved itself`(
        _ golden: GoldenMessage
    ) throws {
        let fleet = SealFleet()
        let sender = fleet.station(1)
        let receiver = fleet.station(2, isNewborn: true)
        let datagram = sender.say(golden.message)
        let opened = try #require(receiver.open(datagram))
        #expect(opened.standing == .newcomer && !opened.isFresh)
        receiver.prove(1, epoch: SealFleet.epoch)
        #expect(receiver.admit(opened.envelope), "what was held is taken")
        #expect(!receiver.admit(opened.envelope), "and taken once")
        #expect(receiver.drops[.replayed] == 1)
        if golden.kind.isFlooded {
            #expect(receiver.open(datagram)?.message == nil)
        } else {
            #expect(receiver.refusal(of: datagram) == .replayed)
        }
    }

    @Test(arguments: goldenMessages)
    func `what was recorded before the last two seconds is over once its sender has proved itself`(
        _ golden: GoldenMessage
    ) throws {
        let fleet = SealFleet()
        let sender = fleet.station(1)
        let recorded = sender.say(golden.message)
        for _ in 0..<40 {
            sender.wait(.milliseconds(100))
            for other in [SealFleet.echo, golden.message] { _ = sender.say(other) }
        }
        let receiver = fleet.station(2, isNewborn: true)
        let before = try #require(receiver.open(recorded))
        #expect(before.standing == .newcomer)
        receiver.prove(1, epoch: SealFleet.epoch, floors: sender.seal.floors(age: .seconds(2)))
        #expect(!receiver.admit(before.envelope), "held, and too old")
        receiver.wait(.seconds(2))
        #expect(receiver.open(recorded)?.isFresh != true)
        #expect(receiver.open(sender.say(golden.message))?.isFresh == true)
    }

    @Test(arguments: [0, 60, 300, 1_000, 2_000, 60_000])
    func `floors leave out all that was said before the asker started, and little else`(awakeMilliseconds: Int) {
        let sender = SealFleet().station(1)
        let age = min(Duration.milliseconds(awakeMilliseconds), .seconds(2))
        #expect(sender.seal.floors(age: age) == Self.nothing)
        var said: [Instant] = []
        for step in 0..<400 {
            sender.wait(.milliseconds(step % 3 == 0 ? 7 : 40))
            if !(190..<220).contains(step) {
                _ = sender.say(SealFleet.echo)
                said.append(sender.now)
            }
            let floor = Int(
                sender.seal.floors(age: .milliseconds(awakeMilliseconds))[Int(TrafficClass.control.rawValue)])
            let before = said.count { sender.now - $0 > age }
            let within = said.count { sender.now - $0 + .milliseconds(50) <= age }
            #expect(floor >= before && floor <= said.count - within, "\(step): \(floor) of \(said.count)")
        }
    }

    /// What it had taken before it started again it does not take once more, however young it is.
    @Test func `a robot that has restarted takes nothing said before its start`() throws {
        let fleet = SealFleet()
        let sender = fleet.station(1)
        for _ in 0..<30 {
            sender.wait(.milliseconds(100))
            _ = sender.say(SealFleet.echo)
        }
        let recorded = sender.say(SealFleet.echo)
        sender.wait(.milliseconds(200))
        let restarted = fleet.station(2, isNewborn: true)
        let opened = try #require(restarted.open(recorded))
        sender.wait(.milliseconds(60))
        let young = sender.say(SealFleet.echo)
        restarted.prove(1, epoch: SealFleet.epoch, floors: sender.seal.floors(age: .milliseconds(100)))
        #expect(!restarted.admit(opened.envelope))
        #expect(restarted.open(young)?.isFresh == true)
    }

    @Test func `a later epoch must be proved, and ends the one before`() {
        let fleet = SealFleet()
        let old = fleet.station(1)
        let new = fleet.station(1, epoch: 6)
        let receiver = fleet.station(2)
        let before = (0..<3).map { _ in old.say(SealFleet.echo) }
        #expect(receiver.open(before[0])?.isFresh == true)
        let reborn = new.say(SealFleet.echo)
        #expect(receiver.open(reborn)?.standing == .newcomer, "counters start again in a new epoch")
        #expect(receiver.open(before[1])?.isFresh == true, "whatever claims to be later")
        receiver.prove(1, epoch: 6)
        #expect(receiver.open(reborn)?.isFresh == true)
        #expect(receiver.refusal(of: reborn) == .replayed)
        for recorded in before + [old.say(SealFleet.flood)] {
            #expect(receiver.open(recorded)?.standing == .newcomer, "to be asked, not believed")
        }
        let another = fleet.station(3)
        #expect(receiver.open(another.say(SealFleet.echo))?.isFresh == true, "epochs are each robot's own")
    }

    @Test func `a robot whose disk was lost proves an earlier epoch`() {
        let fleet = SealFleet()
        let receiver = fleet.station(2)
        let reset = fleet.station(1, epoch: 1)
        #expect(receiver.open(reset.say(SealFleet.echo))?.standing == .newcomer)
        receiver.prove(1, epoch: 1)
        #expect(receiver.open(reset.say(SealFleet.echo))?.isFresh == true)
        #expect(receiver.open(fleet.station(1).say(SealFleet.echo))?.standing == .newcomer)
    }

    @Test func `who is proved already changes nothing by answering again`() {
        let fleet = SealFleet()
        let sender = fleet.station(1)
        let receiver = fleet.station(2)
        let datagram = sender.say(SealFleet.echo)
        #expect(receiver.open(datagram)?.isFresh == true)
        receiver.prove(1, epoch: SealFleet.epoch)
        #expect(receiver.refusal(of: datagram) == .replayed)
    }

    @Test func `bulletins of a boot that is over are judged by their own number, all else is not believed`() {
        let fleet = SealFleet()
        let receiver = fleet.station(2)
        receiver.prove(1, epoch: 6)
        for golden in goldenMessages {
            let opened = receiver.open(fleet.station(1).say(golden.message))
            #expect(opened?.standing == (golden.kind.isBulletin ? .unvouched : .newcomer), "\(golden)")
        }
    }

    @Test func `a held flood is mended later`() throws {
        let fleet = SealFleet()
        let sender = fleet.station(1)
        let relay = fleet.station(3)
        let receiver = fleet.station(2, isNewborn: true)
        let plan = try #require(goldenMessages.first { $0.kind == .plan }).message
        let datagram = sender.say(plan)
        #expect(receiver.open(datagram)?.message == plan)
        let copy = relay.relayed(datagram, next: .none, hop: 2)
        #expect(receiver.open(copy)?.message == nil, "one is held already")
        receiver.wait(.seconds(6))
        #expect(receiver.open(copy)?.message == plan, "nothing came of it, and a neighbour brings it again")
    }

    // MARK: This robot's own key

    @Test func `another machine with this robot's key is told from an echo`() {
        let fleet = SealFleet()
        let own = fleet.station(1)
        let double = fleet.station(1, epoch: 6)
        #expect(own.open(double.say(SealFleet.echo))?.standing == .double, "a boot that has not been")
        let twin = fleet.station(1)
        let unsaid = twin.say(SealFleet.echo)
        #expect(own.open(unsaid)?.standing == .double, "a counter that has not been")
        let said = own.say(.echo(Echo(number: 1, isAnswer: false, hops: 0)))
        #expect(own.refusal(of: said) == .own)
        #expect(own.open(unsaid)?.standing == .double, "something else under a counter that has been")
        #expect(own.refusal(of: fleet.station(1, epoch: 4).say(SealFleet.echo)) == .own, "a boot that is over")
        #expect(own.refusal(of: fleet.station(1, epoch: 7, signedBy: 3).say(SealFleet.echo)) == .wrongSignature)
    }

    @Test func `an echo of this robot's own words costs no signature`() {
        let verifier = CountingVerifier()
        let fleet = SealFleet()
        let own = fleet.station(1, verifier: verifier)
        for _ in 0..<100 { #expect(own.refusal(of: own.say(SealFleet.echo)) == .own) }
        #expect(verifier.signatures == 0)
    }
}
