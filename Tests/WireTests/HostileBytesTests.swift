import SkeinWire
import Testing
import WireSamples

/// Bodies that nobody honest wrote: always a typed error, never a trap, and never a message that would be written
/// otherwise than it was read.
struct HostileBytesTests {
    @Test(arguments: GoldenMessage.all + GoldenMessage.further)
    func `a body cut at any length is truncated`(_ golden: GoldenMessage) {
        var maker = MessageMaker(seed: 11)
        for body in [golden.body, maker.message(golden.kind).bytes, maker.largest(golden.kind).bytes] {
            for length in 0..<body.count {
                #expect(throws: WireError.truncated) { try Message(golden.kind, body: body[..<length]) }
            }
        }
    }

    @Test(arguments: GoldenMessage.all + GoldenMessage.further)
    func `bytes left over are refused`(_ golden: GoldenMessage) {
        for extra in [1, 2, 100] {
            let body = golden.body + [UInt8](repeating: 0, count: extra)
            #expect(throws: WireError.trailing) { try Message(golden.kind, body: body[...]) }
        }
    }

    /// The golden body of a kind, or the how-many-eth of those in which it looks otherwise.
    static func golden(_ kind: MessageKind, further: Int? = nil) throws -> [UInt8] {
        guard let further else { return try #require(GoldenMessage.all.first { $0.kind == kind }).body }
        let all = GoldenMessage.further.filter { $0.kind == kind }
        try #require(all.count > further)
        return all[further].body
    }

    /// A list's length in a golden body: where it stands, how wide it is, and the most it may say.
    struct Count: Sendable, CustomStringConvertible {
        var kind: MessageKind
        var further: Int?
        var offset: Int
        var isWide: Bool
        var limit: Int
        var field: WireError.Field
        /// The bits of it that count; others say something else.
        var mask = 0xFFFF
        var description: String { "\(kind).\(field.rawValue)" }
    }

    static let counts = [
        Count(kind: .beacon, offset: 102, isWide: false, limit: 40, field: .neighbours),
        Count(kind: .beacon, offset: 111, isWide: false, limit: 12, field: .leaders),
        Count(kind: .hello, offset: 24, isWide: false, limit: 120, field: .members),
        Count(kind: .linkReport, offset: 14, isWide: false, limit: 48, field: .entries, mask: 0x3F),
        Count(kind: .plan, offset: 12, isWide: false, limit: 120, field: .leaders),
        Count(kind: .plan, offset: 21, isWide: true, limit: 200, field: .entries),
        Count(kind: .request, offset: 16, isWide: false, limit: 16, field: .excluded),
        Count(kind: .claim, offset: 13, isWide: false, limit: 16, field: .excluded),
        Count(kind: .claimReply, offset: 8, isWide: false, limit: 16, field: .helpers),
        Count(kind: .match, offset: 8, isWide: false, limit: 16, field: .helpers),
        Count(kind: .unit, offset: 14, isWide: true, limit: 1_160, field: .payload),
        Count(kind: .result, offset: 13, isWide: true, limit: 1_160, field: .payload),
        Count(kind: .fixes, offset: 0, isWide: false, limit: 24, field: .entries),
        Count(kind: .trustGossip, offset: 0, isWide: false, limit: 16, field: .entries),
        Count(kind: .stopNotice, offset: 5, isWide: false, limit: 12, field: .entries),
        Count(kind: .hello, further: 0, offset: 34, isWide: false, limit: 10, field: .kernels),
        Count(kind: .hello, further: 0, offset: 35, isWide: false, limit: 32, field: .text),
        Count(kind: .session, offset: 0, isWide: false, limit: 200, field: .payload),
        Count(kind: .jobUnit, offset: 10, isWide: false, limit: 32, field: .text),
        Count(kind: .jobUnit, offset: 28, isWide: false, limit: 16, field: .parts),
        Count(kind: .jobUnit, offset: 30, isWide: true, limit: 900, field: .payload),
        Count(kind: .jobResult, offset: 19, isWide: true, limit: 1_100, field: .payload),
        Count(kind: .jobResult, further: 1, offset: 20, isWide: false, limit: 200, field: .text),
        Count(kind: .jobLease, offset: 7, isWide: false, limit: 32, field: .text),
    ]

    @Test(arguments: counts)
    func `an absurd count is refused before anything is read for it`(_ count: Count) throws {
        let golden = try Self.golden(count.kind, further: count.further)
        for said in [count.limit + 1, count.isWide ? 0x7FFF : 254, count.isWide ? 0xFFFF : 255] {
            var body = golden
            if count.isWide { body[count.offset] = UInt8(said >> 8) }
            body[count.offset + (count.isWide ? 1 : 0)] = UInt8(said & 0xFF)
            // What follows is plentiful, so that only the bound can refuse.
            body += [UInt8](repeating: 0, count: 4_000)
            #expect(throws: WireError.tooMany(count.field, count: said & count.mask, limit: count.limit)) {
                try Message(count.kind, body: body[...])
            }
        }
    }

    /// A byte of a golden body, and a value that it must not have.
    struct Wrong: Sendable, CustomStringConvertible {
        var kind: MessageKind
        var further: Int?
        var offset: Int
        var values: ClosedRange<UInt8>
        var error: WireError
        var description: String { "\(kind)[\(offset)]" }
    }

    static let wrongs = [
        Wrong(kind: .beacon, offset: 2, values: 16...255, error: .invalid(.role)),
        Wrong(kind: .beacon, offset: 13, values: 65...254, error: .invalid(.hop)),
        Wrong(kind: .hello, offset: 2, values: 64...255, error: .invalid(.role)),
        // The second neighbour is 0x0052, the first 0x0051: in order and each once.
        Wrong(kind: .linkReport, offset: 24, values: 0...0x51, error: .invalid(.entries)),
        Wrong(kind: .plan, offset: 10, values: 3...255, error: .invalid(.parts)),
        Wrong(kind: .plan, offset: 11, values: 9...255, error: .invalid(.parts)),
        Wrong(kind: .plan, offset: 11, values: 0...1, error: .invalid(.parts)),
        Wrong(kind: .plan, offset: 25, values: 2...255, error: .invalid(.entries)),
        Wrong(kind: .mission, offset: 4, values: 0...0, error: .unknown(.command)),
        Wrong(kind: .mission, offset: 4, values: 5...0x80, error: .unknown(.command)),
        // A brief that is not there.
        Wrong(kind: .mission, offset: 4, values: 0x81...0x84, error: .truncated),
        Wrong(kind: .mission, offset: 4, values: 0x85...255, error: .unknown(.command)),
        Wrong(kind: .request, offset: 7, values: 0...0, error: .invalid(.parts)),
        Wrong(kind: .request, offset: 7, values: 17...128, error: .invalid(.parts)),
        Wrong(kind: .request, offset: 7, values: 145...255, error: .invalid(.parts)),
        // Work for a kernel that is not there, and some that nobody announced.
        Wrong(kind: .request, offset: 7, values: 129...144, error: .truncated),
        Wrong(kind: .request, further: 0, offset: 7, values: 1...16, error: .trailing),
        Wrong(kind: .claim, offset: 8, values: 0...0, error: .invalid(.parts)),
        Wrong(kind: .claim, offset: 8, values: 17...128, error: .invalid(.parts)),
        Wrong(kind: .claim, offset: 8, values: 145...255, error: .invalid(.parts)),
        Wrong(kind: .claimReply, offset: 13, values: 0...0, error: .invalid(.parts)),
        Wrong(kind: .match, offset: 13, values: 0...0, error: .invalid(.parts)),
        Wrong(kind: .unit, offset: 6, values: 16...255, error: .invalid(.parts)),
        Wrong(kind: .unitReceipt, offset: 6, values: 16...255, error: .invalid(.parts)),
        Wrong(kind: .unitReceipt, offset: 8, values: 4...255, error: .unknown(.command)),
        Wrong(kind: .result, offset: 6, values: 16...255, error: .invalid(.parts)),
        Wrong(kind: .result, offset: 8, values: 2...255, error: .invalid(.command)),
        Wrong(kind: .echo, offset: 4, values: 2...255, error: .invalid(.command)),
        // Neither asks nor answers, or who knows what.
        Wrong(kind: .introduction, offset: 0, values: 0...0, error: .invalid(.role)),
        Wrong(kind: .introduction, offset: 0, values: 4...255, error: .invalid(.role)),
        // The golden question and answer are not zero, so they must not be there unannounced.
        Wrong(kind: .introduction, offset: 0, values: 1...2, error: .invalid(.role)),
        Wrong(kind: .stopNotice, offset: 0, values: 2...255, error: .invalid(.role)),
        Wrong(kind: .stopNotice, offset: 6, values: 0...0, error: .unknown(.command)),
        Wrong(kind: .stopNotice, offset: 6, values: 3...255, error: .unknown(.command)),
        // The first statement is a stop, which names nothing, and a release names something.
        Wrong(kind: .stopNotice, offset: 6, values: 2...2, error: .invalid(.entries)),
        Wrong(kind: .stopReceipt, offset: 0, values: 4...255, error: .invalid(.role)),
        Wrong(kind: .trustGossip, offset: 3, values: 0...0, error: .unknown(.kind)),
        Wrong(kind: .trustGossip, offset: 3, values: 5...255, error: .unknown(.kind)),
        // The first membership's roles.
        Wrong(kind: .trustGossip, offset: 52, values: 32...255, error: .invalid(.role)),
        // No kernels where some were announced; a half of nothing.
        Wrong(kind: .hello, further: 0, offset: 34, values: 0...0, error: .invalid(.kernels)),
        Wrong(kind: .session, offset: 0, values: 0...0, error: .invalid(.payload)),
    ]

    /// The same of clocks and jobs.
    static let wrongWork = [
        // When the question came, when the answer left, and how wrong that may be: beyond 2⁵⁹ ns, or out of order.
        Wrong(kind: .clockAnswer, offset: 11, values: 1...0xEF, error: .invalid(.time)),
        Wrong(kind: .clockAnswer, offset: 19, values: 0x10...255, error: .invalid(.time)),
        Wrong(kind: .clockAnswer, offset: 24, values: 0...0x54, error: .invalid(.time)),
        Wrong(kind: .clockAnswer, offset: 27, values: 0x10...255, error: .invalid(.time)),
        Wrong(kind: .question, offset: 8, values: 0...0, error: .unknown(.command)),
        Wrong(kind: .question, offset: 8, values: 6...255, error: .unknown(.command)),
        // A speed and a take: nothing to measure with, more than may be, and no time or too much of it.
        Wrong(kind: .question, further: 1, offset: 11, values: 2...255, error: .invalid(.payload)),
        Wrong(kind: .question, further: 2, offset: 11, values: 2...255, error: .invalid(.payload)),
        Wrong(kind: .question, further: 1, offset: 16, values: 2...255, error: .invalid(.time)),
        Wrong(kind: .question, further: 2, offset: 16, values: 2...255, error: .invalid(.time)),
        Wrong(kind: .answer, offset: 8, values: 0...0, error: .unknown(.command)),
        Wrong(kind: .answer, offset: 8, values: 7...255, error: .unknown(.command)),
        // A next hop without a rule that has one, a rule that nobody knows, a third band, another basis.
        Wrong(kind: .answer, offset: 11, values: 0...1, error: .invalid(.robot)),
        Wrong(kind: .answer, offset: 11, values: 9...255, error: .unknown(.command)),
        Wrong(kind: .answer, offset: 12, values: 2...255, error: .unknown(.band)),
        Wrong(kind: .answer, offset: 14, values: 4...255, error: .unknown(.power)),
        // The further way has no next hop.
        Wrong(kind: .answer, further: 0, offset: 11, values: 2...8, error: .invalid(.robot)),
        Wrong(kind: .answer, further: 5, offset: 9, values: 0...0, error: .unknown(.command)),
        Wrong(kind: .answer, further: 5, offset: 9, values: 8...255, error: .unknown(.command)),
        Wrong(kind: .jobUnit, offset: 9, values: 2...255, error: .invalid(.command)),
        // The kernel's name: none, and no letter or digit first.
        Wrong(kind: .jobUnit, offset: 10, values: 0...0, error: .invalid(.text)),
        Wrong(kind: .jobUnit, offset: 11, values: 0...0x2F, error: .invalid(.text)),
        Wrong(kind: .jobUnit, offset: 11, values: 0x3A...0x60, error: .invalid(.text)),
        Wrong(kind: .jobUnit, offset: 11, values: 0x7B...255, error: .invalid(.text)),
        // Neither bytes nor an object; an object of more than 64 MiB.
        Wrong(kind: .jobUnit, offset: 29, values: 2...255, error: .unknown(.payload)),
        Wrong(kind: .jobUnit, offset: 69, values: 4...255, error: .invalid(.payload)),
        Wrong(kind: .jobReceipt, offset: 9, values: 6...255, error: .unknown(.command)),
        Wrong(kind: .jobResult, offset: 9, values: 3...255, error: .unknown(.payload)),
        Wrong(kind: .jobResult, offset: 10, values: 4...255, error: .invalid(.command)),
        Wrong(kind: .jobResult, further: 0, offset: 51, values: 4...255, error: .invalid(.payload)),
        Wrong(kind: .jobResult, further: 1, offset: 19, values: 0...0, error: .unknown(.command)),
        Wrong(kind: .jobResult, further: 1, offset: 19, values: 9...255, error: .unknown(.command)),
        // No UTF-8.
        Wrong(kind: .jobResult, further: 1, offset: 21, values: 128...255, error: .invalid(.text)),
    ]

    @Test(arguments: wrongs + wrongWork)
    func `a value the protocol does not know is refused`(_ wrong: Wrong) throws {
        let golden = try Self.golden(wrong.kind, further: wrong.further)
        for value in wrong.values {
            var body = golden
            body[wrong.offset] = value
            #expect(throws: wrong.error) { try Message(wrong.kind, body: body[...]) }
        }
    }

    @Test func `nobody is no helper, no neighbour, no leader, no member and no holder`() throws {
        let places: [(MessageKind, Int, WireError.Field)] = [
            (.claimReply, 9, .helpers), (.match, 9, .helpers), (.beacon, 103, .neighbours), (.beacon, 112, .leaders),
            // Issuers of stops, whoever a receipt is for, and whom the entries about the fleet are about.
            (.stopNotice, 7, .robot), (.stopReceipt, 1, .robot), (.trustGossip, 18, .robot),
            // Whose time it is, and who holds an input.
            (.clockAnswer, 4, .robot), (.jobUnit, 73, .robot),
            // Whom a question is about, and who is next on the way.
            (.question, 9, .robot), (.answer, 9, .robot),
        ]
        for (kind, offset, field) in places {
            var body = try #require(GoldenMessage.all.first { $0.kind == kind }).body
            body.replaceSubrange(offset..<offset + 2, with: [0xFF, 0xFF])
            #expect(throws: WireError.invalid(field)) { try Message(kind, body: body[...]) }
        }
    }

    @Test func `a number that could not be topped is refused`() throws {
        let places: [(MessageKind, [Int])] = [
            (.beacon, [5, 9, 18, 22, 26, 30]), (.hello, [5, 9]), (.linkReport, [4, 8]), (.plan, [2, 6]),
            (.mission, [0]), (.sighting, [0]), (.stopNotice, [9]), (.stopReceipt, [3]), (.trustGossip, [6]),
            (.clockAnswer, [6]),
        ]
        for (kind, offsets) in places {
            let golden = try #require(GoldenMessage.all.first { $0.kind == kind }).body
            for offset in offsets {
                var body = golden
                body[offset] = 0x80
                #expect(throws: WireError.invalid(.serial)) { try Message(kind, body: body[...]) }
            }
        }
    }

    @Test func `a beacon or a hello with no interval is refused`() throws {
        for golden in GoldenMessage.all where [.beacon, .hello].contains(golden.kind) {
            let body = [0, 0] + golden.body.dropFirst(2)
            #expect(throws: WireError.invalid(.interval)) { try Message(golden.kind, body: body[...]) }
        }
    }

    @Test func `a lease of a stream without a period is refused`() throws {
        var body = try Self.golden(.jobLease)
        body.replaceSubrange(23..<27, with: [0, 0, 0, 0])
        #expect(throws: WireError.invalid(.interval)) { try Message(.jobLease, body: body[...]) }
    }

    @Test func `work for no kernel is refused`() throws {
        for kind in [MessageKind.request, .claim] {
            var body = try Self.golden(kind, further: 0)
            body.replaceSubrange(body.count - 16..<body.count - 8, with: [UInt8](repeating: 0, count: 8))
            #expect(throws: WireError.invalid(.kernel)) { try Message(kind, body: body[...]) }
        }
    }

    @Test func `inputs that are few and short enough each, and too long together, are refused`() throws {
        var body = try Self.golden(.jobUnit)
        body.removeSubrange(28...)
        body += [2]
        for count in [900, 294] {
            body += [0, UInt8(count >> 8), UInt8(count & 255)] + [UInt8](repeating: 7, count: count)
        }
        #expect(try Message(.jobUnit, body: body[...]).bytes == body)
        body[29 + 903 + 2] += 1
        #expect(throws: WireError.invalid(.payload)) { try Message(.jobUnit, body: (body + [7])[...]) }
    }

    /// Where the floats stand in the golden bodies.
    static let floats: [(MessageKind, [Int])] = [
        (.beacon, Array(stride(from: 42, to: 102, by: 4))), (.sighting, [4, 8, 12]), (.request, [12]),
        (.fixes, Array(stride(from: 3, to: 35, by: 4)) + Array(stride(from: 37, to: 69, by: 4))),
    ]

    @Test(arguments: floats)
    func `what nobody can have measured is refused`(_ kind: MessageKind, offsets: [Int]) throws {
        let golden = try #require(GoldenMessage.all.first { $0.kind == kind })
        let absurd: [Float] = [.nan, .signalingNaN, .infinity, -.infinity, .greatestFiniteMagnitude, -1.1e9, 1.1e9]
        for offset in offsets {
            for value in absurd {
                let body = replacing(golden.body, at: offset, with: value)
                #expect(throws: WireError.invalid(.position)) { try Message(kind, body: body[...]) }
            }
        }
    }

    @Test func `a negative variance or sigma is refused`() throws {
        // xx, yy and θθ of the golden pose, xx and yy of a fix and of its own part, and the sighting's sigma.
        for (kind, offsets) in [(MessageKind.beacon, [54, 66, 74]), (.fixes, [11, 19, 23, 31]), (.sighting, [12])] {
            let golden = try #require(GoldenMessage.all.first { $0.kind == kind })
            for offset in offsets {
                let body = replacing(golden.body, at: offset, with: -0.5)
                #expect(throws: WireError.invalid(.position)) { try Message(kind, body: body[...]) }
            }
        }
    }

    @Test(arguments: GoldenMessage.all + GoldenMessage.further)
    func `whatever is read is written as it was read`(_ golden: GoldenMessage) {
        var random = SplitMix(seed: 0xF00D ^ UInt64(golden.kind.rawValue))
        var taken = 0
        for round in 0..<20_000 {
            var body = golden.body
            if round % 4 == 0 {
                body = random.bytes(Int.random(in: 0...200, using: &random))
            } else {
                for _ in 0..<Int.random(in: 1...4, using: &random) {
                    body[Int.random(in: 0..<body.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
                }
            }
            guard let message = try? Message(golden.kind, body: body[...]) else { continue }
            taken += 1
            #expect(message.bytes == body)
        }
        #expect(taken > 100, "only \(taken) mutants were legal: the test looks at nothing")
    }

    private func replacing(_ body: [UInt8], at offset: Int, with value: Float) -> [UInt8] {
        var writer = ByteWriter()
        writer.u32(value.bitPattern)
        var copy = body
        copy.replaceSubrange(offset..<offset + 4, with: writer.bytes)
        return copy
    }
}
