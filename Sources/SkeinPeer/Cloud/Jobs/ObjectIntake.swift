import SkeinSeal
import SkeinWire

/// Objects that an operator is giving to this robot, piece by piece in order. The hash is made as they come, so that 64 MiB
/// hold the peer for no longer than a piece takes.
///
/// A piece that comes again is answered again; one too early is refused, and the giver goes on from what is here. What stops
/// growing for `giveTimeout` is dropped, with the room that was kept for it.
struct ObjectIntake {
    /// At once; a further one is refused.
    static let intakesMax = 8

    private struct Intake {
        let id: ObjectID
        let objectBytes: Int
        let hash = ObjectHash()
        var bytes = ObjectBytes()
        var touchedAt: Instant
    }

    private var intakes: [Intake] = []

    func nextDeadline(_ tuning: JobTuning) -> Instant {
        intakes.reduce(.distantFuture) { min($0, $1.touchedAt + tuning.giveTimeout) }
    }

    mutating func expire(_ store: inout ObjectStore, tuning: JobTuning, now: Instant) {
        for intake in intakes where intake.touchedAt + tuning.giveTimeout <= now { store.unreserve(intake.objectBytes) }
        intakes.removeAll { $0.touchedAt + tuning.giveTimeout <= now }
    }

    mutating func take(_ piece: ObjectPiece, _ store: inout ObjectStore, now: Instant) -> JobReply {
        let pieces = Self.pieces(of: piece.objectBytes)
        guard (0...ObjectBytes.countMax).contains(piece.objectBytes), (0..<max(1, pieces)).contains(piece.index),
            piece.bytes.count == Self.bytes(ofPiece: piece.index, of: piece.objectBytes)
        else { return .objectRefused(piece.object, .piece) }
        if store.use(piece.object) != nil { return .given(piece.object, pieces: pieces) }
        guard let index = intakes.firstIndex(where: { $0.id == piece.object }) else {
            guard piece.index == 0 else { return .given(piece.object, pieces: 0) }
            guard intakes.count < Self.intakesMax, store.reserve(piece.objectBytes) else {
                return .objectRefused(piece.object, .storeFull)
            }
            intakes.append(Intake(id: piece.object, objectBytes: piece.objectBytes, touchedAt: now))
            return add(piece, to: intakes.count - 1, &store, now: now)
        }
        guard intakes[index].objectBytes == piece.objectBytes else {
            return .objectRefused(piece.object, .piece)
        }
        guard piece.index == intakes[index].bytes.pieces.count else {
            return .given(piece.object, pieces: intakes[index].bytes.pieces.count)
        }
        return add(piece, to: index, &store, now: now)
    }

    private mutating func add(
        _ piece: ObjectPiece, to index: Int, _ store: inout ObjectStore, now: Instant
    ) -> JobReply {
        intakes[index].touchedAt = now
        intakes[index].bytes.append(piece.bytes[...])
        intakes[index].hash.absorb(piece.bytes[...])
        guard intakes[index].bytes.count == piece.objectBytes else {
            return .given(piece.object, pieces: intakes[index].bytes.pieces.count)
        }
        let intake = intakes.remove(at: index)
        store.unreserve(intake.objectBytes)
        guard intake.hash.finish() == intake.id.hash else { return .objectRefused(intake.id, .piece) }
        guard store.put(intake.id, intake.bytes, for: nil) else { return .objectRefused(intake.id, .storeFull) }
        return .given(intake.id, pieces: intake.bytes.pieces.count)
    }

    private static func pieces(of bytes: Int) -> Int { (bytes + ObjectBytes.pieceBytes - 1) / ObjectBytes.pieceBytes }

    private static func bytes(ofPiece index: Int, of objectBytes: Int) -> Int {
        min(ObjectBytes.pieceBytes, objectBytes - index * ObjectBytes.pieceBytes)
    }
}
