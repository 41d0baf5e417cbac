import SkeinCodec
import SkeinPeer
import SkeinSeal
import SkeinWire
import Testing

/// Every value that crosses a socket or lies in a recording comes back as it was, and bytes that nobody wrote are refused.
struct ValueTests {
    /// The same value again, whole bytes only, and no bytes that trap.
    private func hold<Value: Coded>(_ value: Value) throws {
        let bytes = value.coded
        let again = try Value(coded: bytes)
        #expect(String(reflecting: again) == String(reflecting: value))
        #expect(again.coded == bytes)
        for length in 0..<bytes.count {
            #expect(throws: WireError.self, "\(value) of \(length) bytes") { try Value(coded: Array(bytes[..<length])) }
        }
        #expect(throws: WireError.trailing) { try Value(coded: bytes + [0]) }
        for place in bytes.indices.prefix(200) {
            for mask: UInt8 in [1, 0x80, 0xFF] {
                var bent = bytes
                bent[place] ^= mask
                // Whatever it says, it is refused or it is a value that says so.
                if let other = try? Value(coded: bent) { #expect(other.coded == bent, "\(other)") }
            }
        }
    }

    private func holdAll<Value: Coded>(_ values: (inout Samples) -> [Value]) throws {
        var samples = Samples(seed: 7)
        for _ in 0..<20 { for value in values(&samples) { try hold(value) } }
    }

    @Test func `events come back`() throws { try holdAll { $0.events() } }

    /// The number that an event, a command or a reply begins with is its kind: a case that no sample has would go unseen.
    @Test func `the samples have every kind of event, command and reply`() throws {
        var samples = Samples(seed: 1)
        func kinds<Value: Coded>(_ values: [Value]) -> [UInt8] { Set(values.map { $0.coded[0] }).sorted() }
        #expect(kinds(samples.events()) == Array(1...30))
        #expect(kinds(samples.commands()) == Array(1...21))
        #expect(kinds(samples.replies()) == Array(1...21))
        for kind in UInt8.min...UInt8.max {
            if !(1...30).contains(kind) { #expect(throws: WireError.self) { try Event(coded: [kind]) } }
            if !(1...21).contains(kind) { #expect(throws: WireError.self) { try OperatorCommand(coded: [kind]) } }
            if !(1...21).contains(kind) { #expect(throws: WireError.self) { try Reply(coded: [kind]) } }
        }
    }

    @Test func `commands come back`() throws { try holdAll { $0.commands() } }

    @Test func `replies come back`() throws { try holdAll { $0.replies() } }

    @Test func `what a radio knows comes back`() throws {
        try holdAll { $0.signals() }
        try holdAll { [$0.reception()] }
    }

    @Test func `what a body says and is told comes back`() throws {
        try holdAll { [$0.reading()] }
        try holdAll { [CPUSample(idlePercent: $0.double(), neededPercent: $0.double())] }
        try holdAll { [Setpoint(speedMetersPerSecond: $0.double(), turnRadiansPerSecond: $0.double())] }
        try holdAll { [$0.pose()] }
        try holdAll { [RobotRole(carriesCamera: $0.flag(), carriesSatelliteReceiver: $0.flag())] }
    }

    @Test func `outcomes and records come back`() throws {
        try holdAll { $0.outcomes() }
        try holdAll { $0.records() }
    }

    @Test func `what is known of the fleet and its stops comes back`() throws {
        try holdAll { [$0.entry()] }
        try holdAll { [$0.member()] }
        try holdAll { $0.commandRefusals() }
        try holdAll { [$0.admitReport()] }
        try holdAll { [$0.trustReport()] }
        try holdAll { [$0.safetyReport()] }
        try holdAll { [$0.account()] }
    }

    @Test func `what keys said comes back, and in one way only`() throws {
        try holdAll { $0.verdicts() }
        // Misses without a key that fitted, and statements that are none.
        for bytes: [UInt8] in [[32, 1], [33, 1], [34, 0], [16, 0, 0, 0], [64]] {
            #expect(throws: WireError.self) { try SealVerdict(coded: bytes) }
        }
    }

    @Test func `no number is refused, nor a span of centuries`() {
        for value in [Double.nan, .infinity, -.infinity, 1e300, .signalingNaN] {
            let sample = CPUSample(idlePercent: value, neededPercent: 0)
            #expect(throws: WireError.invalid(.number)) { try CPUSample(coded: sample.coded) }
        }
        #expect(throws: WireError.invalid(.time)) { try Duration(coded: Duration.nanoseconds(-1).coded) }
        #expect(throws: WireError.invalid(.time)) { try Instant(coded: Instant.distantFuture.coded) }
    }

    @Test func `a plan names only robots that it has`() {
        let plan = Plan(leaders: [0], owner: [0, 2], grantedPercent: [0, 0], grantedMHz: [0, 0])
        #expect(throws: WireError.invalid(.entries)) { try Plan(coded: plan.coded) }
        let short = Plan(leaders: [0], owner: [0, 0], grantedPercent: [0], grantedMHz: [0, 0])
        #expect(throws: WireError.invalid(.entries)) { try Plan(coded: short.coded) }
    }

    @Test func `a list says how long it is before anything is made for it`() {
        var writer = ByteWriter()
        writer.u16(60_000)
        #expect(throws: WireError.tooMany(.entries, count: 60_000, limit: 3)) {
            var reader = ByteReader(writer.bytes)
            _ = try reader.list(of: NodeID.self, limit: 3)
        }
    }

    @Test func `a long name is cut at a character`() throws {
        var writer = ByteWriter()
        writer.text(String(repeating: "ö", count: 300))
        var reader = ByteReader(writer.bytes)
        #expect(try reader.text() == String(repeating: "ö", count: 100))
        var broken = ByteReader([2, 0xC3, 0x28])
        #expect(throws: WireError.invalid(.text)) { try broken.text() }
    }
}
