import SkeinWire

extension McapReader {
    private static var stepBytes: Int { 131_072 }

    /// Where behind `start` the next chunk or attachment begins whose own checksum agrees; nil: there is none.
    mutating func nextSound(after start: UInt64) throws(McapError) -> UInt64? {
        let prefixBytes = UInt64(McapOpcode.prefixBytes)
        var offset = start + 1
        while offset < window.byteCount, window.byteCount - offset > prefixBytes {
            let left = window.byteCount - offset
            let count = Int(min(left, UInt64(Self.stepBytes)))
            let bytes = try window.slice(at: offset, count: count)
            let last = count - McapOpcode.prefixBytes
            for index in 0...last {
                let number = bytes[bytes.startIndex + index]
                guard number == McapOpcode.chunk.rawValue || number == McapOpcode.attachment.rawValue else { continue }
                let at = bytes.startIndex + index
                guard let (_, length) = length(in: bytes[at..<at + McapOpcode.prefixBytes]),
                    length <= McapLimit.recordBytesMax, length <= left - UInt64(index) - prefixBytes
                else { continue }
                guard effort >= length else { return nil }
                effort -= length
                if try isSound(number, at: offset + UInt64(index) + prefixBytes, count: Int(length)) {
                    return offset + UInt64(index)
                }
            }
            offset += UInt64(last + 1)
        }
        return nil
    }

    private mutating func isSound(_ number: UInt8, at offset: UInt64, count: Int) throws(McapError) -> Bool {
        let content = try window.slice(at: offset, count: count)
        guard number == McapOpcode.chunk.rawValue else { return McapAttachment.read(content)?.isSound ?? false }
        // Without a sum of its own anything could be one.
        guard let chunk = McapChunk(content), chunk.uncompressedSum != 0 else { return false }
        switch chunk.unpacked() {
        case .success: return true
        case .failure: return false
        }
    }
}

extension McapAttachment {
    /// An attachment's content; nil if its lengths contradict each other. Sound: its sum agrees, or it has none (0).
    static func read(_ content: ArraySlice<UInt8>) -> (McapAttachment, isSound: Bool)? {
        var reader = LittleReader(content)
        guard let logTime = reader.u64(), let createTime = reader.u64(), let name = reader.text(),
            let mediaType = reader.text(), let count = reader.u64(), let data = reader.take(count),
            let sum = reader.u32(), reader.isAtEnd
        else { return nil }
        let attachment = McapAttachment(
            logTime: logTime, createTime: createTime, name: name, mediaType: mediaType, data: Array(data))
        return (attachment, sum == 0 || Checksum.crc32(content.dropLast(4)) == sum)
    }
}
