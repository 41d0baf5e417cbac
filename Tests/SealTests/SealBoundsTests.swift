import SkeinSeal
import SkeinWire
import Testing
import WireSamples

/// What the seal remembers is bounded by the roster, whatever is on the air.
struct SealBoundsTests {
    /// Entries of the replay guard's table, read past its privacy: nothing but this test needs the number.
    private func sendersRemembered(_ station: Station) -> Int? {
        let replays = Mirror(reflecting: station.seal).children.first { $0.label == "replays" }?.value
        let senders = replays.flatMap { Mirror(reflecting: $0).children.first { $0.label == "senders" }?.value }
        return senders.map { Mirror(reflecting: $0).children.count }
    }

    @Test func `strangers, forgers and other fleets leave nothing behind`() {
        let fleet = SealFleet()
        let receiver = fleet.station(2, isNewborn: true)
        for number: UInt16 in 0..<2_000 {
            let stranger = fleet.station(10 + number * 30)
            #expect(receiver.open(stranger.say(SealFleet.echo)) == nil)
        }
        let forger = fleet.station(9, signedBy: 3)
        #expect(receiver.open(forger.say(SealFleet.echo)) == nil)
        #expect(sendersRemembered(receiver) == 0)
        #expect(receiver.drops[.unknownSender] == 2_000)
    }

    @Test func `the table grows to the highest member proved, and not with messages or epochs`() {
        let fleet = SealFleet()
        let receiver = fleet.station(2, isNewborn: true)
        for epoch: UInt32 in 1...40 {
            for number: UInt16 in [1, 3, 7] {
                let sender = fleet.station(number, epoch: epoch)
                #expect(receiver.open(sender.say(SealFleet.echo))?.standing == .newcomer)
                receiver.prove(number, epoch: epoch)
                for _ in 0..<5 { #expect(receiver.open(sender.say(SealFleet.echo)) != nil) }
            }
        }
        #expect(sendersRemembered(receiver) == 8)
    }

    @Test func `a window is as large as its bits`() {
        #expect(MemoryLayout<ReplayWindow>.stride <= 48)
    }

    @Test func `drops are counted under their reason, the others left alone`() {
        var drops = DropCounters()
        for (index, reason) in DropReason.allCases.enumerated() {
            for _ in 0...index { drops.count(reason) }
        }
        for (index, reason) in DropReason.allCases.enumerated() { #expect(drops[reason] == index + 1) }
        #expect(drops.total == DropReason.allCases.count * (DropReason.allCases.count + 1) / 2)
    }

    @Test func `a roster knows its members, in order, and nobody else`() {
        let keys = (0..<3).map { SealFleet.signingKey(UInt16($0 + 1)).publicKey }
        let roster = Roster([(NodeID(700), keys[0]), (NodeID(3), keys[1]), (NodeID(0), keys[2])])
        #expect(roster.members == [NodeID(0), NodeID(3), NodeID(700)])
        #expect(roster.key(of: NodeID(700)) == keys[0])
        #expect(roster.key(of: NodeID(1)) == nil)
        #expect(roster.key(of: NodeID(701)) == nil)
        #expect(roster.key(of: .none) == nil)
        #expect(Roster([]).key(of: NodeID(0)) == nil)
    }

    @Test func `keys are those of RFC 8032`() {
        // §7.1, test 1: the empty message.
        let seed = hexBytes("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
        let key = SigningKey(seed: seed)
        #expect(
            key.publicKey.bytes == hexBytes("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"))
        #expect(
            key.signature(over: [])
                == hexBytes(
                    """
                    e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155
                    5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b
                    """))
        #expect(PublicKey(bytes: [UInt8](repeating: 0, count: 31)) == nil)
    }
}
