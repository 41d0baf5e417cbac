/// CRC-32 as in gzip (RFC 1952 §8): finds a torn or rotten record. It is no protection against anybody.
package enum Checksum {
    /// Row k: a byte's part in the sum when k bytes follow it, so that eight bytes are one step (slicing-by-8).
    private static let tables: [UInt32] = {
        var tables = [UInt32](repeating: 0, count: 8 * 256)
        for index in 0..<256 {
            tables[index] = (0..<8).reduce(UInt32(index)) { value, _ in
                value & 1 == 1 ? 0xEDB8_8320 ^ value >> 1 : value >> 1
            }
        }
        for index in 256..<tables.count {
            let before = tables[index - 256]
            tables[index] = tables[Int(before & 0xFF)] ^ before >> 8
        }
        return tables
    }()

    package static func crc32(_ bytes: ArraySlice<UInt8>) -> UInt32 { crc32(bytes, continuing: 0) }

    package static func crc32(_ bytes: [UInt8]) -> UInt32 { crc32(bytes[...]) }

    /// The sum of all that came before and of these; 0: nothing came before.
    package static func crc32(_ bytes: ArraySlice<UInt8>, continuing sum: UInt32) -> UInt32 {
        bytes.withUnsafeBufferPointer { bytes in
            tables.withUnsafeBufferPointer { tables in
                var sum = ~sum
                var index = 0
                while index + 8 <= bytes.count {
                    let low = sum ^ word(bytes, index)
                    let high = word(bytes, index + 4)
                    let first = tables[1_792 + Int(low & 0xFF)] ^ tables[1_536 + Int(low >> 8 & 0xFF)]
                    let second = tables[1_280 + Int(low >> 16 & 0xFF)] ^ tables[1_024 + Int(low >> 24)]
                    let third = tables[768 + Int(high & 0xFF)] ^ tables[512 + Int(high >> 8 & 0xFF)]
                    let fourth = tables[256 + Int(high >> 16 & 0xFF)] ^ tables[Int(high >> 24)]
                    sum = first ^ second ^ third ^ fourth
                    index += 8
                }
                while index < bytes.count {
                    sum = tables[Int((sum ^ UInt32(bytes[index])) & 0xFF)] ^ sum >> 8
                    index += 1
                }
                return ~sum
            }
        }
    }

    private static func word(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int) -> UInt32 {
        UInt32(bytes[index]) | UInt32(bytes[index + 1]) << 8 | UInt32(bytes[index + 2]) << 16
            | UInt32(bytes[index + 3]) << 24
    }
}
