import SkeinView
import SkeinWire

/// Which alarms are in force: findings of each moment in, alarms out, held to their rules.
///
/// For each kind and robot: nothing → waiting (bad, not for `raiseAfter` yet) → raised → fading (not bad and not doubtful, not
/// for `clearAfter` yet) → nothing.
package struct AlarmBook: Sendable {
    private struct Entry: Sendable {
        var kind: AlarmKind
        var robot: NodeID
        var text: String
        var since: Instant
        var isRaised: Bool
        /// When it was last bad or doubtful.
        var heldAt: Instant
    }

    /// By kind, then robot.
    private var entries: [Entry] = []

    package init() {}

    /// All findings of one moment. What holds longer than the book knows, by the finder's own word, counts from there:
    /// `patient` false raises at once, for who looks only once.
    package mutating func take(_ findings: [AlarmFinding], at now: Instant, patient: Bool = true) {
        let findings = findings.sorted { ($0.kind.place, $0.robot) < ($1.kind.place, $1.robot) }
        var next: [Entry] = []
        next.reserveCapacity(max(entries.count, findings.count))
        var old = entries[...]
        for finding in findings {
            while let first = old.first, (first.kind.place, first.robot) < (finding.kind.place, finding.robot) {
                keepFading(old.removeFirst(), in: &next, at: now)
            }
            var entry: Entry?
            if let first = old.first, first.kind == finding.kind, first.robot == finding.robot {
                entry = old.removeFirst()
            }
            // Two of one kind about one robot are one alarm: the first one's words.
            if let last = next.last, last.kind == finding.kind, last.robot == finding.robot { continue }
            append(finding, to: entry, in: &next, at: now, patient: patient)
        }
        for entry in old { keepFading(entry, in: &next, at: now) }
        entries = next
    }

    private func append(
        _ finding: AlarmFinding, to entry: Entry?, in next: inout [Entry], at now: Instant, patient: Bool
    ) {
        var held: Entry
        switch (entry, finding.degree) {
        case (nil, .doubtful): return
        case (nil, .bad):
            held = Entry(
                kind: finding.kind, robot: finding.robot, text: finding.text, since: now, isRaised: false, heldAt: now)
        case (let known?, .doubtful):
            guard known.isRaised else { return }
            held = known
        case (let known?, .bad): held = known
        }
        held.text = finding.text
        held.heldAt = now
        if !patient || now - held.since >= finding.kind.rule.raiseAfter { held.isRaised = true }
        next.append(held)
    }

    private func keepFading(_ entry: Entry, in next: inout [Entry], at now: Instant) {
        if entry.isRaised, now - entry.heldAt < entry.kind.rule.clearAfter { next.append(entry) }
    }

    /// In force: the severest first, then in the order of the table, then by robot.
    package var alarms: [Alarm] {
        entries.filter(\.isRaised)
            .map { Alarm(kind: $0.kind, robot: $0.robot, text: $0.text, since: $0.since) }
            .sorted { ($1.severity, $0.kind.place, $0.robot) < ($0.severity, $1.kind.place, $1.robot) }
    }
}

extension AlarmKind {
    /// In the table.
    var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
