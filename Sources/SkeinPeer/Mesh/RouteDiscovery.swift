import SkeinWire

/// Finding the shortest way to a robot nobody here knows a way to: a flooded route request; the target answers along the
/// way the request came, after waiting a moment for a shorter copy. What was to be sent waits, bounded; a request without
/// answer is repeated a few times and then given up, and what waited is dropped and counted.
struct RouteDiscovery {
    /// A message without a way, waiting for one.
    struct Waiting {
        var destination: NodeID
        var message: Message
        var timeToLive: UInt8
    }

    private struct Search {
        var target: NodeID
        var request: UInt32
        var triesLeft: Int
        var dueAt: Instant
    }

    private struct Answer {
        var to: NodeID
        var request: UInt32
        var dueAt: Instant
    }

    enum Action {
        case request(RouteRequest)
        case reply(RouteReply, to: NodeID)
        /// No way to it was found; these messages are lost.
        case giveUp(NodeID, [Waiting])
    }

    private var searches: [Search] = []
    private var answers: [Answer] = []
    private var waiting: [Waiting] = []
    private var requests: UInt32 = 0
    private let tuning: MeshTuning

    init(tuning: MeshTuning) { self.tuning = tuning }

    var nextDeadline: Instant {
        let searchesDue = searches.lazy.map(\.dueAt).min() ?? .distantFuture
        return min(searchesDue, answers.lazy.map(\.dueAt).min() ?? .distantFuture)
    }

    /// Whom it is looking for.
    var targets: [NodeID] { searches.map(\.target) }

    /// False when too much is waiting already.
    mutating func seek(_ item: Waiting, now: Instant) -> Bool {
        guard waiting.count < tuning.routeWaitingMax else { return false }
        waiting.append(item)
        search(item.destination, tries: tuning.routeRequestTriesMax, now: now)
        return true
    }

    /// For a relay that has lost the way: a single request, for what comes after.
    mutating func seek(_ target: NodeID, now: Instant) {
        guard searches.count < tuning.routeWaitingMax else { return }
        search(target, tries: 1, now: now)
    }

    private mutating func search(_ target: NodeID, tries: Int, now: Instant) {
        guard !searches.contains(where: { $0.target == target }) else { return }
        requests += 1
        searches.append(Search(target: target, request: requests, triesLeft: tries, dueAt: now))
    }

    /// A request for us: answered once, when shorter copies have had their time.
    mutating func asked(_ request: RouteRequest, by origin: NodeID, now: Instant) {
        guard answers.count < tuning.routeWaitingMax else { return }
        answers.append(
            Answer(to: origin, request: request.request, dueAt: now + tuning.floodDelay + tuning.floodJitterMax))
    }

    /// A way is known now: what waited for it.
    mutating func found(_ target: NodeID) -> [Waiting] {
        searches.removeAll { $0.target == target }
        let ready = waiting.filter { $0.destination == target }
        waiting.removeAll { $0.destination == target }
        return ready
    }

    mutating func deadlinePassed(now: Instant) -> [Action] {
        var actions: [Action] = []
        for answer in answers where answer.dueAt <= now {
            actions.append(.reply(RouteReply(request: answer.request, hops: 0), to: answer.to))
        }
        answers.removeAll { $0.dueAt <= now }
        for index in searches.indices where searches[index].dueAt <= now && searches[index].triesLeft > 0 {
            searches[index].triesLeft -= 1
            searches[index].dueAt = now + tuning.routeRequestTimeout
            actions.append(
                .request(RouteRequest(request: searches[index].request, target: searches[index].target)))
        }
        for search in searches where search.dueAt <= now {
            actions.append(.giveUp(search.target, waiting.filter { $0.destination == search.target }))
            waiting.removeAll { $0.destination == search.target }
        }
        searches.removeAll { $0.dueAt <= now }
        return actions
    }
}
