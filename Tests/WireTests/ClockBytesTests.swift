import SkeinWire
import Testing
import WireSamples

/// Times that no clock shows, in the bytes of an answer.
struct ClockBytesTests {
    private let golden = GoldenMessage.all.first { $0.kind == .clockAnswer }?.body ?? []

    /// Where a byte stands, and the values it must not have: beside the golden ones, the first byte of each time says enough.
    static let wrongs: [(offset: Int, values: ClosedRange<UInt8>)] = [
        // Received: more than eighteen years from its origin, on either side, or after it was sent.
        (11, 8...247), (11, 2...7),
        // Sent: before it was received, or centuries later.
        (19, 0...0), (19, 8...255),
        (27, 8...255),
    ]

    @Test(arguments: wrongs)
    func `a time that no clock shows is refused`(offset: Int, values: ClosedRange<UInt8>) {
        for value in values {
            var body = golden
            body[offset] = value
            #expect(throws: WireError.invalid(.time)) { try Message(.clockAnswer, body: body[...]) }
        }
    }

    @Test func `nobody's time is refused, and a term that could not be topped`() {
        var body = golden
        body.replaceSubrange(4..<6, with: [0xFF, 0xFF])
        #expect(throws: WireError.invalid(.time)) { try Message(.clockAnswer, body: body[...]) }
        body = golden
        body[6] = 0x80
        #expect(throws: WireError.invalid(.serial)) { try Message(.clockAnswer, body: body[...]) }
    }

    @Test func `times before the origin travel as well`() throws {
        // Python: struct.pack(">IHIBqqQ", …), the times −0x0002030405060708 and −0x0002030405050607.
        let body = hexBytes(
            "61626364 0e01 01020305 04 fffdfcfbfaf9f8f8 fffdfcfbfafaf9f9 0000000a0b0c0d0e")
        guard case .clockAnswer(let answer) = try Message(.clockAnswer, body: body[...]) else {
            Issue.record("another kind")
            return
        }
        #expect(answer.receivedNanoseconds == -0x0002_0304_0506_0708)
        #expect(answer.sentNanoseconds == -0x0002_0304_0505_0607 && answer.boundNanoseconds == 0x0A_0B0C_0D0E)
        #expect(Message.clockAnswer(answer).bytes == body)
    }
}
