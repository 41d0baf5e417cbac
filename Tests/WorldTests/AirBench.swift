import SkeinPeer
import SkeinRadio
import SkeinTasks
import SkeinWire
import SkeinWorld

/// A medium with its own queue and no peers: what is put in, and who got what when.
struct AirBench {
    struct Received: Equatable {
        var time: Int64
        var sender: Int
        var receiver: Int
        var firstByte: UInt8
    }

    var medium: Medium
    var queue = EventQueue()
    var now: Int64 = 0
    var received: [Received] = []

    /// Robots on a line, at these metres.
    init(atMeters places: [Double], loss: Double = 0, seed: UInt64 = 7, table: LinkTable? = nil) {
        var config = MediumConfig()
        config.lossFraction = loss
        medium = Medium(robots: places.count, config: config, seed: seed)
        medium.refresh(places.map { FieldPoint(xMeters: $0, yMeters: 0) })
        if let table { medium.air.field.fix(table) }
    }

    mutating func send(
        _ mark: UInt8, from robot: Int, to next: Int? = nil, band: Band = .control,
        trafficClass: TrafficClass = .control, bytes: Int = 200, shareMHz: Double = 20
    ) {
        let transmission = Transmission(
            datagram: [mark] + [UInt8](repeating: 0, count: bytes - 1), band: band, trafficClass: trafficClass,
            next: next.map { NodeID(UInt16($0)) } ?? .none, shareMHz: shareMHz,
            address: next.map { LinkAddress(UInt64($0)) })
        medium.send(transmission, from: robot, now: now, queue: &queue)
    }

    /// Runs until this time, or until nothing is left to happen.
    mutating func run(until limit: Int64 = .max) {
        while let event = queue.pop() {
            guard event.time <= limit else {
                queue.push(event)
                break
            }
            now = event.time
            guard medium.handle(event, queue: &queue) else { continue }
            let arrival = medium.air.arrival
            for hearer in arrival.hearers {
                received.append(
                    Received(
                        time: now, sender: arrival.sender, receiver: Int(hearer.robot),
                        firstByte: arrival.datagram[0]))
            }
        }
        if limit != .max { now = max(now, limit) }
    }

    func count(from sender: Int, at receiver: Int) -> Int {
        received.count { $0.sender == sender && $0.receiver == receiver }
    }
}
