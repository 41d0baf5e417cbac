import SkeinWire

/// The fleet's keys that this robot has, and which of them it uses.
///
///     learned ──sendDelay──▶ sent with ──a newer one is sent with──▶ still accepted ──overlap──▶ lagging
///
/// - A new key is accepted at once, and sent with after `sendDelay`, when it has spread: nobody is deaf meanwhile.
/// - The one before is accepted for `overlap` more. Later it only tells that its sender lags: who bears it and is enrolled
///   is sent, under that key, what it has missed, and nothing else of it is believed.
/// - A robot that starts with several sends with the newest.
package struct FleetKeyring: Sendable {
    package static let keysMax = 16
    package static let sendDelay: Duration = .seconds(5)
    package static let overlap: Duration = .seconds(60)

    package enum Standing: Hashable, Sendable {
        case current
        case lagging(UInt16)
    }

    /// Descending by number.
    private var keys: [FleetKey]
    /// Of the newest.
    private var learnedAt: Instant?
    /// Before the newest was learned.
    private var previous: UInt16?

    package init(_ keys: [FleetKey]) {
        precondition(!keys.isEmpty && keys.count <= Self.keysMax, "\(keys.count) fleet keys")
        self.keys = keys.sorted { $0.number > $1.number }
    }

    package var fleet: FleetID { keys[0].fleet }
    package var newest: UInt16 { keys[0].number }

    /// What this robot's datagrams are tagged with.
    package func sending(now: Instant) -> FleetKey {
        guard let learnedAt, let previous, now < learnedAt + Self.sendDelay else { return keys[0] }
        return key(previous) ?? keys[0]
    }

    package func key(_ number: UInt16) -> FleetKey? { keys.first { $0.number == number } }

    /// True if it is new here.
    package mutating func learn(_ key: FleetKey, now: Instant) -> Bool {
        guard key.fleet == fleet, !keys.contains(where: { $0.number == key.number }) else { return false }
        if key.number > newest {
            previous = sending(now: now).number
            learnedAt = now
        } else if keys.count == Self.keysMax {
            return false
        }
        keys.append(key)
        keys.sort { $0.number > $1.number }
        if keys.count > Self.keysMax { keys.removeLast() }
        return true
    }

    /// By which key a datagram is tagged; nil: by none.
    package func standing(now: Instant, isTagged: (FleetKey) -> Bool) -> Standing? {
        for key in keys where isTagged(key) {
            return isAccepted(key.number, now: now) ? .current : .lagging(key.number)
        }
        return nil
    }

    private func isAccepted(_ number: UInt16, now: Instant) -> Bool {
        if number == newest { return true }
        guard let learnedAt, let previous else { return false }
        return number >= previous && now < learnedAt + Self.sendDelay + Self.overlap
    }
}
