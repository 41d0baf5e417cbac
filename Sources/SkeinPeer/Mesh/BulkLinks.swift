import SkeinBulk
import SkeinSeal
import SkeinWire

/// This robot's end of bulk transfer: the objects under way, the sessions that they travel in, and the share of the band that
/// its leader, or it itself as a leader, allots.
///
/// Rules.
/// - Objects are fetched: whoever wants one asks a robot that has it. One that nobody asked for is declined.
/// - To a robot in range frames go directly; else each is wrapped for the neighbour on the way (`TransitFrame`), which
///   wraps it anew. A relay that has no session with the next neighbour asks for one and drops the frame; the sender
///   repeats it.
/// - A leader divides what its grants leave of the band among the members that say that they have bulk, itself included, and
///   says so in its hello; without a word of a leader a robot takes `shareMHzDefault`. The rate is that share times the
///   link's efficiency. Where only 2.4 GHz reaches, which all in range share, it is `controlBitsPerSecond`.
/// - Ways are looked at ten times a second; without one what is under way waits, and a way is sought.
/// - A robot that is out of the fleet or leaves has no sessions any more, and nothing is under way with it.
struct BulkLinks {
    static let shareMHzDefault = 2.0
    /// However little the grants leave: an object must get through at last.
    static let shareMHzMin = 1.0
    static let controlBitsPerSecond = 250_000.0
    /// Results of several jobs, each from its helper.
    static let fetchesMax = 256
    /// Frames of one `handle`, as many as a port's queue holds for one neighbour; the next `handle` goes on.
    static let framesMax = 32

    /// A fetch under way.
    struct Fetch {
        var id: FetchID
        var object: ObjectID
        var from: NodeID
    }

    var book: BulkBook
    /// Nil until somebody is to be talked to, and while this robot's own membership is unknown.
    var sessions: SessionBook?
    let secrets: any SecretSource
    var fetches: [Fetch] = []
    /// What this leader allots to each member with bulk; nil: nobody has any, or it does not lead.
    var shareKHz: UInt16?
    /// As its last hello said.
    var hasSaidBusy = false
    /// Something that others depend on has happened since the last frame.
    var hasTold = false

    init(id: NodeID, epoch: Epoch, secrets: any SecretSource) {
        var tuning = BulkTuning.standard
        tuning.fetchesMax = Self.fetchesMax
        book = BulkBook(id: id, boot: epoch, tuning: tuning)
        self.secrets = secrets
    }

    var nextDeadline: Instant { min(book.nextDeadline, sessions?.nextDeadline ?? .distantFuture) }
}
