import SkeinPeer
import SkeinWire

/// Goes a way robot by robot: asks each whom it would send to next.
struct Tracer {
    /// One robot on the way.
    struct Hop {
        var robot: NodeID
        /// Its answer: how it goes on from here; nil: none came.
        var way: Answer.Way?
        /// Why none came, in words.
        var trouble: String?
        /// From where the way begins to this robot and back; nil: no echo.
        var echo: (hops: Int, roundTrip: Duration)?
    }

    /// How it ended.
    enum End: Equatable {
        case arrived
        /// A robot on the way knows no next one.
        case noWay(at: NodeID)
        /// A robot on the way did not answer.
        case silent(at: NodeID)
        /// The way comes back to a robot that it has left.
        case loop(at: NodeID)
        case tooLong
    }

    static let hopsMax = 64

    let questions: QuestionTalk
    let origin: NodeID
    let target: NodeID
    private(set) var hops: [Hop] = []
    private(set) var end = End.arrived
    /// The first answer was another one when the way had been gone.
    private(set) var hasChanged = false

    init(_ questions: QuestionTalk, from origin: NodeID, to target: NodeID, echoes: Bool) throws(TalkError) {
        self.questions = questions
        self.origin = origin
        self.target = target
        // A way that nobody has used of late is looked for first, as any message would.
        if origin != target { _ = try questions.ask(.echo(by: origin, of: target)) }
        try go()
        guard origin != target else { return }
        if echoes { try echo() }
        if let first = hops.first?.way, case .way(_, let now, _, _) = try questions.ask(.way(of: origin, to: target)) {
            hasChanged = now.next != first.next
        }
    }

    /// The link that leads to a robot on the way: what the one before said of it.
    func link(to place: Int) -> Answer.Way? { place == 0 ? nil : hops[place - 1].way }

    /// The least of what its links carry, b/s; nil: not all are known.
    var bottleneckBitsPerSecond: Double? {
        guard end == .arrived else { return nil }
        return (1..<max(1, hops.count)).compactMap { link(to: $0)?.capacityBitsPerSecond }.min()
    }

    private mutating func go() throws(TalkError) {
        var robot = origin
        while true {
            hops.append(Hop(robot: robot))
            guard robot != target else { return }
            guard hops.count <= Self.hopsMax else { return end = .tooLong }
            let place = hops.count - 1
            switch try questions.ask(.way(of: robot, to: target)) {
            case .way(_, let way, _, _):
                hops[place].way = way
                guard way.rule.hasNext else { return end = .noWay(at: robot) }
                guard !hops.contains(where: { $0.robot == way.next }) else { return end = .loop(at: way.next) }
                robot = way.next
            case .failed(let who, let failure):
                hops[place].trouble = try questions.words(who, failure)
                return end = .silent(at: robot)
            case .echoed, .measured: throw .noSense(questions.talk.path)
            }
        }
    }

    private mutating func echo() throws(TalkError) {
        for place in hops.indices where hops[place].robot != origin {
            if case .echoed(_, _, let count, let roundTrip) = try questions.ask(
                .echo(by: origin, of: hops[place].robot))
            {
                hops[place].echo = (count, roundTrip)
            }
        }
        guard end != .arrived,
            case .echoed(_, _, let count, let roundTrip) = try questions.ask(.echo(by: origin, of: target))
        else { return }
        // Beyond what is known of the way: that it is there.
        hops.append(Hop(robot: target, echo: (count, roundTrip)))
    }
}

extension Answer.Way {
    /// What a whole channel of the link carries at best.
    var capacityBitsPerSecond: Double { efficiency.bitsPerSecondPerHz * 20e6 }
}
