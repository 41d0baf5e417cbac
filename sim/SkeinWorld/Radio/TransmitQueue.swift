import SkeinPeer
import SkeinWire

/// A frame on its way to a radio.
package struct Frame: Sendable {
    package var datagram: [UInt8]
    package var trafficClass: TrafficClass
    /// The receiver's number; −1: broadcast.
    package var next: Int32
    package var shareMHz: Double

    package var isBroadcast: Bool { next < 0 }

    package init(_ transmission: Transmission) {
        datagram = transmission.datagram
        trafficClass = transmission.trafficClass
        next = transmission.next == .none ? -1 : Int32(transmission.next.number)
        shareMHz = transmission.shareMHz
    }
}

/// What one radio has yet to send: the most urgent class first, in order within a class, bounded.
package struct TransmitQueue: Sendable {
    /// First in, first out; the front moves and is compacted now and then.
    private struct Lane: Sendable {
        var frames: [Frame] = []
        var front = 0

        var isEmpty: Bool { front == frames.count }

        mutating func popFirst() -> Frame {
            let frame = frames[front]
            front += 1
            if front == frames.count {
                frames.removeAll(keepingCapacity: true)
                front = 0
            } else if front >= 32 {
                frames.removeFirst(front)
                front = 0
            }
            return frame
        }
    }

    private var lanes = [Lane](repeating: Lane(), count: TrafficClass.allCases.count)
    package private(set) var count = 0

    package init() {}

    package var isEmpty: Bool { count == 0 }

    /// The class of the next frame; nil when empty.
    package var urgency: UInt8? {
        for lane in 0..<lanes.count where !lanes[lane].isEmpty { return UInt8(lane) }
        return nil
    }

    /// Who the next frame is for, without taking it.
    package var first: Frame? {
        for lane in 0..<lanes.count where !lanes[lane].isEmpty { return lanes[lane].frames[lanes[lane].front] }
        return nil
    }

    /// False: full, the frame is dropped.
    package mutating func push(_ frame: Frame) -> Bool {
        guard count < Access.queueFramesMax else { return false }
        lanes[Int(frame.trafficClass.rawValue)].frames.append(frame)
        count += 1
        return true
    }

    package mutating func pop() -> Frame? {
        for lane in 0..<lanes.count where !lanes[lane].isEmpty {
            count -= 1
            return lanes[lane].popFirst()
        }
        return nil
    }

    package mutating func removeAll() { self = TransmitQueue() }
}
