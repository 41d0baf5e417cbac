import SkeinPeer
import SkeinWire

/// Knows what every honest peer truly said, what every robot took, and who lies; so it can tell what no robot can.
///
/// A message is known by its sender, boot, class and counter, and by a mark of all that its signature covers and of the
/// signature. Honest peers number no two messages alike.
package final class AdversaryWatch {
    /// What a peer has truly said under one name, and when.
    private struct Said {
        var mark: UInt64
        var at: Int64
    }

    /// When it first lied on the air, and first so that what it sent proves it.
    private struct Liar {
        var liedAt: Int64?
        var provedAt: Int64?
    }

    /// An honest robot has taken a demotion.
    private struct Learned {
        var robot: Int
        var by: Int
        var at: Int64
    }

    private var said: [UInt64: Said] = [:]
    private var taken: Set<UInt64> = []
    private var planMax = PlanNumber.none
    private var missionMax: UInt32 = 0
    private var sightingMax: UInt32 = 0
    private var liars: [Liar?]
    private var tries = [Int](repeating: 0, count: OutsiderTrick.allCases.count)
    private var accepted = [Int](repeating: 0, count: OutsiderTrick.allCases.count)
    private var acceptedKinds = [Int](repeating: 0, count: MessageKind.allCases.count)
    private var poisoned: Set<UInt64> = []
    private var learned: [Learned] = []
    private var figures = AdversaryFigures()

    /// What is being handed to robots now comes from an outsider, who means this by it.
    var trick: OutsiderTrick?
    var now: Int64 = 0

    init(robots: Int) { liars = [Liar?](repeating: nil, count: robots) }

    // MARK: What happens

    func lies(_ robot: Int) { if liars[robot] == nil { liars[robot] = Liar() } }

    func isLiar(_ robot: Int) -> Bool { robot < liars.count && liars[robot] != nil }

    func lied(_ robot: Int, isProof: Bool) {
        if liars[robot]?.liedAt == nil { liars[robot]?.liedAt = now }
        if isProof, liars[robot]?.provedAt == nil { liars[robot]?.provedAt = now }
    }

    /// A frame has reached a robot.
    func tried(_ robot: Int) {
        if !isLiar(robot), let trick, let index = OutsiderTrick.allCases.firstIndex(of: trick) { tries[index] += 1 }
    }

    /// A peer transmits: if it is the message's own sender, this is what it truly says.
    func sent(_ datagram: [UInt8], by robot: Int) {
        guard let name = MessageName(datagram), name.sender == robot else { return }
        let mark = MessageName.mark(of: datagram)
        if said[name.key] == nil { said[name.key] = Said(mark: mark, at: now) }
        switch name.bulletin(datagram) {
        case .plan(let number)?: planMax = max(planMax, number)
        case .mission(let revision)?: missionMax = max(missionMax, revision)
        case .sighting(let revision)?: sightingMax = max(sightingMax, revision)
        case nil: break
        }
    }

    func poisonedSent(_ requester: NodeID, _ task: UInt32, _ part: UInt8, by helper: Int) {
        if poisoned.insert(Self.key(Int(requester.number), task, part, helper)).inserted { figures.poisonedSent += 1 }
    }

    private static func key(_ requester: Int, _ task: UInt32, _ part: UInt8, _ helper: Int) -> UInt64 {
        Dice.mixed(UInt64(requester) << 32 | UInt64(task), UInt64(part), UInt64(helper))
    }

    func note(_ event: Event, from robot: Int) {
        switch event {
        case .partDone(let task, let part, let helper):
            guard poisoned.contains(Self.key(robot, task, part, Int(helper.number))) else { return }
            figures.poisonedAccepted += 1
        case .resultRefused(let task, let part, let helper, _):
            guard poisoned.contains(Self.key(robot, task, part, Int(helper.number))) else { return }
            figures.poisonedRefused += 1
        case .trustLearned(_, _, .demotion, let accused):
            if !isLiar(robot) { learned.append(Learned(robot: Int(accused.number), by: robot, at: now)) }
        default: break
        }
    }

    // MARK: The end

    /// `shunned`: by robot, whom its peer gives no work; nil: it is off.
    func close(shunned: [[Int]?]) -> AdversaryFigures {
        var closed = figures
        closed.tries = zip(OutsiderTrick.allCases, tries).map { .init(name: $0.rawValue, count: $1) }
        closed.accepted = zip(OutsiderTrick.allCases, accepted).map { .init(name: $0.rawValue, count: $1) }
        closed.acceptedKinds = zip(MessageKind.allCases, acceptedKinds).filter { $1 > 0 }.map {
            .init(name: "\($0)", count: $1)
        }
        closed.liars = liars.indices.filter { liars[$0] != nil }
        closed.liedAtSeconds = liars.compactMap { $0?.liedAt }.min().map { Double($0) * 1e-9 }
        let honest = shunned.indices.filter { !isLiar($0) && shunned[$0] != nil }
        closed.demotions = Set(learned.map(\.robot)).sorted().map { demotion(of: $0, among: honest) }
        let isShunned = liars.indices.map { robot in honest.contains { shunned[$0]?.contains(robot) ?? false } }
        closed.liarsShunned = liars.indices.filter { isShunned[$0] && isLiar($0) }
        closed.honestShunned = liars.indices.filter { isShunned[$0] && !isLiar($0) }
        return closed
    }

    private func demotion(of robot: Int, among honest: [Int]) -> AdversaryFigures.Demotion {
        let times = learned.filter { $0.robot == robot }
        let proved = robot < liars.count ? liars[robot]?.provedAt : nil
        func since(_ at: Int64?) -> Double? {
            guard let at, let proved else { return nil }
            return Double(at - proved) * 1e-9
        }
        let knowing = Set(times.map(\.by))
        return .init(
            robot: robot, isLiar: isLiar(robot), firstSeconds: since(times.map(\.at).min()),
            lastSeconds: since(times.map(\.at).max()), knownTo: honest.count { knowing.contains($0) },
            of: honest.count)
    }
}

extension AdversaryWatch: Onlooker {
    /// An honest robot has opened a message and takes what it says.
    package func took(_ datagram: [UInt8], by robot: NodeID) {
        let receiver = Int(robot.number)
        guard !isLiar(receiver), let name = MessageName(datagram), !isLiar(name.sender) else { return }
        figures.taken += 1
        guard let said = said[name.key], said.mark == MessageName.mark(of: datagram) else {
            return accept(name, by: receiver, saidAt: nil, else: .forge)
        }
        if taken.insert(Dice.mixed(name.key, UInt64(receiver))).inserted {
            guard trick != nil else { return }
            figures.carried += 1
            figures.carriedSecondsMax = max(figures.carriedSecondsMax, Double(now - said.at) * 1e-9)
        } else if !isInForce(name, datagram) {
            accept(name, by: receiver, saidAt: said.at, else: .replay)
        }
    }

    /// A bulletin that nothing later has replaced: a robot that has restarted learns it again, whoever plays it.
    private func isInForce(_ name: MessageName, _ datagram: [UInt8]) -> Bool {
        switch name.bulletin(datagram) {
        case .plan(let number)?: number >= planMax
        case .mission(let revision)?: revision >= missionMax
        case .sighting(let revision)?: revision >= sightingMax
        case nil: false
        }
    }

    private func accept(_ name: MessageName, by receiver: Int, saidAt: Int64?, else other: OutsiderTrick) {
        if let index = OutsiderTrick.allCases.firstIndex(of: trick ?? other) { accepted[index] += 1 }
        guard let index = MessageKind.allCases.firstIndex(where: { $0.rawValue == name.kind }) else { return }
        acceptedKinds[index] += 1
        guard figures.acceptedFirst.count < Self.acceptedFirstMax else { return }
        figures.acceptedFirst.append(
            .init(
                kind: "\(MessageKind.allCases[index])", sender: name.sender, receiver: receiver,
                atSeconds: Double(now) * 1e-9, ageSeconds: saidAt.map { Double(now - $0) * 1e-9 }))
    }

    private static let acceptedFirstMax = 32
}
