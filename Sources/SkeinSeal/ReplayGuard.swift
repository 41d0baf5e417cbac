import SkeinWire

/// The windows of all senders: one per sender and class, in the one epoch that the sender has proved to be of today, by
/// answering a question of this boot (`Introduction`). What comes in any other epoch is believed by nobody until it is
/// proved in its turn.
package struct ReplayGuard: Sendable {
    /// What is known of a message before its signature has been looked at.
    package enum Look: Hashable, Sendable {
        /// Its counter is new.
        case new
        /// Its counter was seen, or is too old to tell.
        case seen
        /// Its sender has proved another, later epoch.
        case stale
        /// Its sender has proved nothing, or an earlier epoch.
        case unproven
    }

    private struct Sender {
        let epoch: Epoch
        var windows: [ReplayWindow]
    }

    /// By node number; grows to the highest enrolled sender proved, never past the roster.
    private var senders: [Sender?] = []

    package init() {}

    private subscript(sender: NodeID) -> Sender? {
        Int(sender.number) < senders.count ? senders[Int(sender.number)] : nil
    }

    package func provedEpoch(of sender: NodeID) -> Epoch? { self[sender]?.epoch }

    package func look(sender: NodeID, epoch: Epoch, trafficClass: TrafficClass, counter: UInt32) -> Look {
        guard let known = self[sender], epoch <= known.epoch else { return .unproven }
        guard epoch == known.epoch else { return .stale }
        return known.windows[Int(trafficClass.rawValue)].hasSeen(counter) ? .seen : .new
    }

    /// Whether a refused message may all the same be news here: of another boot, or behind the window.
    package func mayBeUnseen(sender: NodeID, epoch: Epoch, trafficClass: TrafficClass, counter: UInt32) -> Bool {
        guard let known = self[sender], epoch == known.epoch else { return true }
        return known.windows[Int(trafficClass.rawValue)].isBehind(counter)
    }

    /// Nil when the message is new, and remembered as seen from now on; else why not.
    package mutating func refusal(sender: NodeID, epoch: Epoch, trafficClass: TrafficClass, counter: UInt32)
        -> DropReason?
    {
        guard let known = self[sender], epoch <= known.epoch else { return .unproven }
        guard epoch == known.epoch else { return .staleEpoch }
        let isNew = senders[Int(sender.number)]?.windows[Int(trafficClass.rawValue)].admit(counter) ?? false
        return isNew ? nil : .replayed
    }

    /// The sender has answered in this epoch; of each class all counters up to the floor are of before, and over. In the epoch
    /// that is proved already nothing changes.
    package mutating func prove(_ sender: NodeID, _ epoch: Epoch, floors: [UInt32]) {
        guard provedEpoch(of: sender) != epoch else { return }
        while senders.count <= Int(sender.number) { senders.append(nil) }
        senders[Int(sender.number)] = Sender(epoch: epoch, windows: floors.map { ReplayWindow(floor: $0) })
    }

    /// Its key is another's now, or nobody's.
    package mutating func forget(_ sender: NodeID) {
        if Int(sender.number) < senders.count { senders[Int(sender.number)] = nil }
    }
}
