import SkeinPeer
import SkeinWire

/// What waits while a socket is full: for each traffic class, most urgent first, a short queue for each neighbour and one for
/// broadcasts, served in turn.
///
/// A full queue drops its own oldest, so a flood of bulk never costs a stop its place, one neighbour's never another's, and
/// what is sent at last is what is still news. A class serves `neighboursMax` at once; the next neighbour's datagram is not
/// taken.
package struct OutgoingQueue {
    package struct Item: Sendable {
        package var datagram: [UInt8]
        package var trafficClass: TrafficClass
        package var address: LinkAddress?
    }

    private struct Lane {
        let address: LinkAddress?
        var items: [Item]
    }

    package static let neighboursMax = 128

    /// By class, for one neighbour. Work is bursty: a task's units leave together.
    static func itemsMax(_ trafficClass: TrafficClass) -> Int {
        switch trafficClass {
        case .safety: 32
        case .membership: 16
        case .control: 64
        case .task: 96
        case .bulk: 32
        }
    }

    /// By class, the lane whose turn it is first; none is empty.
    private var lanes = [[Lane]](repeating: [], count: TrafficClass.allCases.count)
    package private(set) var count = 0

    package init() {}

    package var isEmpty: Bool { count == 0 }

    /// False when one had to go for it, or it found no place itself.
    package mutating func append(_ item: Item) -> Bool {
        let urgency = Int(item.trafficClass.rawValue)
        guard let place = lanes[urgency].firstIndex(where: { $0.address == item.address }) else {
            guard lanes[urgency].count < Self.neighboursMax else { return false }
            lanes[urgency].append(Lane(address: item.address, items: [item]))
            count += 1
            return true
        }
        let fits = lanes[urgency][place].items.count < Self.itemsMax(item.trafficClass)
        if !fits {
            lanes[urgency][place].items.removeFirst()
            count -= 1
        }
        lanes[urgency][place].items.append(item)
        count += 1
        return fits
    }

    /// Of the most urgent the one whose neighbour's turn it is, that neighbour's oldest.
    package var first: Item? {
        for turns in lanes { if let lane = turns.first { return lane.items[0] } }
        return nil
    }

    package mutating func removeFirst() {
        guard let urgency = lanes.firstIndex(where: { !$0.isEmpty }) else { return }
        var lane = lanes[urgency].removeFirst()
        lane.items.removeFirst()
        count -= 1
        if !lane.items.isEmpty { lanes[urgency].append(lane) }
    }

    package mutating func removeAll() {
        for urgency in lanes.indices { lanes[urgency].removeAll(keepingCapacity: true) }
        count = 0
    }
}
