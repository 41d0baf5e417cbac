import SkeinWire

/// Members that have more to send than the channel carries: each offers the next one objects of class bulk, `factor` times
/// what it is allotted, while it says beacons and stop notices as it must. What matters is what becomes of those.
package struct OverloadPlan: Hashable, Sendable {
    package static let membersMax = 20
    package static let objectBytes = 10_000
    /// Hellos, as on a robot's data band.
    package static let beaconSpan: Duration = .milliseconds(500)
    /// Stop notices.
    package static let safetySpan: Duration = .milliseconds(100)
    /// Of a stop notice on the way.
    package static let safetyMax: Duration = .milliseconds(200)

    package var members: Int
    package var seconds: Int
    package var factor: Double
    package var bitsPerSecond: Int

    package init(members: Int, seconds: Int, factor: Double, bitsPerSecond: Int) {
        self.members = members
        self.seconds = seconds
        self.factor = factor
        self.bitsPerSecond = bitsPerSecond
    }

    /// `ID N SECONDS FACTOR RATE`; nil: not five such numbers.
    package static func parse(_ words: [String]) -> (id: Int, plan: OverloadPlan)? {
        guard words.count == 5, let id = Int(words[0]), let members = Int(words[1]), let seconds = Int(words[2]),
            let factor = Double(words[3]), let rate = Int(words[4])
        else { return nil }
        return (id, OverloadPlan(members: members, seconds: seconds, factor: factor, bitsPerSecond: rate))
    }

    package func words(of id: Int) -> [String] {
        ["\(id)", "\(members)", "\(seconds)", "\(factor)", "\(bitsPerSecond)"]
    }

    /// What is wrong with it; nil: nothing.
    package var fault: String? {
        if !(2...Self.membersMax).contains(members) { return "\(members) members outside 2…\(Self.membersMax)" }
        if !(1...LoadPlan.secondsMax).contains(seconds) { return "\(seconds) s outside 1…\(LoadPlan.secondsMax)" }
        if !(0...100).contains(factor) { return "\(factor) times outside 0…100" }
        if !(10_000...1_000_000_000).contains(bitsPerSecond) { return "\(bitsPerSecond) b/s outside 1e4…1e9" }
        return nil
    }

    /// What a leader would allot each of them for bulk.
    package var allottedBitsPerSecond: Double { LoadShare.allotted * Double(bitsPerSecond) / Double(members) }

    /// Between two objects of one member; nil: it offers none.
    package var objectSpan: Duration? {
        factor > 0 ? .fromSeconds(Double(Self.objectBytes * 8) / (factor * allottedBitsPerSecond)) : nil
    }

    package var end: Duration { .seconds(seconds) + LoadPlan.drainSpan }

    /// Of what is said every `span`, number `number` of a member, after the start.
    package func time(_ number: Int, every span: Duration, of member: Int) -> Duration {
        .nanoseconds(span.nanoseconds * Int64(number) + span.nanoseconds * Int64(member) / Int64(members))
    }

    /// How many of them.
    package func count(every span: Duration) -> Int { Int(Duration.seconds(seconds).nanoseconds / span.nanoseconds) }
}
