/// BLAKE2b-256 of a whole object, whose bytes are given in their order, piece by piece as they come: 64 MiB at once would
/// hold a peer for a tenth of a second.
package final class ObjectHash {
    package static let byteCount = 32
    private let stream = HashStream(hashBytes: byteCount)
    private var result: [UInt8]?
    package private(set) var objectBytes = 0

    package init() {}

    package func absorb(_ bytes: ArraySlice<UInt8>) {
        precondition(result == nil, "bytes after the object's end")
        objectBytes += bytes.count
        precondition(objectBytes <= ObjectSeal.objectBytesMax, "an object of \(objectBytes) bytes")
        stream.absorb(bytes)
    }

    /// The hash; the object ends here.
    package func finish() -> [UInt8] {
        if let result { return result }
        let hash = stream.finish()
        result = hash
        return hash
    }

    package static func of(_ bytes: [UInt8]) -> [UInt8] {
        let hash = ObjectHash()
        hash.absorb(bytes[...])
        return hash.finish()
    }
}
