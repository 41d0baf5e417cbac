import SkeinWire

/// What a person asks robots about the ways between them, through this one (docs/probing.md). Each is answered once.
package enum OperatorQuestion: Hashable, Sendable {
    /// Whom a robot would send a message to another to, now.
    case way(of: NodeID, to: NodeID)
    /// How far a robot is from another.
    case echo(by: NodeID, of: NodeID)
    /// How fast objects go from one robot to another.
    case measure(SpeedOrder)
    /// Nobody waits any more for what was asked under this ticket: the daemon's own, not for tools.
    case giveUp(ticket: UInt32)
}

/// A measurement, as a person orders it.
package struct SpeedOrder: Hashable, Sendable {
    package static let bytesRange = Int(Question.bytesMin)...Int(Question.bytesMax)
    package static let secondsRange = 1...Int(Question.millisecondsMax / 1_000)

    package var from: NodeID
    package var to: NodeID
    package var bytes: Int
    package var seconds: Int

    package init(from: NodeID, to: NodeID, bytes: Int, seconds: Int) {
        self.from = from
        self.to = to
        self.bytes = bytes
        self.seconds = seconds
    }

    var isMeasurable: Bool {
        from != to && Self.bytesRange.contains(bytes) && Self.secondsRange.contains(seconds)
    }
}

/// What came of an `OperatorQuestion`.
package enum QuestionReply: Hashable, Sendable {
    /// Hops of the answer's own way, and the time there and back if the question was said once.
    case way(of: NodeID, Answer.Way, hops: Int, roundTrip: Duration?)
    case echoed(by: NodeID, of: NodeID, hops: Int, roundTrip: Duration)
    case measured(SpeedReport)
    /// This robot did not answer, or not with that.
    case failed(NodeID, QuestionFailure)
}

/// Why a question has no answer.
package enum QuestionFailure: Hashable, Sendable {
    /// Not a word for so long.
    case silent
    /// It was at work, and its time was over.
    case late
    /// This robot itself has as much under way as may be.
    case tooMany
    /// An order that nobody can carry out.
    case senseless
    case refused(Answer.Refusal)
}

/// What a measurement has found.
package struct SpeedReport: Hashable, Sendable {
    package var from: NodeID
    package var to: NodeID
    package var bytes: Int
    /// From the receiver's wish to the sender's offer: a session, and the way there and back.
    package var waited: Duration
    /// From the offer to the last byte.
    package var took: Duration
    /// Frames with a piece of the object, and how many of them were repetitions; nil: the sender's last word was lost.
    package var sent: Int?
    package var repeated: Int?
    /// To the sender's first hop, by its leader's shares.
    package var allottedBitsPerSecond: Double

    package init(
        from: NodeID, to: NodeID, bytes: Int, waited: Duration, took: Duration, sent: Int?, repeated: Int?,
        allottedBitsPerSecond: Double
    ) {
        self.from = from
        self.to = to
        self.bytes = bytes
        self.waited = waited
        self.took = took
        self.sent = sent
        self.repeated = repeated
        self.allottedBitsPerSecond = allottedBitsPerSecond
    }

    package var bitsPerSecond: Double { Double(bytes) * 8 / max(took.inSeconds, 1e-9) }
}
