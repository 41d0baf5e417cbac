import SkeinPeer
import SkeinWire

/// A metric as scrapers see it: one name, one meaning, and the samples that a robot has of it. The list of all is what is
/// exported, what docs/metrics.md tells of and what the dashboard may ask for.
package struct MetricFamily: Sendable {
    /// What a scraper may do with it: take rates, or not.
    package enum Kind: String, Sendable { case counter, gauge }

    package let name: String
    package let kind: Kind
    /// Of a sample's value: a base unit, or what is counted.
    package let unit: String
    /// Each of few values, or of as many as a robot has neighbours.
    package let labels: [String]
    package let help: String
    /// What it is like while all is well, in words.
    package let healthy: String
    let samples: @Sendable (MetricSource) -> [MetricSample]

    init(
        _ name: String, _ kind: Kind, unit: String, labels: [String] = [], _ help: String, healthy: String,
        samples: @escaping @Sendable (MetricSource) -> [MetricSample]
    ) {
        self.name = name
        self.kind = kind
        self.unit = unit
        self.labels = labels
        self.help = help
        self.healthy = healthy
        self.samples = samples
    }

    /// With a single value; nil: it is not known, and not told.
    static func one(
        _ name: String, _ kind: Kind, unit: String, _ help: String, healthy: String,
        value: @escaping @Sendable (MetricSource) -> Double?
    ) -> MetricFamily {
        MetricFamily(name, kind, unit: unit, help, healthy: healthy) { source in
            value(source).map { [MetricSample([], $0)] } ?? []
        }
    }

    /// Everything, in the order of export.
    package static let all: [MetricFamily] = robot + mesh + links + radio + work + clock + safety + body + fleet
}

/// One value of a metric, under the values of its labels in their order.
struct MetricSample: Sendable {
    let labels: [String]
    let value: Double

    init(_ labels: [String], _ value: Double) {
        self.labels = labels
        self.value = value
    }

    init(_ labels: [String], _ value: Bool) { self.init(labels, value ? 1 : 0) }
    init(_ labels: [String], _ value: Int) { self.init(labels, Double(value)) }
}

/// What metrics are made of.
package struct MetricSource: Sendable {
    /// Of the robot's daemon as a process of its machine.
    package struct Process: Hashable, Sendable {
        package var cpuSeconds: Double
        package var residentBytes: Double
        package var threads: Int

        package init(cpuSeconds: Double, residentBytes: Double, threads: Int) {
            self.cpuSeconds = cpuSeconds
            self.residentBytes = residentBytes
            self.threads = threads
        }
    }

    package var report: PeerReport
    package var robotName: String
    package var version: String
    /// Nil: nothing could be found out.
    package var process: Process?
    /// Nil: the daemon was not asked, or its robot is a simulated one.
    package var body: BodyAccount?
    private let nameOf: [NodeID: String]

    package init(
        report: PeerReport, robotName: String, names pairs: [(id: NodeID, name: String)], version: String,
        process: Process?, body: BodyAccount? = nil
    ) {
        self.report = report
        self.robotName = robotName
        self.version = version
        self.process = process
        self.body = body
        nameOf = Dictionary(pairs.map { ($0.id, $0.name) }) { first, _ in first }
    }

    func name(_ robot: NodeID) -> String { nameOf[robot] ?? "\(robot)" }
}

/// The text that Prometheus scrapes: exposition format 0.0.4.
package enum MetricText {
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// Families without a sample are left out.
    package static func text(_ source: MetricSource) -> String {
        var text = ""
        for family in MetricFamily.all {
            let samples = family.samples(source)
            guard !samples.isEmpty else { continue }
            text += head(family)
            for sample in samples { text += line(family, sample) }
        }
        return text
    }

    /// What there is to say of a robot whose daemon does not answer.
    package static var silence: String {
        guard let family = MetricFamily.all.first else { return "" }
        return head(family) + line(family, MetricSample([], false))
    }

    private static func head(_ family: MetricFamily) -> String {
        "# HELP \(family.name) \(escaped(family.help, quotes: false))\n# TYPE \(family.name) \(family.kind.rawValue)\n"
    }

    private static func line(_ family: MetricFamily, _ sample: MetricSample) -> String {
        precondition(sample.labels.count == family.labels.count, "\(family.name) with \(sample.labels.count) labels")
        let pairs = zip(family.labels, sample.labels).map { "\($0)=\"\(escaped($1, quotes: true))\"" }
        let labels = pairs.isEmpty ? "" : "{" + pairs.joined(separator: ",") + "}"
        return "\(family.name)\(labels) \(number(sample.value))\n"
    }

    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if value == value.rounded(), abs(value) < 1e15 { return "\(Int64(value))" }
        return "\(value)"
    }

    static func escaped(_ text: String, quotes: Bool) -> String {
        var escaped = ""
        for character in text.unicodeScalars {
            switch character {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quotes: escaped += "\\\""
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }

    /// `notAllowed` as `not_allowed`.
    static func snake(_ name: String) -> String {
        name.reduce(into: "") { $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1) }
    }
}

extension Band {
    /// As JSON and metrics name it.
    var metricName: String {
        switch self {
        case .control: "2.4"
        case .data: "5"
        }
    }
}
