import SkeinSeal
import SkeinWire
import Testing
import WireSamples

/// What checking others may cost, whoever pays for it: an insider's flood is cut at its rate, and nobody else notices.
struct BudgetTests {
    private static let beacon: Message = {
        guard let golden = goldenMessages.first(where: { $0.kind == .beacon }) else { preconditionFailure("no beacon") }
        return golden.message
    }()
    private static let notice = Message.stopNotice(StopNotice(isStopped: true, digest: 7, statements: []))

    @Test func `an insider's flood is cut at its rate, and nobody else suffers`() {
        let fleet = SealFleet()
        let verifier = CountingVerifier()
        let receiver = fleet.station(2, verifier: verifier)
        let (insider, honest) = (fleet.station(3), fleet.station(1))
        var (opened, said) = (0, 0)
        let seconds = 5
        for step in 0..<seconds * 600 {
            if step % 6 == 0 { receiver.wait(.milliseconds(10)) }
            said += 1
            if receiver.open(insider.say(Self.beacon), from: 3) != nil { opened += 1 }
            if step % 60 == 0 { #expect(receiver.open(honest.say(Self.beacon), from: 1)?.isFresh == true) }
        }
        let budget = Int(SealBudget.messagesBurst + SealBudget.messagesPerSecond * Double(seconds))
        #expect(opened <= budget + 1 && opened >= budget - 5, "\(opened) of \(said)")
        #expect(receiver.drops[.overBudget] == said - opened)
        #expect(verifier.signatures == opened + seconds * 10, "what is cut costs no signature")
    }

    @Test func `safety has a budget of its own`() {
        let fleet = SealFleet()
        let receiver = fleet.station(2)
        let insider = fleet.station(3)
        while receiver.refusal(of: insider.say(Self.beacon)) == nil {}
        #expect(receiver.open(insider.say(Self.notice))?.isFresh == true)
        // And its own end.
        var opened = 0
        while receiver.refusal(of: insider.say(Self.notice)) == nil { opened += 1 }
        #expect(opened + 1 == Int(SealBudget.safetyBurst))
        #expect(receiver.refusal(of: fleet.station(1).say(Self.notice)) == nil)
        receiver.wait(.seconds(1))
        #expect(receiver.refusal(of: insider.say(Self.notice)) == nil)
    }

    @Test func `forged signatures under the fleet's tag from one transmitter do not block another`() {
        let fleet = SealFleet()
        let verifier = CountingVerifier()
        let receiver = fleet.station(2, verifier: verifier)
        let (forger, honest) = (fleet.station(1, signedBy: 3), fleet.station(1))
        #expect(receiver.open(fleet.station(3).say(Self.beacon), from: 3) != nil)
        #expect(receiver.open(honest.say(Self.beacon), from: 1) != nil)
        for _ in 0..<50 { _ = forger.say(Self.beacon) }
        for step in 0..<1_000 {
            receiver.wait(.milliseconds(5))
            #expect(receiver.open(forger.say(Self.beacon), from: 3) == nil)
            // The forger took the honest robot's name, and spent nothing of its budget.
            if step % 50 == 0 { #expect(receiver.open(honest.say(Self.beacon), from: 1)?.isFresh == true) }
        }
        let failures = Int(SealBudget.failuresBurst + SealBudget.failuresPerSecond * 5)
        #expect(
            abs(receiver.drops[.wrongSignature] - failures) <= 1, "\(receiver.drops[.wrongSignature]) were looked at")
        #expect(verifier.signatures == receiver.drops[.wrongSignature] + 22)
        #expect(receiver.drops[.overBudget] + receiver.drops[.wrongSignature] == 1_000)
    }

    @Test func `a forger with ever new addresses does not block who has been heard`() {
        let fleet = SealFleet()
        let verifier = CountingVerifier()
        let receiver = fleet.station(2, verifier: verifier)
        let (forger, honest) = (fleet.station(1, signedBy: 3), fleet.station(1))
        #expect(receiver.open(honest.say(Self.beacon), from: 1) != nil)
        for address: UInt64 in 100..<1_100 { _ = receiver.open(forger.say(Self.beacon), from: address) }
        #expect(verifier.signatures == 1 + Int(SealBudget.failuresBurst))
        #expect(receiver.open(honest.say(Self.beacon), from: 1)?.isFresh == true)
    }

    @Test func `a recording of all there was costs what repeats may cost, and hinders nobody that is proved`() {
        let fleet = SealFleet()
        let verifier = CountingVerifier()
        let receiver = fleet.station(2, verifier: verifier)
        // Boots that are over, of every other robot.
        let others: [UInt16] = [1, 3, 4, 5, 6, 7, 8, 9]
        let recorded = others.flatMap { number -> [[UInt8]] in
            let robot = fleet.station(number, epoch: 4)
            return (0..<50).map { _ in robot.say(Self.beacon) }
        }
        let honest = fleet.station(1)
        for step in 0..<5_000 {
            receiver.wait(.milliseconds(1))
            let opened = receiver.open(recorded[step % recorded.count], from: 66)
            #expect(opened?.isFresh != true)
            if step % 100 == 0 { #expect(receiver.open(honest.say(Self.beacon), from: 1)?.isFresh == true) }
        }
        let budget = Int(SealBudget.allRepeatsBurst + SealBudget.allRepeatsPerSecond * 5)
        #expect(verifier.signatures <= budget + 50 + 1, "\(verifier.signatures)")
    }

    @Test func `a recording of old stops keeps out no new one`() {
        let fleet = SealFleet()
        let verifier = CountingVerifier()
        let receiver = fleet.station(2, verifier: verifier)
        let recorded = fleet.station(1, epoch: 4).say(Self.notice)
        let honest = fleet.station(1)
        for step in 0..<2_000 {
            receiver.wait(.milliseconds(1))
            #expect(receiver.open(recorded, from: 66)?.isFresh != true)
            if step % 100 == 0 { #expect(receiver.open(honest.say(Self.notice), from: 1)?.isFresh == true) }
        }
        #expect(verifier.signatures <= Int(SealBudget.safetyBurst + SealBudget.safetyPerSecond * 2) + 20 + 1)
    }

    @Test func `a budget is not bought by waiting for ever, and time that stands still gives nothing`() {
        let fleet = SealFleet()
        let receiver = fleet.station(2)
        let insider = fleet.station(3)
        receiver.wait(.seconds(100_000))
        var opened = 0
        while receiver.refusal(of: insider.say(Self.beacon)) == nil { opened += 1 }
        #expect(opened == Int(SealBudget.messagesBurst))
        for _ in 0..<10 { #expect(receiver.refusal(of: insider.say(Self.beacon)) == .overBudget) }
    }

    @Test func `of many transmitters the one not heard for longest makes room`() {
        let fleet = SealFleet()
        let receiver = fleet.station(2)
        let honest = fleet.station(1)
        for address: UInt64 in 1...400 {
            receiver.wait(.milliseconds(20))
            #expect(receiver.open(honest.say(Self.beacon), from: address)?.isFresh == true)
        }
    }
}
