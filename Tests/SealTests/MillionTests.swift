import SkeinSeal
import SkeinWire
import Testing
import WireSamples

/// Forged, flipped, replayed and foreign datagrams by the million at one seal that also hears its fleet: none is taken.
struct MillionTests {
    #if DEBUG
        private static let tries = 30_000
    #else
        private static let tries = 1_000_000
    #endif

    private enum Attack: Int, CaseIterable {
        case flipped, retaggedFlip, cut, random, stranger, unenrolled, impostor, spliced, replayed, relayedAgain,
            oldBoot, laterBoot
    }

    /// The air: who speaks, what was heard of it, and what somebody makes of that.
    private struct Air {
        var random: SplitMix
        let fleet = SealFleet()
        let speakers: [Station]
        let earlier: [[UInt8]]
        let insider: Station
        /// Of another fleet, of nobody in this one, in another's name, and in another's name in a boot to come.
        let strangers: [[UInt8]]
        let outsiders: [[UInt8]]
        let impostors: [[UInt8]]
        let later: [[UInt8]]
        /// What reached the receiver, the latest.
        private(set) var heard: [[UInt8]] = []
        private var turn = 0

        init(seed: UInt64) {
            random = SplitMix(seed: seed)
            let fleet = fleet
            speakers = ([1, 3, 4, 5, 6, 7] as [UInt16]).map { fleet.station($0) }
            let recorded = fleet.station(4, epoch: 4)
            earlier = (0..<200).map { _ in recorded.say(SealFleet.echo) }
            insider = fleet.station(9)
            strangers = Self.said(by: SealFleet(keyFill: 0x41).station(1))
            outsiders = Self.said(by: fleet.station(77))
            impostors = ([1, 3, 4] as [UInt16]).flatMap { Self.said(by: fleet.station($0, epoch: 5, signedBy: 9)) }
            later = Self.said(by: fleet.station(5, epoch: 6, signedBy: 9))
        }

        private static func said(by station: Station) -> [[UInt8]] {
            (0..<10).flatMap { _ in goldenMessages.map { station.say($0.message) } }
        }

        mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &random) }

        mutating func speak(_ message: Message) -> [UInt8] {
            let datagram = speakers[below(speakers.count)].say(message)
            if heard.count < 2_000 { heard.append(datagram) } else { heard[turn % 2_000] = datagram }
            turn += 1
            return datagram
        }

        /// Said, and caught before it reached the receiver.
        private mutating func caught() -> [UInt8] {
            let message = goldenMessages[below(goldenMessages.count)].message
            return speakers[below(speakers.count)].say(message)
        }

        private mutating func flipped(_ datagram: [UInt8], signed: Bool) -> [UInt8] {
            var forged = datagram
            let bound = signed ? forged.count - Envelope.tagBytes : forged.count
            for _ in 0...below(3) {
                var place = below(bound)
                // A relay may write its own fields: to change them is no forgery.
                while signed, (Envelope.Offset.relay..<Envelope.headerBytes).contains(place) { place = below(bound) }
                forged[place] ^= 1 << UInt8(below(8))
            }
            return forged == datagram ? flipped(datagram, signed: signed) : forged
        }

        mutating func make(_ attack: Attack) -> [UInt8] {
            let one = heard[below(heard.count)]
            switch attack {
            case .flipped: return flipped(one, signed: false)
            case .retaggedFlip: return insider.retagged(flipped(caught(), signed: true))
            case .cut: return Array(one.prefix(below(one.count)))
            case .random: return random.bytes(below(600))
            case .stranger: return strangers[below(strangers.count)]
            case .unenrolled: return outsiders[below(outsiders.count)]
            case .impostor: return impostors[below(impostors.count)]
            case .spliced:
                // What nobody has heard, with another's signature.
                let proof = Envelope.signatureBytes + Envelope.tagBytes
                return insider.retagged(Array(caught().dropLast(proof)) + one.suffix(proof))
            case .replayed: return one
            case .relayedAgain: return insider.relayed(one, next: .none, hop: one[Envelope.Offset.hop])
            case .oldBoot: return earlier[below(earlier.count)]
            case .laterBoot: return later[below(later.count)]
            }
        }
    }

    @Test func `of a million tries none is taken, and all that is true is`() {
        var air = Air(seed: 0x31_0E6)
        let verifier = CountingVerifier()
        let receiver = air.fleet.station(2, verifier: verifier)
        var (taken, told, asked, bulletins) = (0, 0, 0, 0)
        var reached = [Int](repeating: 0, count: Attack.allCases.count)
        for number in 0..<Self.tries {
            // Slow enough that the budgets do not save the day alone: much of what gets as far is looked at.
            receiver.wait(.milliseconds(100))
            if number % 40 == 0 {
                let message = goldenMessages[number / 40 % goldenMessages.count].message
                let opened = receiver.open(air.speak(message), from: 1)
                told += opened?.message == message && opened?.isFresh == true ? 1 : 0
            }
            let attack = Attack.allCases[number % Attack.allCases.count]
            let before = verifier.signatures
            let opened = receiver.open(air.make(attack), from: UInt64(10 + attack.rawValue))
            reached[attack.rawValue] += verifier.signatures - before
            guard let opened, opened.message != nil else { continue }
            switch opened.standing {
            case .fresh, .lagging, .double: taken += 1
            case .newcomer: asked += 1
            // As its origin signed it, and judged by its own revision, which is no news the second time.
            case .unvouched:
                bulletins += 1
                let isRepeat = attack == .replayed || attack == .relayedAgain
                #expect(isRepeat && opened.envelope.kind.isBulletin)
            }
        }
        #expect(taken == 0)
        #expect(told == (Self.tries + 39) / 40)
        let boots = Self.tries / Attack.allCases.count
        #expect(abs(asked - boots) <= 1, "only what a boot that is over had signed, and that is asked, not believed")
        for attack in [Attack.retaggedFlip, .spliced, .oldBoot, .laterBoot] {
            #expect(reached[attack.rawValue] > boots / 5, "\(attack): \(reached[attack.rawValue]) signatures looked at")
        }
        for attack in [Attack.flipped, .cut, .random, .stranger, .unenrolled] {
            #expect(reached[attack.rawValue] == 0, "\(attack)")
        }
        #expect(reached[Attack.replayed.rawValue] + reached[Attack.relayedAgain.rawValue] == bulletins)
        print(
            """
            \(Self.tries) tries: \(verifier.tags) tags and \(verifier.signatures) signatures checked, \(taken) taken, \
            \(asked) to be asked, \(bulletins) bulletins again
            """)
    }
}
