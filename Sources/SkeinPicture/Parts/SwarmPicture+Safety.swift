import SkeinPeer
import SkeinView
import SkeinWire

extension SwarmPicture {
    /// The number by which the stops in force are released; nil: none is.
    package var stopLast: UInt32? { activeStops.last?.number }

    /// Stops that somebody who tells has in force; ascending.
    var activeStops: [StopStatement.Name] {
        var active: [StopStatement.Name] = []
        for witness in witnesses { active += witness.report?.safety.active ?? [] }
        return active.sorted().reduce(into: []) { if $0.last != $1 { $0.append($1) } }
    }

    /// What each robot has said of the stop: itself before others, a receipt before a neighbour's beacon.
    func answer(_ hearsay: Hearsay, at now: Instant) -> (
        answer: Snapshot.Safety.Answer, after: Duration?, age: Duration?
    ) {
        if let own = witness(hearsay.id), own.isFresh(at: now), let report = own.report {
            return (report.safety.isStopped ? .stands : .goesOn, hearsay.answer?.after, own.age(at: now))
        }
        if let told = hearsay.answer {
            switch told.answer {
            case .stands: return (.stands, told.after, hearsay.answerAge)
            case .goesOn: return (.goesOn, told.after, hearsay.answerAge)
            case .waiting: return (.waiting, nil, nil)
            case .unreachable: return (.unreachable, nil, nil)
            }
        }
        if let said = hearsay.sight?.neighbour.isStopped, let age = hearsay.sight?.age {
            return (said ? .stands : .goesOn, nil, age)
        }
        if let said = hearsay.account?.isStopped { return (said ? .stands : .goesOn, nil, hearsay.accountAge) }
        return (.unknown, nil, nil)
    }

    func safety(_ table: HearsayTable, at now: Instant) -> Snapshot.Safety {
        let summaries = witnesses.compactMap { $0.report?.safety }
        let active = activeStops
        var safety = Snapshot.Safety(state: summaries.isEmpty ? .unknown : active.isEmpty ? .moving : .stopped)
        safety.stops = active.map { stop in
            Snapshot.Safety.Stop(
                number: stop.number, issuerName: name(stop.issuer))
        }
        if !active.isEmpty {
            safety.lines = table.rows.filter { $0.account?.state != .revoked }.map { row in
                let (answer, after, age) = answer(row, at: now)
                return .init(robot: row.id, name: name(row.id), answer: answer, after: after, age: age)
            }
        }
        if let numberMax = summaries.map(\.numberMax).max(), numberMax > 0 {
            safety.details.append(.init("highest number", "\(numberMax)"))
        }
        let unsaved = witnesses.filter { $0.report.map { !$0.safety.isPersisted } ?? false }
        if !summaries.isEmpty {
            safety.details.append(
                .init(
                    "on the disk", unsaved.isEmpty ? "yes" : "not yet at \(list(unsaved.map(\.id)))",
                    severity: unsaved.isEmpty ? .calm : .warning))
        }
        return safety
    }

    /// `r1, r2 and 5 more`.
    func list(_ robots: [NodeID], max count: Int = 4) -> String {
        let names = robots.prefix(count).map(name).joined(separator: ", ")
        return robots.count > count ? "\(names) and \(robots.count - count) more" : names
    }
}
