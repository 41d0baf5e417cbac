import SkeinSeal
import SkeinWire

/// An object in the making. Memory is taken piece by piece as chunks come. What is there without a gap is hashed little by
/// little, so that no single call is long.
///
/// It outlives the transfer that brought it. Then chunks may be of several robots, and if the hash is wrong, it cannot be
/// told whose chunk was: all is thrown away and the robot that sends now sends it alone.
struct PartialObject {
    /// Chunks that one call hashes: some 40 µs.
    static let hashChunksMax = 32

    let id: ObjectID
    let bytes: Int
    /// Who sent what is here; nil: several.
    private(set) var source: NodeID?
    private(set) var have: ChunkSet
    private var pieces: [[UInt8]]
    private var hash = ObjectHash()
    private var hashedChunks = 0
    private(set) var allocatedBytes = 0
    /// One past the highest chunk.
    private(set) var end = 0

    init(id: ObjectID, bytes: Int, source: NodeID) {
        self.id = id
        self.bytes = bytes
        self.source = source
        let chunks = TransferChunk.count(of: bytes)
        have = ChunkSet(chunks: chunks)
        pieces = [[UInt8]](
            repeating: [], count: (chunks + ObjectBytes.pieceChunks - 1) / ObjectBytes.pieceChunks)
    }

    var isEmpty: Bool { have.count == 0 }
    var isHashed: Bool { hashedChunks == have.chunks }

    /// Another robot goes on with it.
    mutating func join(_ robot: NodeID) {
        if source != robot { source = nil }
    }

    /// Whether a chunk is of the object and has its length.
    func fits(_ chunk: Int, count: Int) -> Bool {
        chunk < have.chunks && count == TransferChunk.bytes(of: chunk, in: bytes)
    }

    /// False: it was there.
    mutating func insert(_ chunk: Int, _ payload: UnsafeRawBufferPointer) -> Bool {
        guard have.insert(chunk) else { return false }
        end = max(end, chunk + 1)
        let piece = chunk / ObjectBytes.pieceChunks
        if pieces[piece].isEmpty {
            let size = min(ObjectBytes.pieceBytes, bytes - piece * ObjectBytes.pieceBytes)
            pieces[piece] = [UInt8](repeating: 0, count: size)
            allocatedBytes += size
        }
        let start = chunk % ObjectBytes.pieceChunks * ObjectBytes.chunkBytes
        pieces[piece].withUnsafeMutableBytes { room in
            UnsafeMutableRawBufferPointer(rebasing: room[start..<start + payload.count]).copyMemory(from: payload)
        }
        return true
    }

    /// Hashes up to so many chunks of what is there without a gap.
    mutating func hash(chunksMax: Int) {
        let goal = min(have.base, hashedChunks + chunksMax)
        while hashedChunks < goal {
            let piece = hashedChunks / ObjectBytes.pieceChunks
            let last = min(goal, (piece + 1) * ObjectBytes.pieceChunks)
            let start = hashedChunks % ObjectBytes.pieceChunks * ObjectBytes.chunkBytes
            let stop = (last - piece * ObjectBytes.pieceChunks) * ObjectBytes.chunkBytes
            hash.absorb(pieces[piece][start..<min(stop, pieces[piece].count)])
            hashedChunks = last
        }
    }

    /// The object, if what is whole and hashed is what its name says.
    mutating func finish() -> ObjectBytes? {
        precondition(isHashed, "\(hashedChunks) of \(have.chunks) chunks are hashed")
        guard ObjectID(hash: hash.finish()) == id else { return nil }
        let object = ObjectBytes(pieces: pieces)
        precondition(object?.count == bytes, "\(id): an object in pieces of a wrong size")
        return object
    }

    /// Throws away what several robots sent: from now on this one alone does.
    mutating func startOver(with robot: NodeID) {
        self = PartialObject(id: id, bytes: bytes, source: robot)
    }
}
