import SkeinPeer
import SkeinPicture
import SkeinWire

/// Where a picture gets what it shows: keeps asking, never waits.
protocol Feed: AnyObject {
    /// Takes what has come, asks what is due, calls again whoever is away.
    func advance(_ picture: inout SwarmPicture, now: Instant)
    /// The picture's time at a moment of ours.
    func time(at now: Instant) -> Instant
    /// Readable when something has come.
    var descriptors: [Int32] { get }
    /// When `advance` is wanted at the latest.
    var nextDeadline: Instant { get }
    /// Everybody who can be asked has answered at least once, or is known not to.
    var hasAnswered: Bool { get }
    /// Nothing more will come.
    var isOver: Bool { get }
    /// What is recorded stands still, or goes on.
    func pause(_ isPaused: Bool, now: Instant)
    /// Sends an order to a robot that can take it; false: there is none. Its outcome comes as news.
    func send(_ order: OperatorCommand) -> Bool
    /// What came of orders since the last call.
    func takeNews() -> [String]
}

extension Feed {
    func time(at now: Instant) -> Instant { now }
    var isOver: Bool { false }
    func pause(_ isPaused: Bool, now: Instant) {}
}

/// Where the picture is filled by whoever shows it, and nothing is steered.
final class NoFeed: Feed {
    private var news: [String] = []

    func advance(_ picture: inout SwarmPicture, now: Instant) {}
    var descriptors: [Int32] { [] }
    var nextDeadline: Instant { .distantFuture }
    var hasAnswered: Bool { true }

    func send(_ order: OperatorCommand) -> Bool {
        news.append("a simulation is looked at, not steered")
        return true
    }

    func takeNews() -> [String] {
        defer { news = [] }
        return news
    }
}
