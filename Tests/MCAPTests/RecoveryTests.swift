import SkeinWire
import Testing

@testable import SkeinMCAP

/// What is left of a file that was cut or damaged.
struct RecoveryTests {
    private static let file = Samples.file(messages: 24, perChunk: 4)
    private static let chunks = Samples.chunks(in: file)

    @Test func `of a file cut at any byte every whole chunk is read, and it is said that it was cut`() throws {
        for length in 0..<Self.file.count {
            let read = try ReadFile(Array(Self.file.prefix(length)))
            let whole = Self.chunks.count { $0.upperBound <= length }
            #expect(read.messages.count >= 4 * whole, "cut at \(length)")
            #expect(read.messages == (0..<read.messages.count).map(Samples.message), "cut at \(length)")
            #expect(read.ending != .whole, "cut at \(length)")
        }
    }

    @Test func `of a file with any one byte changed only its own chunk is lost`() throws {
        let whole = try ReadFile(Self.file).messages
        for offset in Self.file.indices {
            for flip in [UInt8(0x01), 0x80, 0xFF] {
                var bytes = Self.file
                bytes[offset] ^= flip
                let read = try ReadFile(bytes).messages
                let hit = Self.chunks.firstIndex { $0.contains(offset) }
                let expected = whole.enumerated().filter { $0.offset / 4 != hit }.map(\.element)
                #expect(expected.allSatisfy(read.contains), "byte \(offset) ^ \(flip)")
                if hit != nil { #expect(read.allSatisfy(whole.contains), "byte \(offset) ^ \(flip)") }
            }
        }
    }

    @Test func `of a file whose first four chunks are lost, all is read from the next that describes its channel`()
        throws
    {
        let file = Samples.file(messages: 400, perChunk: 2)
        var bytes = file
        for chunk in Samples.chunks(in: file).prefix(4) { bytes[chunk.lowerBound + 60] ^= 1 }
        let read = try ReadFile(bytes)
        #expect(read.messages == (32..<400).map(Samples.message))
    }

    @Test func `a stretch of rubbish within a file costs what it overwrites`() throws {
        var stream = SeededBytes(state: 7)
        for _ in 0..<50 {
            var bytes = Self.file
            let start = Self.chunks[1].lowerBound + Int(stream.next() % UInt64(Self.file.count / 2))
            let end = min(bytes.count, start + 1 + Int(stream.next() % 300))
            for index in start..<end { bytes[index] = UInt8(truncatingIfNeeded: stream.next()) }
            let read = try ReadFile(bytes).messages
            for (number, chunk) in Self.chunks.enumerated() where chunk.upperBound <= start || chunk.lowerBound >= end {
                for message in 4 * number..<4 * number + 4 {
                    #expect(read.contains(Samples.message(message)), "\(start)..<\(end), chunk \(number)")
                }
            }
        }
    }

    @Test func `a recovered file is whole, and has what could be read`() throws {
        for length in stride(from: Self.chunks[1].upperBound, to: Self.file.count, by: 7) {
            let cut = Array(Self.file.prefix(length))
            var recovered: [UInt8] = []
            let result = try McapRecovery.copy(McapBytes(cut)) { recovered += $0 }
            let read = try ReadFile(recovered)
            #expect(read.ending == .whole)
            #expect(read.losses.isEmpty)
            #expect(read.messages == (try ReadFile(cut).messages))
            #expect(result.messages == read.messages.count)
            #expect(read.items.contains(.metadata(Samples.metadata)))
        }
    }

    @Test func `an uncompressed chunk that is cut gives its whole records`() throws {
        var records = LittleWriter()
        Samples.schema.write(to: &records)
        Samples.channel.write(to: &records)
        for number in 0..<5 { Samples.message(number).write(to: &records) }
        var chunk = LittleWriter()
        chunk.record(.chunk) { chunk in
            chunk.u64(0)
            chunk.u64(4_000)
            chunk.u64(UInt64(records.bytes.count))
            chunk.u32(Checksum.crc32(records.bytes))
            chunk.text("")
            chunk.u64(UInt64(records.bytes.count))
            chunk.raw(records.bytes)
        }
        let file = McapMagic.bytes + chunk.bytes.dropLast(100)
        #expect(try ReadFile(file).messages == (0..<3).map(Samples.message))
    }

    @Test func `a chunk that unpacks to more than it says is damaged, and takes no memory`() throws {
        let packer = ZstdPacker()
        let bomb = packer.packed([UInt8](repeating: 0, count: 8 << 20))
        #expect(Zstd.unpacked(bomb[...], limit: 1_000).ending == .damaged)
        #expect(Zstd.unpacked(bomb[...], limit: 1_000).bytes.count == 1_000)
        #expect(Zstd.unpacked(bomb[...], limit: 8 << 20).ending == .whole)
        #expect(Zstd.unpacked(bomb.dropLast(1), limit: 8 << 20).ending == .short)
    }

    @Test func `what is no MCAP file gives nothing`() throws {
        for bytes in [
            [], [1, 2, 3], Array("not a log at all, but long enough to be one".utf8), [UInt8](repeating: 6, count: 500),
        ] {
            let read = try ReadFile(bytes)
            #expect(read.messages.isEmpty)
            #expect(read.ending != .whole)
        }
    }
}

/// A seeded stream (splitmix64).
struct SeededBytes {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return word ^ word >> 31
    }
}
