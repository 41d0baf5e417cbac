/// The end of a file, without reading the rest.
package enum McapTail {
    /// Whether the last bytes are a footer and the magic: whoever wrote it came to its end.
    package static func isWhole<Source: McapSource>(_ source: Source) -> Bool {
        var source = source
        let count = McapOpcode.prefixBytes + 20 + McapMagic.bytes.count
        guard source.byteCount >= UInt64(count + McapMagic.bytes.count),
            let bytes = try? source.bytes(at: source.byteCount - UInt64(count), count: count)
        else { return false }
        var reader = LittleReader(bytes[...])
        return reader.u8() == McapOpcode.footer.rawValue && reader.u64() == 20
            && bytes.suffix(McapMagic.bytes.count).elementsEqual(McapMagic.bytes)
    }
}
