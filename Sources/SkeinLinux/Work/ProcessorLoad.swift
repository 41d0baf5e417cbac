import Glibc
import SkeinPeer
import SkeinWire

/// What a robot knows of its processors, and so what it lends.
package enum LoadSource: Sendable {
    /// From /proc and /sys below `root`, "/" on a robot. What its own tasks need is stated: nobody can measure a task
    /// before it comes.
    case measured(root: String, neededPercent: Double)
    /// Fixed by configuration: the laboratory, where dozens of robots share one machine.
    case stated(CPUSample)
}

/// One look at the processors.
package struct LoadReport: Sendable {
    package var sample: CPUSample
    /// What everything but units takes, smoothed, percent of one processor.
    package var loadPercent: Double
    /// Why less is lent than the processors could do, and what could not be read. Empty: nothing.
    package var notes: [LoadNote]
    /// What this machine does not tell. For `skein doctor`.
    package var unseen: [LoadNote]
}

/// What this robot could lend now (`CPUSample`), from time to time, by its owner's clock.
///
///     lent = min over the machine and each control group with a limit of
///            ceiling × capacity × left − max(base, load × left)           at most `lentPercentMax`, at least 0
///
/// - `capacity` is 100 for each processor this process may run on, or what the group allows.
/// - `load` is what everything but units took, smoothed: units that run for others are lendable again when they end.
///   Of a group that does not account for its time the machine's load is taken, which is never less.
/// - `base` (`CloudTuning.baseLoadPercent`) is this robot's own in any case, whether it uses it at the moment or not; what it
///   uses above that counts as load. `ceiling` is `cpuCeilingPercent`, of every processor alike.
/// - `left` is what throttling leaves (`Throttling`). It falls at once and rises when it has been higher for `limitHold`.
/// - **Several processors.** The cloud counts in percent of one processor, a unit runs on one thread, and the books kept of
///   a helper (`SharedProcessor`) take a unit alone to get everything it lends. So at most 100 is lent: what other processors
///   have beyond it serves this robot's own. An idle robot with one processor lends 60, with two or more 100.
/// - **Steadiness.** Load is smoothed with `timeConstant`, so that a step is taken over by 86 % in 3 s. What is told changes
///   by `changePercentMin` or more, or to nothing, or to all there can be: grants and plans hang on it.
/// - Without a readable /proc/stat nothing is lent, and the report says why. Until there are two looks `spanMin` apart
///   nothing is lent either.
package struct ProcessorLoad: Sendable {
    package static let lentPercentMax = 100.0
    package static let timeConstant: Duration = .milliseconds(1_500)
    package static let changePercentMin = 5.0
    package static let limitHold: Duration = .seconds(10)
    /// Looks closer than this say too little: the kernel counts in ticks of 10 ms.
    package static let spanMin: Duration = .milliseconds(200)
    /// How often to look.
    package static let interval: Duration = .seconds(1)

    private struct Look: Sendable {
        var times: ProcessorTimes
        var groups: [ControlGroup]
        var unitsTime: Duration
        var at: Instant
    }

    /// The machine, or one group, with its own smoothed load.
    private struct Scope: Sendable {
        /// Empty: the machine.
        var path: String
        var loadPercent: Double
    }

    private let source: LoadSource
    private let ceiling: Double
    private let basePercent: Double
    private var last: Look?
    private var scopes: [Scope] = []
    private var left = 1.0
    private var leftUntil: Instant
    private var report: LoadReport

    package init(_ source: LoadSource, tuning: CloudTuning, now: Instant) {
        self.source = source
        ceiling = tuning.cpuCeilingPercent / 100
        basePercent = tuning.baseLoadPercent
        leftUntil = now
        let sample =
            switch source {
            case .measured(_, let neededPercent): CPUSample(idlePercent: 0, neededPercent: neededPercent)
            case .stated(let sample): sample
            }
        report = LoadReport(sample: sample, loadPercent: 0, notes: [], unseen: [])
    }

    /// Looks again. `unitsTime`: processor time of all units so far (`WorkerPool.unitsTime`).
    package mutating func sample(unitsTime: Duration, now: Instant) -> LoadReport {
        switch source {
        case .stated: return report
        case .measured(let root, _):
            look(SystemFiles(root: root), unitsTime: unitsTime, now: now)
            return report
        }
    }

    private mutating func look(_ files: SystemFiles, unitsTime: Duration, now: Instant) {
        if let last, now - last.at < Self.spanMin { return }
        guard let stat = files.text("/proc/stat"), var times = ProcessorTimes(stat: stat) else {
            last = nil
            report.sample.idlePercent = 0
            report.notes = [.unreadable(path: files.place("/proc/stat"), found: "no processor line")]
            return
        }
        var notes: [LoadNote] = []
        let machineCores = times.cores.count
        if let allowed = Self.allowedCores(files, &notes) { times.keep(allowed) }
        if times.cores.count < machineCores {
            notes.append(.affinity(cores: times.cores.count, of: machineCores))
        }
        let (groups, problems) = ControlGroup.limits(files)
        notes += problems
        notes += groups.map { .group(path: $0.path, percent: $0.capacityPercent) }
        let look = Look(times: times, groups: groups, unitsTime: unitsTime, at: now)
        defer { last = look }
        guard let last else { return report.notes = notes }
        let busyPercent = times.busyPercent(since: last.times)
        let throttling = Throttling(files, cores: times.cores.map(\.index), busyPercent: busyPercent)
        let isLower = hold(throttling.left, now: now)
        let lent = lent(look, since: last, busyPercent: busyPercent)
        tell(lent.percent, of: lent.percentMax, atOnce: isLower)
        report.loadPercent = scopes.first?.loadPercent ?? 0
        report.notes = notes + throttling.notes
        report.unseen = throttling.unseen
    }

    /// Nil: not told, all of them.
    private static func allowedCores(_ files: SystemFiles, _ notes: inout [LoadNote]) -> [Int]? {
        let key = "Cpus_allowed_list:"
        guard let line = files.text("/proc/self/status")?.split(separator: "\n").first(where: { $0.hasPrefix(key) })
        else { return nil }
        let list = String(line.dropFirst(key.count).filter { !$0.isWhitespace })
        guard let cores = ProcessorList.parse(list) else {
            notes.append(.unreadable(path: files.place("/proc/self/status"), found: String(line)))
            return nil
        }
        return cores
    }

    /// What throttling leaves, without flapping. True: it is less than before.
    private mutating func hold(_ seen: Double, now: Instant) -> Bool {
        guard seen > left else {
            let isLower = seen < left
            left = seen
            leftUntil = now + Self.limitHold
            return isLower
        }
        if now >= leftUntil { left = seen }
        return false
    }

    /// What is lent now, and what would be if there were no load above the base.
    private mutating func lent(
        _ look: Look, since last: Look, busyPercent: Double
    ) -> (percent: Double, percentMax: Double) {
        let span = (look.at - last.at).inSeconds
        let unitsPercent = 100 * max(0, (look.unitsTime - last.unitsTime).inSeconds) / span
        let before = scopes
        scopes = []
        let machine = smoothed("", busyPercent - unitsPercent, before, span: span)
        var (percent, percentMax) = lent(capacity: 100 * Double(look.times.cores.count), load: machine)
        for group in look.groups {
            let earlier = last.groups.first { $0.path == group.path }?.usedNanoseconds
            var load = machine
            if let used = group.usedNanoseconds, let earlier {
                let usedPercent = 100 * max(0, Double(used) - Double(earlier)) * 1e-9 / span
                load = smoothed(group.path, usedPercent - unitsPercent, before, span: span)
            }
            let here = lent(capacity: group.capacityPercent, load: load)
            percent = min(percent, here.percent)
            percentMax = min(percentMax, here.percentMax)
        }
        return (percent, percentMax)
    }

    private mutating func smoothed(_ path: String, _ percent: Double, _ before: [Scope], span: Double) -> Double {
        let load = max(0, percent)
        let smoothed: Double
        if let old = before.first(where: { $0.path == path }) {
            let weight = 1 - exp(-span / Self.timeConstant.inSeconds)
            smoothed = old.loadPercent + weight * (load - old.loadPercent)
        } else {
            smoothed = load
        }
        scopes.append(Scope(path: path, loadPercent: smoothed))
        return smoothed
    }

    private func lent(capacity: Double, load: Double) -> (percent: Double, percentMax: Double) {
        let usable = ceiling * capacity * left
        let percent = usable - max(basePercent, load * left)
        return (Self.bounded(percent), Self.bounded(usable - basePercent))
    }

    private static func bounded(_ percent: Double) -> Double { min(max(percent, 0), lentPercentMax) }

    private mutating func tell(_ percent: Double, of percentMax: Double, atOnce: Bool) {
        let isAtEnd = percent == 0 || percent == percentMax
        let isChange = abs(percent - report.sample.idlePercent) >= Self.changePercentMin
        if isChange || isAtEnd || atOnce { report.sample.idlePercent = percent }
    }
}
