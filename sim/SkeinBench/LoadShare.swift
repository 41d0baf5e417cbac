import SkeinSeal
import SkeinWire

/// What a leader would allot of a channel in the load test: so much for what everybody says to all, and the rest to those who
/// have bulk to send, in equal parts.
enum LoadShare {
    /// Not more of the channel than this is allotted: the rest is for frames that collide in time, repetitions and ARP.
    static let allotted = 0.8
    /// UDP, IPv4 and Ethernet.
    static let frameBytes = 42

    /// Of a sender of tasks.
    static func bulkBitsPerSecond(_ plan: LoadPlan, channelBitsPerSecond: Double) -> Double {
        let left = allotted * channelBitsPerSecond - messageBitsPerSecond(plan)
        // A channel too small for its statuses has nothing to allot; a trickle shows that.
        return max(left, 0.02 * channelBitsPerSecond) / Double(max(plan.requesters, 1))
    }

    /// All members' statuses, with copies, and results.
    static func messageBitsPerSecond(_ plan: LoadPlan) -> Double {
        let around = Double(Envelope.overheadBytes + frameBytes + 17)
        let along = min(StatusRepeats.copies, StatusRepeats.alongMax)
        let statusBytes = around + Double(along * LoadPlan.statusBytes)
        let resultBytes = 2 * around + Double(LoadPlan.resultBytes)
        let results = Double(plan.requesters * plan.helpers) * plan.taskHertz
        return 8 * (Double(plan.members) * plan.statusHertz * statusBytes + results * resultBytes)
    }
}
