import SkeinSeal
import SkeinWire
import Testing
import WireSamples

/// The fleet's shared key is rolled while everybody talks.
struct KeyringTests {
    private static let fleet = SealFleet()
    private static let first = fleet.key

    private static func key(_ number: UInt16) -> FleetKey {
        FleetKey(
            bytes: [UInt8](repeating: UInt8(number), count: FleetKey.byteCount), fleet: fleet.key.fleet, number: number)
    }

    /// Between two robots, both ways.
    private func hear(_ one: Station, _ other: Station) -> [Seal.Opened.Standing?] {
        [other.open(one.say(SealFleet.echo))?.standing, one.open(other.say(SealFleet.echo))?.standing]
    }

    @Test(arguments: [0, 1, 2, 3, 4])
    func `a key is rolled while everybody talks, and nobody is deaf for a moment`(_ lateSeconds: Int) {
        let (early, late) = (Self.fleet.station(1), Self.fleet.station(2))
        // Also one that was restarted with both keys, and begins with the newest.
        for step in 0..<140 {
            if step == 4 { #expect(early.learn(Self.key(2))) }
            if step == 4 + 2 * lateSeconds { #expect(late.learn(Self.key(2))) }
            #expect(hear(early, late) == [.fresh, .fresh], "at \(step / 2) s")
            for robot in [early, late] { robot.wait(.milliseconds(500)) }
        }
        #expect(early.drops.total + late.drops.total == 0)
        #expect(!early.learn(Self.key(2)), "known")
    }

    @Test func `who has missed a key is told from a stranger, is believed nothing, and can be told it under its own`() {
        let (ahead, behind) = (Self.fleet.station(1), Self.fleet.station(2))
        #expect(ahead.learn(Self.key(2)))
        ahead.wait(FleetKeyring.sendDelay - .milliseconds(1))
        #expect(hear(ahead, behind) == [.fresh, .fresh], "a key that may not have spread yet is not sent with")
        ahead.wait(.milliseconds(1))
        #expect(hear(ahead, behind) == [nil, .fresh])
        #expect(behind.drops[.wrongTag] == 1)
        ahead.wait(FleetKeyring.overlap - .milliseconds(1))
        #expect(hear(ahead, behind) == [nil, .fresh], "the overlap's last moment")
        ahead.wait(.milliseconds(1))
        #expect(hear(ahead, behind) == [nil, .lagging(1)])
        let help = ahead.say(SealFleet.echo, keyNumber: 1)
        #expect(behind.open(help)?.standing == .fresh)
        #expect(behind.learn(Self.key(2)))
        #expect(hear(ahead, behind) == [.fresh, .lagging(1)], "it still sends with the old one, for others' sake")
        behind.wait(FleetKeyring.sendDelay)
        #expect(hear(ahead, behind) == [.fresh, .fresh])
    }

    @Test func `a flood tagged with an old key does not stand for the same one tagged with today's`() {
        let (origin, ahead) = (Self.fleet.station(1), Self.fleet.station(2, keys: [Self.first, Self.key(2)]))
        // Whoever was thrown out has the old key, and repeats under it what it hears.
        let flood = origin.say(SealFleet.flood)
        #expect(ahead.open(flood)?.standing == .lagging(1))
        let relay = Self.fleet.station(3, keys: [Self.first, Self.key(2)])
        let genuine = relay.relayed(flood, next: .none, hop: 2)
        #expect(ahead.open(genuine)?.message == SealFleet.flood)
    }

    @Test func `what is tagged with an old key is checked within the budget of repeats`() {
        let verifier = CountingVerifier()
        let ahead = Self.fleet.station(2, keys: [Self.first, Self.key(2)], verifier: verifier)
        let outcast = Self.fleet.station(1)
        for _ in 0..<500 { _ = ahead.open(outcast.say(SealFleet.echo)) }
        #expect(verifier.signatures == Int(SealBudget.repeatsBurst))
        #expect(ahead.drops[.overBudget] == 500 - Int(SealBudget.repeatsBurst))
    }

    @Test func `three keys within seconds lose nobody who had the one before`() {
        let (one, other) = (Self.fleet.station(1), Self.fleet.station(2))
        for number: UInt16 in 2...4 {
            #expect(one.learn(Self.key(number)))
            #expect(hear(one, other) == [.fresh, .fresh], "\(number)")
            one.wait(.seconds(1))
            other.wait(.seconds(1))
        }
        for number: UInt16 in [4, 2, 3] { #expect(other.learn(Self.key(number))) }
        for _ in 0..<80 {
            #expect(hear(one, other) == [.fresh, .fresh])
            one.wait(.seconds(1))
            other.wait(.seconds(1))
        }
    }

    @Test func `a keyring is bounded, keeps the newest, and takes no other fleet's key`() {
        let robot = Self.fleet.station(1)
        for number: UInt16 in 2...40 { #expect(robot.learn(Self.key(number))) }
        let ring = robot.seal.keyring
        #expect(ring.newest == 40 && ring.key(24) == nil && ring.key(25) != nil)
        #expect(!robot.learn(Self.key(7)), "too old to be kept")
        let foreign = FleetKey(bytes: [UInt8](repeating: 1, count: 32), fleet: FleetID(1), number: 41)
        #expect(!robot.learn(foreign))
        #expect(robot.seal.keyring.newest == 40)
    }

    @Test func `a keyless key accepts nothing and tags with zeros`() {
        let keyless = Self.fleet.station(1, keys: [FleetKey(keyless: Self.fleet.key.fleet)])
        #expect(Array(keyless.say(SealFleet.echo).suffix(Envelope.tagBytes)) == [UInt8](repeating: 0, count: 16))
        #expect(keyless.refusal(of: Self.fleet.station(2).say(SealFleet.echo)) == .wrongTag)
        #expect(keyless.refusal(of: keyless.say(SealFleet.echo)) == .wrongTag)
    }
}
