import SkeinPeer
import SkeinView
import SkeinWire

/// What the words of one robot or many make together: their reports, events and answers in, a snapshot to be drawn out. A robot's
/// own report counts before what others say of it; of others the freshest word counts. Everything keeps its age.
///
/// `now` everywhere is the watcher's clock: a tool's own, or a log's. It never runs backwards.
package struct SwarmPicture: Sendable {
    package static let eventsMax = 1_024
    /// Who has told nothing for so long is no witness of the present.
    package static let staleAfter: Duration = .seconds(3)

    package let mode: Snapshot.Mode
    package let source: String
    /// The one robot whose eyes these are; nil: a swarm is looked at from outside.
    package let eyes: NodeID?
    package var fleet: String?
    /// What the robots move in, where that is known.
    package var field: Snapshot.Field?
    /// Of REPLAY: as it is set. Of SIM: measured.
    package var speed: Double?

    private var names: [NodeID: String] = [:]
    /// Everybody the fleet has a name for; ascending.
    var roster: [NodeID] = []
    /// Who tells of itself; ascending.
    var witnesses: [Witness] = []
    var reel = EventReel()
    private var book = AlarmBook()
    /// By robot: how well the eyes have heard it, the latest last.
    var linkHistory: [NodeID: [Double]] = [:]

    package init(mode: Snapshot.Mode, source: String, eyes: NodeID? = nil) {
        self.mode = mode
        self.source = source
        self.eyes = eyes
    }

    // MARK: In

    package mutating func take(names told: [(id: NodeID, name: String)]) {
        for (id, name) in told where id != .none && names[id] == nil {
            names[id] = name
            roster.append(id)
        }
        roster.sort()
    }

    package mutating func take(_ report: PeerReport, of robot: NodeID, at now: Instant) {
        let place = place(of: robot)
        witnesses[place].take(report, at: now)
        if mode == .simulation, let pace = witnesses[place].pace { speed = pace }
        guard robot == eyes else { return }
        for neighbour in report.neighbours {
            guard let link = neighbour.data ?? neighbour.control else { continue }
            var history = linkHistory[neighbour.id] ?? []
            if history.count >= Snapshot.RadioLink.historyMax { history.removeFirst() }
            history.append(link.efficiency)
            linkHistory[neighbour.id] = history
        }
    }

    /// What a robot knows of the others of its fleet.
    package mutating func take(_ accounts: [PeerAccount], of robot: NodeID, at now: Instant) {
        witnesses[place(of: robot)].take(accounts, at: now)
    }

    /// Who stands, as far as a robot knows.
    package mutating func take(_ safety: SafetyReport, of robot: NodeID, at now: Instant) {
        witnesses[place(of: robot)].take(safety, at: now)
        take(names: safety.robots.map { ($0.id, $0.name) })
    }

    /// What a robot's daemon says of the machine.
    package mutating func take(_ body: BodyAccount, of robot: NodeID, at now: Instant) {
        witnesses[place(of: robot)].take(body)
    }

    package mutating func take(_ notes: [EventNote], of robot: NodeID, at now: Instant) {
        let place = place(of: robot)
        for note in notes where note.number > witnesses[place].eventLast {
            witnesses[place].take(note)
            let lead = witnesses[place].report.map { witnesses[place].reportedAt - $0.now } ?? now - note.at
            reel.add(note, of: robot, clockLead: lead)
        }
    }

    /// The number of the last event taken of a robot: what is asked for is what came after.
    package func eventLast(of robot: NodeID) -> UInt64 { witness(robot)?.eventLast ?? 0 }

    /// It has issued a stop or a release, and knows who has answered.
    package func awaitsReceipts(_ robot: NodeID) -> Bool { witness(robot)?.report?.safety.issued != nil }

    /// A robot could be asked, or could not: its process or its socket is gone, or does not answer.
    package mutating func note(_ robot: NodeID, answers: Bool, at now: Instant) {
        witnesses[place(of: robot)].note(answers: answers, at: now)
    }

    /// To be called once for each snapshot, before it: what holds is counted in time.
    package mutating func watch(at now: Instant, patient: Bool = true) {
        book.take(findings(at: now), at: now, patient: patient)
    }

    /// Anybody has told of itself.
    package var hasReports: Bool { witnesses.contains { $0.report != nil } }

    package var alarms: [Alarm] { book.alarms }

    // MARK: Looking up

    package func name(_ robot: NodeID) -> String { names[robot] ?? "\(robot)" }

    func witness(_ robot: NodeID) -> Witness? {
        let place = lowerBound(robot)
        return place < witnesses.count && witnesses[place].id == robot ? witnesses[place] : nil
    }

    private mutating func place(of robot: NodeID) -> Int {
        let place = lowerBound(robot)
        if place == witnesses.count || witnesses[place].id != robot { witnesses.insert(Witness(id: robot), at: place) }
        return place
    }

    private func lowerBound(_ robot: NodeID) -> Int {
        var (low, high) = (0, witnesses.count)
        while low < high {
            let middle = (low + high) / 2
            if witnesses[middle].id < robot { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
