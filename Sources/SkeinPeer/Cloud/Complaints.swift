import SkeinWire

/// Helpers that requesters do not want again, as their requests and claims name them. A leader gives these last, if two
/// requesters at least say so: what one has learned the hard way, the next need not. It is an order and no more, so two who
/// slander a helper take little from it, nor does a leader that makes up requesters in its claims; and it is forgotten in
/// `span`, unless it is said again.
struct Complaints {
    static let complaintsMax = 256
    static let voicesMin = 2
    static let span: Duration = .seconds(20)

    private struct Complaint {
        let helper: NodeID
        let requester: NodeID
        var at: Instant
    }

    private var complaints: [Complaint] = []

    mutating func hear(_ excluded: [NodeID], from requester: NodeID, now: Instant) {
        for helper in excluded where helper != requester {
            if let index = complaints.firstIndex(where: { $0.helper == helper && $0.requester == requester }) {
                complaints[index].at = now
                continue
            }
            if complaints.count == Self.complaintsMax {
                let oldest = complaints.indices.min { complaints[$0].at < complaints[$1].at } ?? 0
                complaints.remove(at: oldest)
            }
            complaints.append(Complaint(helper: helper, requester: requester, at: now))
        }
    }

    /// Those to be given last.
    mutating func heeded(now: Instant) -> [NodeID] {
        complaints.removeAll { now - $0.at >= Self.span }
        var helpers: [NodeID] = []
        for complaint in complaints where !helpers.contains(complaint.helper) {
            let voices = complaints.count { $0.helper == complaint.helper }
            if voices >= Self.voicesMin { helpers.append(complaint.helper) }
        }
        return helpers
    }
}
