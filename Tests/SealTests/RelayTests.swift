import SkeinSeal
import SkeinWire
import Testing
import WireSamples

/// What relays may change and what holds them to their word.
struct RelayTests {
    @Test func `the signature holds over any number of relays, up to the time to live`() throws {
        let fleet = SealFleet()
        let sender = fleet.station(1)
        var datagram = sender.say(SealFleet.flood, timeToLive: 6)
        for (index, relay) in ([3, 4, 5, 6, 7] as [UInt16]).enumerated() {
            let seal = fleet.station(relay)
            let opened = try #require(seal.open(datagram))
            #expect(opened.message == SealFleet.flood)
            #expect(opened.envelope.hop == UInt8(index + 1))
            datagram = seal.relayed(datagram, next: .none, hop: opened.envelope.hop + 1)
        }
        let last = fleet.station(8)
        #expect(last.open(datagram)?.envelope.hop == 6)
        let beyond = fleet.station(9)
        #expect(beyond.refusal(of: last.relayed(datagram, next: .none, hop: 7)) == .malformed)
    }

    @Test func `a relay cannot lengthen a message's life`() {
        let fleet = SealFleet()
        let sender = fleet.station(1)
        let receiver = fleet.station(2)
        let insider = fleet.station(3)
        var datagram = sender.say(SealFleet.flood, timeToLive: 2)
        datagram[3] = 200
        #expect(receiver.refusal(of: insider.relayed(datagram, next: .none, hop: 3)) == .wrongSignature)
    }

    @Test func `the tag covers what the signature leaves out`() {
        let fleet = SealFleet()
        let sender = fleet.station(1)
        let receiver = fleet.station(2)
        let copy = fleet.station(3).relayed(sender.say(SealFleet.echo, timeToLive: 255), next: NodeID(2), hop: 2)
        for byte in Envelope.Offset.relay..<Envelope.headerBytes {
            for bit in 0..<8 where !(byte == Envelope.Offset.hop && copy[byte] ^ (1 << UInt8(bit)) == 0) {
                var forged = copy
                forged[byte] ^= 1 << UInt8(bit)
                #expect(receiver.refusal(of: forged) == .wrongTag, "byte \(byte)")
            }
        }
        #expect(receiver.refusal(of: copy) == nil)
    }

    @Test(arguments: goldenMessages)
    func `every kind survives a relay`(_ golden: GoldenMessage) {
        let fleet = SealFleet()
        let sender = fleet.station(1)
        let receiver = fleet.station(2)
        let copy = fleet.station(3).relayed(sender.say(golden.message), next: NodeID(2), hop: 4)
        #expect(receiver.open(copy)?.message == golden.message)
    }

    @Test func `a datagram that was relayed back is the datagram that was sent`() {
        let fleet = SealFleet()
        let sender = fleet.station(1)
        let datagram = sender.close(SealFleet.echo, to: NodeID(2), via: .none, next: NodeID(4), timeToLive: 9)
        let away = fleet.station(3).relayed(datagram, next: NodeID(2), hop: 2)
        #expect(away != datagram)
        #expect(fleet.station(1).relayed(away, next: NodeID(4), hop: 1) == datagram)
    }
}
