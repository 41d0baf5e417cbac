import SkeinSeal
import SkeinWire
import Testing
import WireSamples

/// Which of several faults is named, and what it costs to find: the cheapest first.
struct OpeningOrderTests {
    private struct Fault: Sendable {
        var reason: DropReason
        var tags: Int
        var signatures: Int
        var make: @Sendable (SealFleet) -> [UInt8]
    }

    /// In the order of opening; each has all the faults after it that it can have.
    private static let faults: [Fault] = [
        Fault(reason: .tooShort, tags: 0, signatures: 0) { _ in [UInt8](repeating: 9, count: 112) },
        Fault(reason: .tooLong, tags: 0, signatures: 0) { _ in [UInt8](repeating: 9, count: 1_401) },
        Fault(reason: .malformed, tags: 0, signatures: 0) { _ in [UInt8](repeating: 9, count: 113) },
        Fault(reason: .otherFleet, tags: 0, signatures: 0) { _ in
            SealFleet(keyFill: 0x41).station(77).say(SealFleet.echo)
        },
        Fault(reason: .wrongTag, tags: 1, signatures: 0) { fleet in
            var datagram = fleet.station(77).say(SealFleet.echo)
            datagram[datagram.count - 1] ^= 1
            return datagram
        },
        Fault(reason: .own, tags: 1, signatures: 0) { fleet in
            fleet.station(2).relayed(fleet.station(77).say(SealFleet.echo), next: .none, hop: 2)
        },
        Fault(reason: .unknownSender, tags: 1, signatures: 0) { fleet in fleet.station(77).say(SealFleet.echo) },
        Fault(reason: .replayed, tags: 1, signatures: 0) { fleet in
            // The counter is 0, and the signature another's.
            var datagram = fleet.station(1, signedBy: 3).say(SealFleet.echo)
            datagram[23] = 0
            return fleet.station(1).retagged(datagram)
        },
        Fault(reason: .wrongSignature, tags: 1, signatures: 1) { fleet in
            fleet.station(1).relayed(
                SealFleet.signed(Self.bytes(fleet, .bulk, body: [1]), by: 3), next: .none, hop: 1)
        },
        Fault(reason: .wrongClass, tags: 1, signatures: 1) { fleet in
            fleet.station(1).relayed(
                SealFleet.signed(Self.bytes(fleet, .bulk, body: [1]), by: 1), next: .none, hop: 1)
        },
        Fault(reason: .malformed, tags: 1, signatures: 1) { fleet in
            fleet.station(1).relayed(
                SealFleet.signed(Self.bytes(fleet, .control, body: [1]), by: 1), next: .none, hop: 1)
        },
    ]

    private static func bytes(_ fleet: SealFleet, _ trafficClass: TrafficClass, body: [UInt8]) -> [UInt8] {
        let envelope = Envelope(
            kind: .echo, trafficClass: trafficClass, timeToLive: 4, sender: NodeID(1), fleet: fleet.key.fleet,
            epoch: Epoch(SealFleet.epoch), counter: 1, destination: .none, via: .none, relay: NodeID(0),
            next: NodeID(0), hop: 0)
        var writer = ByteWriter()
        envelope.write(bodyBytes: body.count, to: &writer)
        writer.raw(body)
        return writer.bytes
    }

    @Test func `of several faults the cheapest to find is named, and nothing further is looked at`() {
        let fleet = SealFleet()
        for fault in Self.faults {
            let verifier = CountingVerifier()
            let receiver = fleet.station(2, verifier: verifier)
            #expect(receiver.refusal(of: fault.make(fleet)) == fault.reason)
            #expect(verifier.tags == fault.tags, "\(fault.reason)")
            #expect(verifier.signatures == fault.signatures, "\(fault.reason)")
        }
    }

    @Test func `who is out, and whose membership has run out, is named before anything of the message is believed`() {
        let trust = TrustFleet()
        let verifier = CountingVerifier()
        let entries = [
            trust.member(1, number: 1), trust.member(2, number: 2), trust.member(3, expires: 2_000, number: 3),
            trust.revocation(1, number: 4),
        ]
        let receiver = trust.station(2, entries: entries, verifier: verifier)
        let (out, late) = (trust.station(1, entries: entries), trust.station(3, entries: entries))
        #expect(receiver.open(late.say(SealFleet.echo)) != nil)
        receiver.clockSays(2_000)
        let signatures = verifier.signatures
        #expect(receiver.refusal(of: out.say(SealFleet.echo)) == .revoked)
        #expect(receiver.refusal(of: late.say(SealFleet.echo)) == .expired)
        let notice = Message.stopNotice(StopNotice(isStopped: true, digest: 1, statements: []))
        #expect(receiver.refusal(of: out.say(notice)) == .revoked)
        #expect(verifier.signatures == signatures)
        #expect(receiver.open(late.say(notice)) != nil, "no clock keeps a robot from stopping another")
        // Nor does one that is out carry for others.
        let datagram = trust.station(2, entries: entries).say(SealFleet.flood)
        let other = trust.station(3, entries: entries)
        #expect(other.refusal(of: out.relayed(datagram, next: .none, hop: 2)) == .revoked)
    }
}
