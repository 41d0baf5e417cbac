import SkeinWire

/// What this robot has said last, so that it can tell an echo of its own from what another says with its key.
struct OwnMemory {
    private static let entriesMax = 64

    private struct Entry {
        var trafficClass: TrafficClass
        var counter: UInt32
        var datagram: [UInt8]
    }

    private var entries: [Entry] = []
    private var turn = 0

    mutating func said(_ trafficClass: TrafficClass, _ counter: UInt32, _ datagram: [UInt8]) {
        let entry = Entry(trafficClass: trafficClass, counter: counter, datagram: datagram)
        if entries.count < Self.entriesMax {
            entries.append(entry)
        } else {
            entries[turn] = entry
            turn = (turn + 1) % Self.entriesMax
        }
    }

    /// Whether this robot has said something else under that counter.
    func contradicts(_ trafficClass: TrafficClass, _ counter: UInt32, _ datagram: [UInt8], _ signedCount: Int) -> Bool {
        entries.contains {
            $0.trafficClass == trafficClass && $0.counter == counter
                && !SignedBytes.agree($0.datagram, datagram, signedCount: signedCount)
        }
    }
}
