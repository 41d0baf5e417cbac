import SkeinWire
import Testing
import WireSamples

/// Headers that nobody honest wrote.
struct HostileEnvelopeTests {
    static let header = hexBytes("01 11 03 0c 0010 0102 1112131415161718 21222324 31323334 4142 5152 6162 7172 03")
    static let datagramBytes = 16 + Envelope.overheadBytes

    private func read(_ bytes: [UInt8], datagramBytes: Int = Self.datagramBytes) throws(WireError) -> Envelope {
        var reader = ByteReader(bytes)
        return try Envelope(reading: &reader, datagramBytes: datagramBytes)
    }

    @Test func `a header cut at any length is truncated`() {
        for length in 0..<Envelope.headerBytes {
            #expect(throws: WireError.truncated) { try read(Array(Self.header[..<length])) }
        }
    }

    @Test func `another version is refused`() {
        for version in UInt8.min...UInt8.max where version != Envelope.version {
            #expect(throws: WireError.unknown(.version)) { try read([version] + Self.header.dropFirst()) }
        }
    }

    @Test func `an unknown kind is refused`() {
        let known = MessageKind.allCases.map(\.rawValue)
        for kind in UInt8.min...UInt8.max where !known.contains(kind) {
            var header = Self.header
            header[1] = kind
            #expect(throws: WireError.unknown(.kind)) { try read(header) }
        }
    }

    @Test func `an unknown class is refused`() {
        for number in 5...UInt8.max {
            var header = Self.header
            header[2] = number
            #expect(throws: WireError.unknown(.trafficClass)) { try read(header) }
        }
    }

    @Test func `a time to live of nothing is refused`() {
        var header = Self.header
        header[3] = 0
        #expect(throws: WireError.invalid(.timeToLive)) { try read(header) }
    }

    @Test func `a hop is at least one and at most the time to live`() throws {
        for hop in UInt8.min...UInt8.max {
            var header = Self.header
            header[32] = hop
            if (1...12).contains(hop) {
                #expect(try read(header).hop == hop)
            } else {
                #expect(throws: WireError.invalid(.hop)) { try read(header) }
            }
        }
    }

    @Test func `the body's length accounts for every byte of the datagram`() throws {
        for bytes in 0...Envelope.datagramBytesMax where bytes != Self.datagramBytes {
            #expect(throws: WireError.invalid(.bodyLength)) { try read(Self.header, datagramBytes: bytes) }
        }
    }

    @Test func `our own float that is not finite traps before it travels`() async {
        await #expect(processExitsWith: .failure) {
            var writer = ByteWriter()
            writer.f32(.nan)
        }
    }

    @Test func `our own list that is too long traps before it travels`() async {
        await #expect(processExitsWith: .failure) {
            var writer = ByteWriter()
            writer.count(13, limit: 12)
        }
    }
}
