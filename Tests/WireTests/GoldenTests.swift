import SkeinWire
import Testing
import WireSamples

/// The layout, byte for byte.
struct GoldenTests {
    @Test(arguments: GoldenMessage.all + GoldenMessage.further)
    func `a message is written as its golden bytes`(_ golden: GoldenMessage) {
        #expect(golden.message.bytes == golden.body)
    }

    @Test(arguments: GoldenMessage.all + GoldenMessage.further)
    func `golden bytes are read as their message`(_ golden: GoldenMessage) throws {
        #expect(try Message(golden.kind, body: golden.body[...]) == golden.message)
    }

    @Test func `every kind has exactly one golden vector`() {
        #expect(GoldenMessage.all.map(\.kind.rawValue).sorted() == MessageKind.allCases.map(\.rawValue).sorted())
    }

    @Test func `golden bytes differ, so that fields which change places show`() {
        for golden in GoldenMessage.all + GoldenMessage.further {
            #expect(Set(golden.body).count >= min(5, golden.body.count), "\(golden) says too little")
        }
    }

    @Test func `an envelope is written as its golden bytes`() throws {
        let envelope = Envelope(
            kind: .claim, trafficClass: .task, timeToLive: 12, sender: NodeID(0x0102),
            fleet: FleetID(0x1112_1314_1516_1718),
            epoch: Epoch(0x2122_2324), counter: 0x3132_3334, destination: NodeID(0x4142), via: NodeID(0x5152),
            relay: NodeID(0x6162), next: NodeID(0x7172), hop: 3)
        var writer = ByteWriter()
        envelope.write(bodyBytes: 0x0201, to: &writer)
        let golden = hexBytes(
            "01 11 03 0c 0201 0102 1112131415161718 21222324 31323334 4142 5152 6162 7172 03")
        #expect(writer.bytes == golden)
        #expect(golden.count == Envelope.headerBytes)
        var reader = ByteReader(golden)
        #expect(try Envelope(reading: &reader, datagramBytes: 0x0201 + Envelope.overheadBytes) == envelope)
    }

    @Test func `the relay fields lie where a relay rewrites them`() {
        let fields = hexBytes("6162 7172 03")
        var envelope = Envelope(
            kind: .echo, trafficClass: .control, timeToLive: 9, sender: NodeID(0), fleet: FleetID(0), epoch: Epoch(0),
            counter: 0, destination: NodeID(0), via: NodeID(0), relay: NodeID(0), next: NodeID(0), hop: 0)
        var before = ByteWriter()
        envelope.write(bodyBytes: 0, to: &before)
        envelope.relay = NodeID(0x6162)
        envelope.next = NodeID(0x7172)
        envelope.hop = 3
        var after = ByteWriter()
        envelope.write(bodyBytes: 0, to: &after)
        let changed = before.bytes.indices.filter { before.bytes[$0] != after.bytes[$0] }
        #expect(changed == Array(Envelope.Offset.relay..<Envelope.headerBytes))
        #expect(Array(after.bytes[Envelope.Offset.relay...]) == fields)
        #expect(Envelope.Offset.next == 30 && Envelope.Offset.hop == 32)
    }

    @Test func `kinds, classes and bands keep their numbers for ever`() {
        // Numbers that were ever on the air; a retired kind stays here with its number, in `retired`.
        let numbers: [(MessageKind, UInt8)] = [
            (.beacon, 1), (.hello, 2), (.linkReport, 3), (.plan, 4), (.mission, 5), (.sighting, 6), (.request, 16),
            (.claim, 17), (.claimReply, 18), (.match, 19), (.unit, 20), (.unitReceipt, 21), (.result, 22),
            (.fixes, 24), (.routeRequest, 32), (.routeReply, 33), (.echo, 34), (.introduction, 35), (.trustSummary, 36),
            (.trustGossip, 37), (.session, 38), (.clockQuestion, 39), (.clockAnswer, 40), (.question, 41),
            (.answer, 42), (.stopNotice, 48),
            (.stopReceipt, 49), (.jobUnit, 64), (.jobReceipt, 65), (.jobResult, 66), (.jobCancel, 67), (.jobLease, 68),
        ]
        let retired: [UInt8] = []
        for (kind, number) in numbers { #expect(kind.rawValue == number, "\(kind)") }
        #expect(numbers.map(\.0) == MessageKind.allCases, "a new kind joins this list with a number never used")
        for number in retired { #expect(MessageKind(rawValue: number) == nil, "\(number) was used before") }
        #expect(TrafficClass.allCases.map(\.rawValue) == [0, 1, 2, 3, 4])
        #expect(Band.allCases.map(\.rawValue) == [0, 1])
        #expect(MissionOrder.Command.allCases.map(\.rawValue) == [1, 2, 3, 4])
        #expect(StopStatement.Kind.allCases.map(\.rawValue) == [1, 2])
        #expect(TrustRoles.words.map(\.role.rawValue) == [1, 2, 4, 8, 16])
        #expect(TrustRoles.words.map(\.word) == ["lead", "release", "command", "kernels", "enroll"])
        #expect(GoldenMessage.trustEntries.map { $0.bytes[0] } == [1, 1, 2, 3, 4, 4])
        #expect(UnitReceipt.Verdict.allCases.map(\.rawValue) == [0, 1, 2, 3])
        #expect(JobReceipt.Verdict.allCases.map(\.rawValue) == [0, 1, 2, 3, 4, 5])
        #expect(HopRule.allCases.map(\.rawValue) == [0, 1, 2, 3, 4, 5, 6])
        #expect(LinkBasis.allCases.map(\.rawValue) == [0, 1, 2, 3])
        #expect(Answer.Refusal.allCases.map(\.rawValue) == [1, 2, 3, 4, 5, 6, 7])
        #expect(JobFailure.allCases.map(\.rawValue) == [1, 2, 3, 4, 5, 6, 7, 8])
    }
}
