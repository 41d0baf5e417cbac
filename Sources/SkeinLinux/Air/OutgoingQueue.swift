import SkeinPeer
import SkeinWire

/// What waits while a socket is full: a short queue for each traffic class, most urgent first. Each drops its own
/// oldest, so a flood of bulk never costs a stop its place, and what is sent at last is what is still news.
package struct OutgoingQueue {
    package struct Item: Sendable {
        package var datagram: [UInt8]
        package var trafficClass: TrafficClass
        package var address: LinkAddress?
    }

    /// By class. Work is bursty: a task's units leave together.
    static func itemsMax(_ trafficClass: TrafficClass) -> Int {
        switch trafficClass {
        case .safety: 32
        case .membership: 16
        case .control: 64
        case .task: 96
        case .bulk: 32
        }
    }

    private var lanes = [[Item]](repeating: [], count: TrafficClass.allCases.count)
    package private(set) var count = 0

    package init() {}

    package var isEmpty: Bool { count == 0 }

    /// False when one had to go for it.
    package mutating func append(_ item: Item) -> Bool {
        let lane = Int(item.trafficClass.rawValue)
        let fits = lanes[lane].count < Self.itemsMax(item.trafficClass)
        if !fits {
            lanes[lane].removeFirst()
            count -= 1
        }
        lanes[lane].append(item)
        count += 1
        return fits
    }

    /// The most urgent, oldest first.
    package var first: Item? {
        for lane in lanes { if let item = lane.first { return item } }
        return nil
    }

    package mutating func removeFirst() {
        guard let lane = lanes.firstIndex(where: { !$0.isEmpty }) else { return }
        lanes[lane].removeFirst()
        count -= 1
    }

    package mutating func removeAll() {
        for lane in lanes.indices { lanes[lane].removeAll(keepingCapacity: true) }
        count = 0
    }
}
