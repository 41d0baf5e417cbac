import CZstd

/// zstd (RFC 8878). One packer keeps its tables from chunk to chunk.
final class ZstdPacker {
    /// Faster than the fastest of the ordinary levels: chunks are small, and the robot has other things to do. On chunks of 5 kB
    /// it takes two thirds of level 1's time for 5 % more bytes.
    private static let level: Int32 = -1
    private let context: OpaquePointer

    init() {
        guard let context = ZSTD_createCCtx() else { preconditionFailure("no memory for zstd") }
        self.context = context
    }

    deinit { ZSTD_freeCCtx(context) }

    func packed(_ bytes: [UInt8]) -> [UInt8] {
        let bound = ZSTD_compressBound(bytes.count)
        return [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
            let result = bytes.withUnsafeBufferPointer { source in
                ZSTD_compressCCtx(
                    context, buffer.baseAddress, buffer.count, source.baseAddress, source.count, Self.level)
            }
            precondition(ZSTD_isError(result) == 0, "zstd refuses \(bytes.count) bytes: error \(result)")
            count = result
        }
    }
}

/// zstd on bytes that anybody wrote.
enum Zstd {
    /// 16 MiB: what unpacking may look back on, and so keep in memory. No level below "ultra" asks for more.
    private static let windowLogMax: Int32 = 24
    private static let stepBytes = 131_072

    enum Ending {
        /// The frame ended, with nothing behind it.
        case whole
        /// So far it was well, and there is no more of it.
        case short
        case damaged
    }

    /// The frame's content, or as much of it as can be had: never more than `limit`.
    static func unpacked(_ bytes: ArraySlice<UInt8>, limit: Int) -> (bytes: [UInt8], ending: Ending) {
        guard let context = ZSTD_createDCtx() else { preconditionFailure("no memory for zstd") }
        defer { ZSTD_freeDCtx(context) }
        guard ZSTD_isError(ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, windowLogMax)) == 0 else {
            preconditionFailure("zstd does not know its own parameter")
        }
        var output: [UInt8] = []
        let ending: Ending = bytes.withUnsafeBufferPointer { source in
            var input = ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: 0)
            while true {
                // One byte more than may come, to see whether more would.
                let room = min(stepBytes, limit - output.count + 1)
                var result = 0
                var isStuck = false
                let step = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
                    var out = ZSTD_outBuffer(dst: buffer.baseAddress, size: buffer.count, pos: 0)
                    let before = input.pos
                    result = ZSTD_decompressStream(context, &out, &input)
                    isStuck = out.pos == 0 && input.pos == before
                    count = out.pos
                }
                output.append(contentsOf: step)
                if ZSTD_isError(result) != 0 { return .damaged }
                if output.count > limit {
                    output.removeLast(output.count - limit)
                    return .damaged
                }
                if result == 0 { return input.pos == input.size ? .whole : .damaged }
                if isStuck { return .short }
            }
        }
        return (output, ending)
    }
}
