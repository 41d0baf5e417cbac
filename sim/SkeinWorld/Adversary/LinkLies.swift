import SkeinWire

/// Lies about links, processors and places: what a robot says of itself, and nobody else can know.
enum LinkLies {
    private static let power = PowerField(dBm: -35)
    private static let efficiency = EfficiencyField(bitsPerSecondPerHz: 30)

    /// It hears everybody, near or far, and very well; and its links carry more than any.
    static func strong(_ message: Message, us: NodeID, robots: Int) -> Message {
        switch message {
        case .beacon(var beacon):
            let heard = beacon.neighbours.map(\.neighbour)
            beacon.neighbours = everybody(heard, besides: us, robots: robots, count: Beacon.neighboursMax).map {
                Beacon.Heard(neighbour: $0, power: power)
            }
            beacon.listsAllNeighbours = false
            for index in beacon.leaders.indices { beacon.leaders[index].hops = min(beacon.leaders[index].hops, 1) }
            return .beacon(beacon)
        case .hello(var hello):
            hello.efficiency = efficiency
            return .hello(hello)
        case .linkReport(var report):
            let heard = report.entries.map(\.neighbour)
            report.entries = everybody(heard, besides: us, robots: robots, count: LinkReport.entriesMax).map {
                LinkReport.Entry(neighbour: $0, controlPower: power, dataPower: power, efficiency: efficiency)
            }
            return .linkReport(report)
        default: return message
        }
    }

    /// Those it does hear, and then others by number, in all at most `count`, ascending.
    private static func everybody(_ heard: [NodeID], besides us: NodeID, robots: Int, count: Int) -> [NodeID] {
        var listed = Array(heard.prefix(count))
        var number = us.number
        for _ in 0..<robots where listed.count < count {
            number = Int(number) + 1 < robots ? number + 1 : 0
            let other = NodeID(number)
            if other != us, !listed.contains(other) { listed.append(other) }
        }
        return listed.sorted()
    }

    static func idle(_ message: Message, percent: Double) -> Message {
        switch message {
        case .hello(var hello):
            hello.idle = PercentField(percent: percent)
            if percent > 0 { hello.busyParts = 0 }
            return .hello(hello)
        case .linkReport(var report):
            report.idle = PercentField(percent: percent)
            return .linkReport(report)
        default: return message
        }
    }

    /// Places of itself and of others, moved, and known to the centimetre; and nobody else could share a fix's error.
    static func moved(_ message: Message, offsetMeters: Float) -> Message {
        switch message {
        case .beacon(var beacon):
            beacon.pose = moved(beacon.pose, offsetMeters)
            beacon.best.xMeters += offsetMeters
            return .beacon(beacon)
        case .fixes(var fixes):
            for index in fixes.entries.indices {
                fixes.entries[index].xMeters += offsetMeters
                fixes.entries[index].covariance = [1e-4, 0, 1e-4]
                fixes.entries[index].independent = [1e-4, 0, 1e-4]
            }
            return .fixes(fixes)
        default: return message
        }
    }

    private static func moved(_ pose: PoseField, _ offsetMeters: Float) -> PoseField {
        PoseField(
            xMeters: pose.xMeters + offsetMeters, yMeters: pose.yMeters, headingRadians: pose.headingRadians,
            covariance: [1e-4, 0, 0, 1e-4, 0, 1e-4])
    }
}
