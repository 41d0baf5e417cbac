import SkeinWire
import Testing
import WireSamples

/// Bodies that nobody honest wrote: always a typed error, never a trap, and never a message that would be written
/// otherwise than it was read.
struct HostileBytesTests {
    @Test(arguments: GoldenMessage.all)
    func `a body cut at any length is truncated`(_ golden: GoldenMessage) {
        var maker = MessageMaker(seed: 11)
        for body in [golden.body, maker.message(golden.kind).bytes, maker.largest(golden.kind).bytes] {
            for length in 0..<body.count {
                #expect(throws: WireError.truncated) { try Message(golden.kind, body: body[..<length]) }
            }
        }
    }

    @Test(arguments: GoldenMessage.all)
    func `bytes left over are refused`(_ golden: GoldenMessage) {
        for extra in [1, 2, 100] {
            let body = golden.body + [UInt8](repeating: 0, count: extra)
            #expect(throws: WireError.trailing) { try Message(golden.kind, body: body[...]) }
        }
    }

    /// A list's length in a golden body: where it stands, how wide it is, and the most it may say.
    struct Count: Sendable, CustomStringConvertible {
        var kind: MessageKind
        var offset: Int
        var isWide: Bool
        var limit: Int
        var field: WireError.Field
        var description: String { "\(kind).\(field.rawValue)" }
    }

    static let counts = [
        Count(kind: .beacon, offset: 102, isWide: false, limit: 40, field: .neighbours),
        Count(kind: .beacon, offset: 111, isWide: false, limit: 12, field: .leaders),
        Count(kind: .hello, offset: 24, isWide: false, limit: 120, field: .members),
        Count(kind: .linkReport, offset: 14, isWide: false, limit: 48, field: .entries),
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
    ]

    @Test(arguments: counts)
    func `an absurd count is refused before anything is read for it`(_ count: Count) throws {
        let golden = try #require(GoldenMessage.all.first { $0.kind == count.kind })
        for said in [count.limit + 1, count.isWide ? 0x7FFF : 254, count.isWide ? 0xFFFF : 255] {
            var body = golden.body
            if count.isWide { body[count.offset] = UInt8(said >> 8) }
            body[count.offset + (count.isWide ? 1 : 0)] = UInt8(said & 0xFF)
            // What follows is plentiful, so that only the bound can refuse.
            body += [UInt8](repeating: 0, count: 4_000)
            #expect(throws: WireError.tooMany(count.field, count: said, limit: count.limit)) {
                try Message(count.kind, body: body[...])
            }
        }
    }

    /// A byte of a golden body, and a value that it must not have.
    struct Wrong: Sendable, CustomStringConvertible {
        var kind: MessageKind
        var offset: Int
        var values: ClosedRange<UInt8>
        var error: WireError
        var description: String { "\(kind)[\(offset)]" }
    }

    static let wrongs = [
        Wrong(kind: .beacon, offset: 2, values: 16...255, error: .invalid(.role)),
        Wrong(kind: .beacon, offset: 13, values: 65...254, error: .invalid(.hop)),
        Wrong(kind: .hello, offset: 2, values: 8...255, error: .invalid(.role)),
        // The second neighbour is 0x0052, the first 0x0051: in order and each once.
        Wrong(kind: .linkReport, offset: 24, values: 0...0x51, error: .invalid(.entries)),
        Wrong(kind: .plan, offset: 10, values: 3...255, error: .invalid(.parts)),
        Wrong(kind: .plan, offset: 11, values: 9...255, error: .invalid(.parts)),
        Wrong(kind: .plan, offset: 11, values: 0...1, error: .invalid(.parts)),
        Wrong(kind: .plan, offset: 25, values: 2...255, error: .invalid(.entries)),
        Wrong(kind: .mission, offset: 4, values: 0...0, error: .unknown(.command)),
        Wrong(kind: .mission, offset: 4, values: 4...255, error: .unknown(.command)),
        Wrong(kind: .request, offset: 7, values: 0...0, error: .invalid(.parts)),
        Wrong(kind: .request, offset: 7, values: 17...255, error: .invalid(.parts)),
        Wrong(kind: .claim, offset: 8, values: 0...0, error: .invalid(.parts)),
        Wrong(kind: .claim, offset: 8, values: 17...255, error: .invalid(.parts)),
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
    ]

    @Test(arguments: wrongs)
    func `a value the protocol does not know is refused`(_ wrong: Wrong) throws {
        let golden = try #require(GoldenMessage.all.first { $0.kind == wrong.kind })
        for value in wrong.values {
            var body = golden.body
            body[wrong.offset] = value
            #expect(throws: wrong.error) { try Message(wrong.kind, body: body[...]) }
        }
    }

    @Test func `nobody is no helper, no neighbour, no leader and no member`() throws {
        let places: [(MessageKind, Int, WireError.Field)] = [
            (.claimReply, 9, .helpers), (.match, 9, .helpers), (.beacon, 103, .neighbours), (.beacon, 112, .leaders),
            // Issuers of stops, whoever a receipt is for, and whom the entries about the fleet are about.
            (.stopNotice, 7, .robot), (.stopReceipt, 1, .robot), (.trustGossip, 18, .robot),
        ]
        for (kind, offset, field) in places {
            var body = try #require(GoldenMessage.all.first { $0.kind == kind }).body
            body.replaceSubrange(offset..<offset + 2, with: [0xFF, 0xFF])
            #expect(throws: WireError.invalid(field)) { try Message(kind, body: body[...]) }
        }
    }

    @Test func `a number that could not be topped is refused`() throws {
        let places: [(MessageKind, [Int])] = [
            (.beacon, [5, 9, 18, 22, 26, 30]), (.hello, [5, 9]), (.linkReport, [0, 4, 8]), (.plan, [2, 6]),
            (.mission, [0]), (.sighting, [0]), (.stopNotice, [9]), (.stopReceipt, [3]), (.trustGossip, [6]),
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

    /// Where the floats stand in the golden bodies.
    static let floats: [(MessageKind, [Int])] = [
        (.beacon, Array(stride(from: 42, to: 102, by: 4))), (.sighting, [4, 8, 12]), (.request, [12]),
        (.fixes, Array(stride(from: 3, to: 39, by: 4)) + Array(stride(from: 41, to: 77, by: 4))),
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
        // xx, yy and θθ of the golden poses, and the sighting's sigma.
        for (kind, offsets) in [(MessageKind.beacon, [54, 66, 74]), (.fixes, [15, 27, 35]), (.sighting, [12])] {
            let golden = try #require(GoldenMessage.all.first { $0.kind == kind })
            for offset in offsets {
                let body = replacing(golden.body, at: offset, with: -0.5)
                #expect(throws: WireError.invalid(.position)) { try Message(kind, body: body[...]) }
            }
        }
    }

    @Test(arguments: GoldenMessage.all)
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
