import Glibc
import SkeinLinux
import SkeinPeer
import SkeinSeal
import SkeinWire

/// Objects on their way between a tool and its robot: a few pieces ahead of the answers, so that neither side holds more than
/// those, and whoever is slow slows the other.
///
/// Giving: the first piece alone, whose answer says how many are here already; then the others from there on. A robot whose
/// store is full is asked again until its patience is over. Ctrl-C ends the program while objects travel: nothing is lost
/// but the way.
struct ObjectTalk {
    /// Pieces without an answer: as answers of a fetch, a third of what the daemon keeps for a slow reader.
    private static let windowMax = 8
    /// For one answer: a robot may have to look on its disk.
    private static let answerMax: Duration = .seconds(30)
    private static let pauseMicroseconds: UInt32 = 250_000

    let talk: Talk

    /// Until all of it is there.
    func give(_ source: ObjectSource, patience: Duration) throws {
        let deadline = MonotonicClock.now() + patience
        while true {
            var (here, refusal) = try give(source, 0..<1)
            if here < source.pieces, refusal == nil { (here, refusal) = try give(source, max(here, 1)..<source.pieces) }
            if here == source.pieces, refusal == nil { return }
            if let refusal, refusal != .storeFull { throw TaskFailure(refusal, giving: source) }
            guard MonotonicClock.now() < deadline else { throw TaskFailure(refusal ?? .storeFull, giving: source) }
            Console.progress("\(source.label): this robot's store is full, waiting")
            Interruption.dieIfNoted()
            usleep(Self.pauseMicroseconds)
        }
    }

    /// How many are here at last, and why not all. Goes on to the last answer, so that none is left over.
    private func give(
        _ source: ObjectSource, _ pieces: Range<Int>
    ) throws -> (here: Int, refusal: JobRefusal?) {
        var next = pieces.lowerBound
        var open = 0
        var here = 0
        var refusal: JobRefusal?
        while open > 0 || (next < pieces.upperBound && refusal == nil) {
            while open < Self.windowMax, next < pieces.upperBound, refusal == nil {
                _ = try talk.send(.job(.give(try source.piece(next))))
                next += 1
                open += 1
            }
            switch try answer() {
            case .given(source.object, let count): here = max(here, count)
            case .objectRefused(source.object, let reason): refusal = refusal ?? reason
            default: continue
            }
            open -= 1
        }
        return (here, refusal)
    }

    /// All of it; nil: it is not here. What comes is held to its name.
    func fetch(_ object: ObjectID, bytes count: Int) throws -> [UInt8]? {
        guard count > 0 else { return [] }
        guard count <= ObjectBytes.countMax else { throw TalkError.noSense(talk.path) }
        let pieces = (count + ObjectBytes.pieceBytes - 1) / ObjectBytes.pieceBytes
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        let hash = ObjectHash()
        var asked = 0
        var taken = 0
        var early: [Int: [UInt8]] = [:]
        while taken < pieces {
            while asked < pieces, asked - taken < Self.windowMax {
                _ = try talk.send(.job(.fetch(object, piece: asked)))
                asked += 1
            }
            // Answers to an earlier fetch that was given up may still come.
            guard case .piece(object, let index, let piece) = try answer(), (taken..<asked).contains(index) else {
                continue
            }
            guard let piece else { return nil }
            guard piece.count == min(ObjectBytes.pieceBytes, count - index * ObjectBytes.pieceBytes) else {
                throw TalkError.noSense(talk.path)
            }
            early[index] = piece
            while let next = early.removeValue(forKey: taken) {
                hash.absorb(next[...])
                bytes += next
                taken += 1
            }
        }
        guard hash.finish() == object.hash else {
            throw TaskFailure("what this robot has under the name \(object) is something else; ask again", Exit.failed)
        }
        return bytes
    }

    private func answer() throws -> JobReply {
        let deadline = MonotonicClock.now() + Self.answerMax
        while MonotonicClock.now() < deadline {
            Interruption.dieIfNoted()
            if case .job(let reply)? = try talk.nextReply(until: min(deadline, MonotonicClock.now() + Talk.glance))?
                .reply
            {
                return reply
            }
        }
        throw TalkError.noAnswer(talk.path, seconds: Int(Self.answerMax.inSeconds))
    }
}
