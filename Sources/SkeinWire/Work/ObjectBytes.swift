/// An object's bytes in pieces of one size, so that 64 MiB are neither allocated nor copied at once. All pieces but the last
/// are `pieceBytes` long; there are none in an empty object.
package struct ObjectBytes: Hashable, Sendable {
    /// What travels in one frame (`SkeinBulk`).
    package static let chunkBytes = 1_280
    /// Chunks of a piece: as many as a word has bits.
    package static let pieceChunks = 32
    package static let pieceBytes = chunkBytes * pieceChunks
    package static let countMax = 64 << 20
    package static let piecesMax = (countMax + pieceBytes - 1) / pieceBytes

    package private(set) var pieces: [[UInt8]] = []
    package private(set) var count = 0

    package init() {}

    package init(_ bytes: [UInt8]) { append(bytes[...]) }

    /// Nil: a piece has the wrong size, or all are too many.
    package init?(pieces: [[UInt8]]) {
        guard pieces.count <= Self.piecesMax else { return nil }
        for (place, piece) in pieces.enumerated() {
            let isLast = place == pieces.count - 1
            guard isLast ? (1...Self.pieceBytes).contains(piece.count) : piece.count == Self.pieceBytes else {
                return nil
            }
        }
        self.pieces = pieces
        count = pieces.reduce(0) { $0 + $1.count }
        guard count <= Self.countMax else { return nil }
    }

    package mutating func append(_ bytes: ArraySlice<UInt8>) {
        precondition(count + bytes.count <= Self.countMax, "an object of \(count + bytes.count) bytes")
        var rest = bytes
        while !rest.isEmpty {
            if count % Self.pieceBytes == 0 { pieces.append([]) }
            let room = Self.pieceBytes - pieces[pieces.count - 1].count
            pieces[pieces.count - 1].append(contentsOf: rest.prefix(room))
            count += min(room, rest.count)
            rest = rest.dropFirst(room)
        }
    }

    /// All in one: for small objects and tests.
    package var bytes: [UInt8] {
        var all: [UInt8] = []
        all.reserveCapacity(count)
        for piece in pieces { all.append(contentsOf: piece) }
        return all
    }
}
