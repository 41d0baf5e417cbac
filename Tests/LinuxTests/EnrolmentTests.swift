import Glibc
import SkeinSeal
import SkeinWire
import Testing

@testable import SkeinLinux

/// The two sides of an enrolment, as they meet on a link that loses, doubles and changes what it carries.
@Suite struct EnrolmentTests {
    private static let seed = [UInt8](1...32)
    private static let key = SigningKey(seed: seed)
    private static let code = EnrolmentCode(text: "babad-bamag-zuruz")!
    private static let secret = EnrolmentSecret(code: code, robot: key.publicKey)!
    private static let request = EnrolmentRequest(key: key, name: "delta", secret: secret)

    private static func grant(entries count: Int) -> EnrolmentGrant {
        let authority = SigningKey(seed: [UInt8](repeating: 7, count: 32))
        var issuer = TrustIssuer(issuer: .none, key: authority, authority: authority.publicKey, entries: [])
        for index in 0..<count {
            _ = try? issuer.enroll(
                name: "r\(index)",
                key: SigningKey(seed: [UInt8(index), 1] + [UInt8](repeating: 3, count: 30)).publicKey,
                roles: .lead, expiresAtSeconds: nil, now: 1_000)
        }
        return EnrolmentGrant(
            authority: authority.publicKey, robot: NodeID(0), name: "delta",
            keys: [FleetSecret(number: 1, bytes: [UInt8](repeating: 1, count: 32))], entries: issuer.entries)
    }

    private static func asker(now: Instant = .zero) -> EnrolmentAsker {
        EnrolmentAsker(request: request, secret: secret, opener: KeyOpener(seed: seed), now: now)
    }

    /// A teller that has met the robot and has its answer.
    private static func telling(_ grant: EnrolmentGrant) -> (EnrolmentTeller, [[UInt8]])? {
        var teller = EnrolmentTeller(code: code)
        var asker = asker()
        guard let ask = asker.due(now: .zero),
            case .decide(let request) = teller.receive(ask, now: .zero + .seconds(1)),
            let secret = teller.secret, let answer = EnrolmentAnswer(grant, to: request, secret: secret),
            case .send(let window) = teller.answer(answer)
        else { return nil }
        return (teller, window)
    }

    @Test(arguments: [0, 10, 50, 80])
    func `an answer of many parts arrives over a link that loses so many of a hundred`(_ lossPercent: Int) throws {
        let grant = Self.grant(entries: 200)
        let met = Self.telling(grant)
        var (teller, pending) = try #require(met)
        var asker = Self.asker()
        var now: Instant = .zero + .seconds(2)
        var state: UInt64 = 5
        func isLost() -> Bool {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % 100 < lossPercent
        }
        while asker.outcome == nil, now < .zero + .seconds(120) {
            for datagram in pending where !isLost() { asker.receive(datagram, now: now) }
            pending = []
            now = max(now + .milliseconds(21), min(asker.nextDeadline, now + .seconds(1)))
            guard let ask = asker.due(now: now), !isLost() else { continue }
            if case .send(let window) = teller.receive(ask, now: now) { pending = window }
        }
        #expect(asker.outcome == .answered(grant))
        #expect(asker.progress.of > EnrolmentAsker.windowParts)
        if lossPercent == 0 { #expect(now < .zero + .seconds(4)) }
        let last = teller.receive(asker.thanks, now: now)
        #expect(last == .ended)
    }

    @Test func `whoever does not know the code hears nothing, and is tried once`() throws {
        var teller = EnrolmentTeller(code: EnrolmentCode(text: "babad-bamag-zuruv")!)
        var asker = Self.asker()
        let first = asker.due(now: .zero)
        let ask = try #require(first)
        let tried = [teller.receive(ask, now: .zero + .seconds(1)), teller.receive(ask, now: .zero + .seconds(2))]
        #expect(tried == [.otherCode(Self.key.publicKey), .none] && teller.heardOtherCode)
        for bytes in [[], [0], Array(ask.prefix(40)), [UInt8](repeating: 0x53, count: 2_000)] {
            let action = teller.receive(bytes, now: .zero + .seconds(3))
            #expect(action == .none)
        }
    }

    @Test func `strangers' keys are tried in no more than a few, and not in a row`() throws {
        var teller = EnrolmentTeller(code: Self.code)
        var tried = 0
        var now = Instant.zero
        for fill in 0..<60 {
            var bytes = Array("SKJD".utf8) + [1] + [UInt8](repeating: UInt8(fill), count: 100)
            bytes[40] = 9
            if case .otherCode = teller.receive(bytes, now: now) { tried += 1 }
            now += .milliseconds(20)
        }
        #expect(tried == 6)
    }

    @Test func `answers with another code void the code after a few, and open nothing`() throws {
        var asker = Self.asker()
        let other = try #require(EnrolmentSecret(code: .fresh(), robot: Self.key.publicKey))
        let forged = EnrolmentDatagram(robot: Self.key.publicKey, .refused(.nameTaken)).bytes(other)
        for count in 1...EnrolmentAsker.triesMax {
            #expect(asker.outcome == nil)
            asker.receive(forged, now: .zero + .seconds(count))
        }
        let after = asker.due(now: .zero + .seconds(60))
        #expect(asker.outcome == .void && after == nil)
        // To another robot: nobody's try.
        var quiet = Self.asker()
        let elsewhere = EnrolmentDatagram(robot: SigningKey(seed: [UInt8](2...33)).publicKey, .done(answer: 1))
        for _ in 0..<20 { quiet.receive(elsewhere.bytes(other), now: .zero) }
        #expect(quiet.outcome == nil)
    }

    @Test func `a refusal under the code ends the asking, and is said again to who asks again`() throws {
        var teller = EnrolmentTeller(code: Self.code)
        var asker = Self.asker()
        let first = asker.due(now: .zero)
        let ask = try #require(first)
        let met = teller.receive(ask, now: .zero + .seconds(1))
        #expect(met == .decide(Self.request))
        guard case .send(let said) = teller.refuse(.nameTaken) else { return }
        let again = teller.receive(ask, now: .zero + .seconds(2))
        #expect(again == .send(said))
        asker.receive(said[0], now: .zero + .seconds(2))
        #expect(asker.outcome == .refused(.nameTaken))
    }

    @Test func `an ask that somebody repeats brings a window at most every twenty milliseconds`() throws {
        let met = Self.telling(Self.grant(entries: 50))
        var (teller, _) = try #require(met)
        var asker = Self.asker()
        let first = asker.due(now: .zero)
        let ask = try #require(first)
        var windows = 0
        for millisecond in 0..<100 {
            if case .send = teller.receive(ask, now: .zero + .milliseconds(5_000 + millisecond)) { windows += 1 }
        }
        #expect(windows == 5)
    }

    @Test func `an enrolment goes over real sockets by IPv4 on the loopback`() throws {
        try enroll(over: "lo", .ip4)
    }

    /// Multicast over IPv6 has no route on the loopback; any interface with a link-local address will do.
    @Test(.enabled(if: linkLocalInterface != nil, "no interface with an IPv6 link-local address is up"))
    func `an enrolment goes over real sockets by IPv6`() throws {
        try enroll(over: try #require(Self.linkLocalInterface), .ip6)
    }

    private func enroll(over interface: String, _ family: AirFamily) throws {
        let port = UInt16.random(in: 20_000...28_000)
        let teller = try EnrolmentLink(interface: interface, family: family, port: port, listens: true)
        let robot = try EnrolmentLink(interface: interface, family: family, port: port, listens: false)
        let grant = Self.grant(entries: 40)
        var told = EnrolmentTeller(code: Self.code)
        var asker = Self.asker(now: MonotonicClock.now())
        let end = MonotonicClock.now() + .seconds(20)
        var isEnded = false
        while !isEnded, MonotonicClock.now() < end {
            if let bytes = asker.due(now: MonotonicClock.now()) { #expect(robot.ask(bytes) == nil) }
            if asker.outcome != nil { _ = robot.ask(asker.thanks) }
            while let heard = teller.receive(until: MonotonicClock.now() + .milliseconds(20)) {
                var action = told.receive(heard.bytes, now: MonotonicClock.now())
                if case .decide(let request) = action, let secret = told.secret,
                    let answer = EnrolmentAnswer(grant, to: request, secret: secret)
                {
                    action = told.answer(answer)
                }
                if case .send(let datagrams) = action {
                    for datagram in datagrams { #expect(teller.send(datagram, to: heard.source) == nil) }
                }
                isEnded = isEnded || action == .ended
            }
            while let heard = robot.receive(until: MonotonicClock.now() + .milliseconds(20)) {
                asker.receive(heard.bytes, now: MonotonicClock.now())
            }
        }
        #expect(asker.outcome == .answered(grant) && isEnded)
    }

    private static var linkLocalInterface: String? {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&list) == 0 else { return nil }
        defer { freeifaddrs(list) }
        var names: [String] = []
        var entry = list
        while let current = entry?.pointee {
            names.append(String(cString: current.ifa_name))
            entry = current.ifa_next
        }
        return names.first { name in
            if case .success = InterfaceAddress.find(name, .ip6) { true } else { false }
        }
    }

    @Test func `an interface that is not there is named`() {
        let error = #expect(throws: SystemError.self) {
            try EnrolmentLink(interface: "no-such0", family: .ip6, port: 1, listens: true)
        }
        #expect(error?.description.hasPrefix("no-such0: ") == true)
    }

    @Test func `a stick goes round, and what is damaged on it is named`() throws {
        let own = try TemporaryFolder()
        let folder = own.path
        let stick = EnrolmentStick(folder: folder + "/")
        #expect(try stick.requests().found.isEmpty)
        try stick.leave(Self.request)
        let other = SigningKey(seed: [UInt8](2...33))
        let otherSecret = try #require(EnrolmentSecret(code: Self.code, robot: other.publicKey))
        try stick.leave(EnrolmentRequest(key: other, name: nil, secret: otherSecret))
        try Folder.replace("\(folder)/skein-join-x.request", with: [1, 2, 3])
        // A request under another robot's name is that robot's business to no one.
        try Folder.replace("\(folder)/skein-join-y.request", with: Self.request.bytes)
        let (found, damaged) = try stick.requests()
        #expect(found.count == 2 && found.contains(Self.request))
        #expect(damaged == ["\(folder)/skein-join-x.request", "\(folder)/skein-join-y.request"])
        #expect(try stick.answer(to: Self.key.publicKey) == nil)
        let answer = try #require(EnrolmentAnswer(Self.grant(entries: 2), to: Self.request, secret: Self.secret))
        try stick.leave(answer, to: Self.key.publicKey)
        #expect(try stick.answer(to: Self.key.publicKey) == answer)
        stick.clear(Self.key.publicKey)
        #expect(try stick.requests().found.count == 1 && (stick.answer(to: Self.key.publicKey)) == nil)
        #expect(throws: SystemError.self) { try EnrolmentStick(folder: "\(folder)/no").requests() }
    }
}
