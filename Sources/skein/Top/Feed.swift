import SkeinPeer
import SkeinPicture
import SkeinWire

/// Where a picture gets what it shows: keeps asking, never waits.
protocol Feed: AnyObject {
    /// Takes what has come, asks what is due, calls again whoever is away.
    func advance(_ picture: inout SwarmPicture, now: Instant)
    /// Readable when something has come.
    var descriptors: [Int32] { get }
    /// When `advance` is wanted at the latest.
    var nextDeadline: Instant { get }
    /// Everybody who can be asked has answered at least once, or is known not to.
    var hasAnswered: Bool { get }
    /// Sends an order to a robot that can take it; nil: to none. Its outcome comes as news.
    func send(_ order: OperatorCommand) -> Bool
    /// What came of orders since the last call.
    func takeNews() -> [String]
}
