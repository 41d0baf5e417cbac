import SkeinPeer
import SkeinSeal
import SkeinWire
import Testing
import WireSamples

/// An insider names the last numbers there are, to a robot that knows of none. What that robot tops they are of no use to
/// anybody any more; what it says must still be read. Found by Tests/fuzz.
struct SpentNumberTests {
    private func beacon(mark: UInt32, term: UInt32, sequence: UInt32) -> Beacon {
        var maker = MessageMaker(seed: 5, robots: InsiderTests.robots)
        guard case .beacon(var beacon) = maker.message(.beacon) else { preconditionFailure("no beacon") }
        beacon.isLeaving = false
        beacon.missionRevision = mark
        beacon.term = term
        beacon.rootSequence = sequence
        beacon.root = NodeID(1)
        beacon.hops = 0
        return beacon
    }

    /// All that robot 0 says in these seconds, after this from robot 1, and an order or none.
    private func said(_ messages: [Message], command: OperatorCommand) -> [[UInt8]] {
        var seal = InsiderTests.seal(0)
        seal.prove(NodeID(1), Epoch(1), floors: TrafficClass.allCases.map { _ in 0 })
        var peer = Peer(
            id: NodeID(0), config: PeerConfig(), seed: 1, seal: seal,
            start: StartPose(
                xMeters: 50, yMeters: 50, headingRadians: 0, positionSigmaMeters: 1, headingSigmaRadians: 0.1),
            role: RobotRole(carriesCamera: false, carriesSatelliteReceiver: false), now: .zero)
        var insider = InsiderTests.seal(1)
        var effects = Effects()
        let heard = Reception(band: .control, from: LinkAddress(1), signal: .measured(powerDBm: -50, noiseDBm: -100))
        for message in messages {
            let lifetime: UInt8 = message.kind.isFlooded ? 8 : 1
            let datagram = insider.close(message, to: .none, via: .none, next: .none, timeToLive: lifetime)
            peer.handle(.datagram(datagram, heard), now: .zero, effects: &effects)
        }
        for turn in 1...40 {
            let now = Instant.zero + .milliseconds(50 * turn)
            if turn % 10 == 5 { peer.handle(.command(command, ticket: 1), now: now, effects: &effects) }
            peer.handle(.deadline, now: now, effects: &effects)
        }
        return effects.items.compactMap { if case .send(let transmission) = $0 { transmission.datagram } else { nil } }
    }

    @Test(arguments: [OperatorCommand.organise(launches: true), .stopMission])
    func `whatever numbers others have spent, what this robot says is read`(_ command: OperatorCommand) throws {
        let order = MissionOrder(revision: MissionOrder.revisionMax, command: .start, root: NodeID(1))
        let last = ByteReader.serialMax
        let cases: [[Message]] = [
            [.beacon(beacon(mark: last, term: 1, sequence: 1))], [.beacon(beacon(mark: 0, term: last, sequence: last))],
            [.mission(order)],
        ]
        for messages in cases {
            let datagrams = said(messages, command: command)
            var beacons = 0
            for datagram in datagrams {
                var reader = ByteReader(datagram)
                let envelope = try Envelope(reading: &reader, datagramBytes: datagram.count)
                let proof = Envelope.signatureBytes + Envelope.tagBytes
                let message = try Message(envelope.kind, body: datagram[Envelope.headerBytes..<datagram.count - proof])
                if case .beacon = message, envelope.sender == NodeID(0) { beacons += 1 }
            }
            #expect(beacons > 0)
        }
    }
}
