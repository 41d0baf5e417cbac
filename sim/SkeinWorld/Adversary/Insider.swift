import SkeinPeer
import SkeinSeal
import SkeinTasks
import SkeinWire

/// A robot of the fleet that lies. Its peer is honest and knows nothing of it: what the peer sends passes through here, is
/// changed where a lie wants it, and is signed anew with the robot's own key. What the peer relays for others passes as it
/// is, for their signatures are not to be had.
struct Insider {
    /// What goes on the air in place of one transmission, and what is true of it.
    struct Speech {
        var transmissions: [Transmission]
        var isLie = false
        /// What was sent proves the lie.
        var isProof = false
        /// A poisoned result: whose task, which, which part.
        var poisoned: (requester: NodeID, task: UInt32, part: UInt8)?
    }

    /// Poisoned outputs that have not been sent yet, or may be asked for again.
    private static let outputsMax = 64
    private static let termInterval: Int64 = 500_000_000

    let robot: Int
    private(set) var lies: [InsiderLie]
    let config: InsiderConfig
    private let robots: Int
    private var seal: LyingSeal
    private var outputs: [[UInt8]] = []
    private var dice: Dice
    /// A claimant's last term, and when it took it.
    private var term: UInt32 = 0
    private var termAt: Int64 = .min
    private var sequence: UInt32 = 0
    private var requests: UInt32 = 0

    init(robot: Int, config: InsiderConfig, robots: Int, seal: Seal, dice: Dice) {
        self.robot = robot
        self.config = config
        self.robots = robots
        lies = config.lies
        self.seal = LyingSeal(seal)
        self.dice = dice
    }

    /// A second table names the robot as well.
    mutating func add(_ more: [InsiderLie]) { lies += more.filter { !lies.contains($0) } }

    mutating func rebooted(_ seal: Seal) { self.seal = LyingSeal(seal) }

    func does(_ lie: InsiderLie) -> Bool { lies.contains(lie) }

    // MARK: What it says

    /// `hearers`: robots in range on the control band, for telling them different things.
    mutating func say(_ transmission: Transmission, hearers: @autoclosure () -> [NodeID], now: Int64) -> Speech {
        guard let spoken = seal.spoken(transmission.datagram) else { return Speech(transmissions: [transmission]) }
        var message = spoken.message
        var speech = Speech(transmissions: [])
        if case .result(let result) = message, outputs.contains(result.output) {
            speech.poisoned = (result.task.requester, result.task.number, result.part)
            speech.isLie = true
        }
        for lie in lies {
            guard let told = told(message, by: lie, now: now) else {
                speech.isLie = true
                return speech
            }
            if told != message {
                speech.isLie = true
                speech.isProof = speech.isProof || lie.isProvable
            }
            message = told
        }
        if let other = otherFace(of: message), spoken.envelope.destination == .none {
            return twoFaced(transmission, spoken, message, other, hearers())
        }
        var sent = transmission
        sent.datagram = seal.resealed(transmission.datagram, spoken, saying: [message])[0]
        sent.trafficClass = message.kind.trafficClass
        speech.transmissions = [sent]
        return speech
    }

    /// One thing for robots of even numbers, another for the others; each of them alone hears its own.
    private mutating func twoFaced(
        _ transmission: Transmission, _ spoken: LyingSeal.Spoken, _ one: Message, _ other: Message, _ hearers: [NodeID]
    ) -> Speech {
        let faces = seal.resealed(transmission.datagram, spoken, saying: [one, other])
        let transmissions = hearers.map { hearer in
            var sent = transmission
            sent.datagram = faces[Int(hearer.number % 2)]
            sent.next = hearer
            return sent
        }
        let isProof = hearers.contains { $0.number % 2 == 0 } && hearers.contains { $0.number % 2 == 1 }
        return Speech(transmissions: transmissions, isLie: true, isProof: isProof)
    }

    private func otherFace(of message: Message) -> Message? {
        switch message {
        case .plan(let part) where does(.twoFacedPlans): .plan(LeaderLies.otherPlan(part))
        case .mission(let order) where does(.twoFacedOrders): .mission(LeaderLies.otherOrder(order))
        default: nil
        }
    }

    /// Nil: it says nothing.
    private mutating func told(_ message: Message, by lie: InsiderLie, now: Int64) -> Message? {
        let us = seal.robot
        switch lie {
        case .strongLinks: return LinkLies.strong(message, us: us, robots: robots)
        case .claimsIdle: return LinkLies.idle(message, percent: 100)
        case .hidesIdle: return LinkLies.idle(message, percent: 0)
        case .position: return LinkLies.moved(message, offsetMeters: Float(config.offsetMeters))
        case .refuses: return WorkLies.refused(message)
        case .neverAnswers: return WorkLies.unanswered(message)
        case .matchesNobody: return LeaderLies.matchingNobody(message, us: us)
        case .ghostHelpers: return LeaderLies.matchingGhosts(message, us: us, robots: robots)
        case .overGrants: return LeaderLies.overGranting(message)
        case .grantsTwice: return LeaderLies.grantingTwice(message)
        case .placesTwice: return LeaderLies.placingTwice(message)
        case .nonsensePlans: return LeaderLies.ownAll(message, us: us, robots: robots)
        case .raisesTerm: return claimed(message, now: now)
        case .flood, .falseSighting, .poison, .twoFacedPlans, .twoFacedOrders: return message
        }
    }

    /// A root in a new term.
    private mutating func claimed(_ message: Message, now: Int64) -> Message {
        guard case .beacon(var beacon) = message, !beacon.isLeaving else { return message }
        if now - max(termAt, 0) >= Self.termInterval || termAt == .min {
            term = min(max(term, beacon.term), UInt32.max / 4) + 1
            termAt = now
            sequence = 0
        }
        sequence += 1
        beacon.root = seal.robot
        beacon.term = term
        beacon.rootSequence = sequence
        beacon.hops = 0
        beacon.parent = .none
        return .beacon(beacon)
    }

    // MARK: What it computes

    /// The answer that its peer is told its processor has found.
    mutating func poisoned(_ kernel: Kernel, input: [UInt8], output: [UInt8]?) -> [UInt8]? {
        guard does(.poison), let output,
            let lie = Poison.answer(to: input, of: kernel, honest: output, offsetMeters: config.offsetMeters)
        else { return output }
        if outputs.count == Self.outputsMax { outputs.removeFirst() }
        outputs.append(lie)
        return lie
    }

    // MARK: What it says unasked

    /// One message of a flood: a search for anybody, which everybody passes on, and the one sought answers.
    mutating func search() -> Transmission {
        requests += 1
        let request = RouteRequest(request: requests, target: NodeID(UInt16(dice.below(robots))))
        return unasked(.routeRequest(request))
    }

    /// A sighting of the target where it is not.
    mutating func sighting(near place: FieldPoint, revision: UInt32) -> Transmission {
        unasked(
            .sighting(
                Sighting(
                    revision: revision, xMeters: Float(place.xMeters + config.offsetMeters),
                    yMeters: Float(place.yMeters), sigmaMeters: 0.1)))
    }

    private mutating func unasked(_ message: Message) -> Transmission {
        Transmission(
            datagram: seal.flooded(message, timeToLive: Self.floodHops), band: .control,
            trafficClass: message.kind.trafficClass, next: .none, shareMHz: 20, address: nil)
    }

    private static let floodHops: UInt8 = 16
}
