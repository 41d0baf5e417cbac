/// What a new configuration changes in a running peer.
package struct PeerReload: Hashable, Sendable {
    /// Keys that count from now on, `section.key`, in the schema's order.
    package var live: [String] = []
    /// Keys that count from the next start.
    package var restart: [String] = []

    package init(from old: PeerReading, to new: PeerReading) { self.init(from: old.settings, to: new.settings) }

    package init(from old: PeerSettings, to new: PeerSettings) {
        for key in PeerSchema.keys where key.get(old) != key.get(new) {
            switch key.change {
            case .live: live.append(key.path)
            case .restart: restart.append(key.path)
            }
        }
        restart += Self.kernels(old, new)
    }

    /// Kernels count from the next start.
    private static func kernels(_ old: PeerSettings, _ new: PeerSettings) -> [String] {
        old.kernels == new.kernels ? [] : [KernelSchema.section]
    }

    package var isEmpty: Bool { live.isEmpty && restart.isEmpty }
}

extension PeerReload: CustomStringConvertible {
    package var description: String {
        if isEmpty { return "nothing changed" }
        var parts: [String] = []
        if !live.isEmpty { parts.append("changed: \(live.joined(separator: ", "))") }
        if !restart.isEmpty { parts.append("needs a restart: \(restart.joined(separator: ", "))") }
        return parts.joined(separator: "; ")
    }
}

extension PeerSettings {
    /// These settings with what takes effect at once from the others: what a daemon goes by after SIGHUP, and what it
    /// compares the next reload with, so that a key that waits for a restart is told every time.
    package func reloaded(from other: PeerSettings) -> PeerSettings {
        var settings = self
        settings.logLevel = other.logLevel
        return settings
    }
}
