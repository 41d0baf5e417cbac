import SkeinWire
import Testing

@testable import SkeinMCAP

struct WriterTests {
    @Test func `what is written is read again, in its order`() throws {
        let file = try ReadFile(Samples.file(messages: 10, perChunk: 4))
        #expect(file.items.first == .header(profile: "skein", library: "skein"))
        #expect(
            file.items.dropFirst().prefix(3) == [
                .metadata(Samples.metadata), .schema(Samples.schema), .channel(Samples.channel),
            ])
        #expect(file.messages == (0..<10).map(Samples.message))
        #expect(file.items.last == .attachment(Samples.attachment))
        #expect(file.ending == .whole)
        #expect(file.losses.isEmpty)
        #expect(file.chunks == 3)
    }

    @Test func `a chunk is closed at its size or at its age, and not before`() {
        var writer = McapWriter(profile: "", policy: McapChunkPolicy(bytesMax: 380, ageMax: .seconds(1)))
        writer.add(Samples.schema)
        writer.add(Samples.channel)
        _ = writer.take()
        writer.write(Samples.message(0), now: .zero)
        #expect(writer.chunkDeadline == .zero + .seconds(1))
        writer.deadlinePassed(now: .zero + .milliseconds(999))
        #expect(writer.take().isEmpty)
        writer.deadlinePassed(now: .zero + .seconds(1))
        #expect(writer.take().first == McapOpcode.chunk.rawValue)
        #expect(writer.chunkDeadline == nil)
        for number in 0..<2 { writer.write(Samples.message(number), now: .zero + .seconds(2)) }
        #expect(writer.take().isEmpty)
        for number in 2..<4 { writer.write(Samples.message(number), now: .zero + .seconds(2)) }
        #expect(writer.take().first == McapOpcode.chunk.rawValue)
        // The next message itself finds the chunk too old.
        writer.write(Samples.message(5), now: .zero + .seconds(3))
        _ = writer.take()
        writer.write(Samples.message(6), now: .zero + .seconds(9))
        #expect(writer.chunkDeadline == nil || writer.chunkDeadline == .zero + .seconds(10))
        #expect(writer.statistics.chunks == 3)
    }

    @Test func `a writer knows beforehand how large its file will be, or a little more`() {
        for messages in [0, 1, 10, 500] {
            var writer = McapWriter(profile: "skein")
            writer.add(Samples.schema)
            writer.add(Samples.channel)
            writer.add(Samples.metadata)
            for number in 0..<messages {
                writer.write(Samples.message(number), now: .zero)
                if number % 7 == 0 { writer.closeChunk() }
            }
            let foretold = writer.bytesWritten + writer.bytesToFinish
            writer.finish()
            #expect(writer.bytesWritten <= foretold)
            #expect(foretold < writer.bytesWritten + writer.bytesWritten / 4 + 2_048)
        }
    }

    @Test func `the bytes of what stands between the chunks are the specification's`() {
        var writer = McapWriter(profile: "p")
        writer.add(McapMetadata(name: "n", pairs: [McapPair("a", "b")]))
        writer.add(McapAttachment(logTime: 1, createTime: 2, name: "f", mediaType: "x", data: [9]))
        let bytes = writer.take()
        var golden = McapMagic.bytes
        golden += [0x01, 14, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0x70, 5, 0, 0, 0] + Array("skein".utf8)
        golden += [0x0C, 19, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0x6E, 10, 0, 0, 0, 1, 0, 0, 0, 0x61, 1, 0, 0, 0, 0x62]
        let content: [UInt8] =
            [1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0x66, 1, 0, 0, 0, 0x78]
            + [1, 0, 0, 0, 0, 0, 0, 0, 9]
        let sum = Checksum.crc32(content)
        golden +=
            [0x09, 39, 0, 0, 0, 0, 0, 0, 0] + content + (0..<4).map { UInt8(truncatingIfNeeded: sum >> (8 * $0)) }
        #expect(bytes == golden)
    }

    @Test func `the bytes of a chunk's records are the specification's`() throws {
        var writer = McapWriter(profile: "")
        writer.add(McapSchema(id: 1, name: "S", encoding: "e", data: [7]))
        writer.add(McapChannel(id: 2, schemaID: 1, topic: "t", messageEncoding: "m", metadata: [McapPair("k", "v")]))
        _ = writer.take()
        writer.write(McapMessage(channelID: 2, sequence: 3, logTime: 4, publishTime: 5, data: [6]), now: .zero)
        writer.closeChunk()
        let file = writer.take()
        var golden: [UInt8] = [0x03, 17, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0x53, 1, 0, 0, 0, 0x65, 1, 0, 0, 0, 7]
        golden += [0x04, 28, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1, 0, 1, 0, 0, 0, 0x74, 1, 0, 0, 0, 0x6D]
        golden += [10, 0, 0, 0, 1, 0, 0, 0, 0x6B, 1, 0, 0, 0, 0x76]
        golden += [0x05, 23, 0, 0, 0, 0, 0, 0, 0, 2, 0, 3, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 6]
        let sum = Checksum.crc32(golden)
        // A chunk so small is not packed: no compression, and its records as they are.
        let content: [UInt8] =
            [4, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, UInt8(golden.count), 0, 0, 0, 0, 0, 0, 0]
            + (0..<4).map { UInt8(truncatingIfNeeded: sum >> (8 * $0)) }
            + [0, 0, 0, 0, UInt8(golden.count), 0, 0, 0, 0, 0, 0, 0] + golden
        #expect(file[0] == 0x06)
        #expect(Array(file[9..<9 + Int(file[1])]) == content)
        let chunk = try #require(McapChunk(file[9..<9 + Int(file[1])]))
        #expect(try chunk.unpacked().get() == golden)
        // Where the message begins, under its channel's number.
        let offset = UInt8(golden.count - 32)
        #expect(
            Array(file.dropFirst(9 + Int(file[1])))
                == [
                    0x07, 22, 0, 0, 0, 0, 0, 0, 0, 2, 0, 16, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, offset, 0, 0, 0, 0, 0, 0,
                    0,
                ])
    }

    @Test func `a large chunk's records are packed with zstd, and are the same when unpacked`() throws {
        var writer = McapWriter(profile: "")
        writer.add(McapSchema(id: 1, name: "S", encoding: "e", data: [7]))
        writer.add(McapChannel(id: 2, schemaID: 1, topic: "t", messageEncoding: "m", metadata: []))
        let data = [UInt8](repeating: 6, count: 2 * McapWriter.packedBytesMin)
        writer.write(McapMessage(channelID: 2, sequence: 3, logTime: 4, publishTime: 5, data: data), now: .zero)
        writer.closeChunk()
        let file = writer.take()
        let range = try #require(Samples.chunks(in: file).first)
        let chunk = try #require(McapChunk(file[range.dropFirst(9)]))
        #expect(chunk.compression == McapChunk.zstd)
        #expect(range.count < data.count)
        #expect(try chunk.unpacked().get().suffix(data.count).elementsEqual(data))
    }

    @Test func `a channel is described in the first four chunks that have messages of it, and in each 16th`() throws {
        let file = Samples.file(messages: 400, perChunk: 2)
        let described = try Samples.chunks(in: file).map { range in
            let chunk = try #require(McapChunk(file[range.dropFirst(9)]))
            return try chunk.unpacked().get().first == McapOpcode.schema.rawValue
        }
        #expect(described.indices.filter { described[$0] } == [0, 1, 2, 3] + Array(stride(from: 16, to: 200, by: 16)))
    }

    @Test func `the summary says where everything is`() throws {
        let file = Samples.file(messages: 10, perChunk: 4)
        // Footer: opcode, length, then the summary's start, its offsets' start, its sum; then the magic.
        var footer = LittleReader(file.suffix(37).dropFirst(9))
        let (summary, offsets, sum) = (footer.u64(), footer.u64(), footer.u32())
        let summaryStart = Int(try #require(summary))
        let offsetsStart = Int(try #require(offsets))
        #expect(Checksum.crc32(file[summaryStart..<file.count - 12]) == sum)
        var reader = LittleReader(file[offsetsStart...])
        var groups: [UInt8] = []
        while reader.u8() == McapOpcode.summaryOffset.rawValue {
            let (content, kind, from, count) = (reader.u64(), reader.u8(), reader.u64(), reader.u64())
            #expect(content == 17)
            let opcode = try #require(kind)
            let start = Int(try #require(from))
            let length = Int(try #require(count))
            groups.append(opcode)
            #expect(start >= summaryStart && start + length <= offsetsStart)
            #expect(file[start] == opcode)
        }
        #expect(groups == [0x03, 0x04, 0x0B, 0x08, 0x0A, 0x0D])
        // The data's sum stands just before the summary.
        var dataEnd = LittleReader(file[(summaryStart - 13)...])
        let (opcode, length, dataSum) = (dataEnd.u8(), dataEnd.u64(), dataEnd.u32())
        #expect(opcode == McapOpcode.dataEnd.rawValue && length == 4)
        #expect(dataSum == Checksum.crc32(file[..<(summaryStart - 13)]))
    }
}
