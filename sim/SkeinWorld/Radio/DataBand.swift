import SkeinRadio
import SkeinWire

/// 5 GHz: every subgroup has a 20 MHz channel of its own without interference from the others (spec §2); which one a
/// robot sends on follows from the leader it says it has. On a channel, unicasts run side by side as long as their widths
/// fit into 20 MHz, as OFDMA's resource units do; a broadcast takes all of it at 6 Mb/s. Who finds no room waits: the most
/// urgent class first, then in order of asking; nobody overtakes a frame that needs more room. A robot has one frame on
/// the air at a time.
///
/// Simplified on purpose: broadcasts reach everybody in 5 GHz range, whatever channel they listen to, and a unicast finds
/// its receiver listening; there are no collisions, only noise and the scenario's loss. A lost unicast is sent again, at
/// most seven times in all.
package struct DataBand: Sendable {
    private struct Station: Sendable {
        enum State: Sendable { case idle, waiting, sending }

        var state = State.idle
        var queue = TransmitQueue()
        var current: Frame?
        var tries = 0
        /// The channel it waits for or sends on.
        var channel = 0
        var widthKHz = 0
        /// Its turn among those who wait.
        var turn: UInt64 = 0
        /// Leader whose channel its next frame will use.
        var leader: Int
    }

    private struct Channel: Sendable {
        var usedKHz = 0
        var waiting: [Int] = []
    }

    private var stations: [Station]
    /// By the number of the robot that leads on it.
    private var channels: [Channel]
    private var turns: UInt64 = 0

    package init(robots: Int) {
        stations = (0..<robots).map { Station(leader: $0) }
        channels = [Channel](repeating: Channel(), count: robots)
    }

    /// `leader`: as the robot's own events say; a robot without one has its own channel.
    package mutating func join(_ robot: Int, leader: Int?) { stations[robot].leader = leader ?? robot }

    package mutating func enqueue(_ frame: Frame, at robot: Int, now: Int64, air: inout Air, queue: inout EventQueue) {
        guard stations[robot].queue.push(frame) else {
            air.tally.queueDrops[Int(Band.data.rawValue)] += 1
            return
        }
        if stations[robot].state == .idle { wait(robot, now: now, air: &air, queue: &queue) }
    }

    /// The robot is off: nothing of its queue is sent.
    package mutating func silence(_ robot: Int) {
        stations[robot].queue.removeAll()
        guard stations[robot].state == .waiting else { return }
        channels[stations[robot].channel].waiting.removeAll { $0 == robot }
        stations[robot].state = .idle
        stations[robot].current = nil
        stations[robot].tries = 0
    }

    private mutating func wait(_ robot: Int, now: Int64, air: inout Air, queue: inout EventQueue) {
        turns += 1
        stations[robot].state = .waiting
        stations[robot].turn = turns
        stations[robot].channel = stations[robot].leader
        channels[stations[robot].channel].waiting.append(robot)
        serve(stations[robot].channel, now: now, air: &air, queue: &queue)
    }

    private func urgency(_ robot: Int) -> UInt8 {
        stations[robot].current?.trafficClass.rawValue ?? stations[robot].queue.urgency ?? .max
    }

    private static func widthKHz(_ frame: Frame) -> Int {
        guard !frame.isBroadcast else { return Access.widthKHzMax }
        let share = min(max(frame.shareMHz * 1_000, Double(Access.widthKHzMin)), Double(Access.widthKHzMax))
        return Int(share)
    }

    private mutating func serve(_ channel: Int, now: Int64, air: inout Air, queue: inout EventQueue) {
        while let place = firstInTurn(channel) {
            let robot = channels[channel].waiting[place]
            guard let frame = stations[robot].current ?? stations[robot].queue.first else {
                preconditionFailure("robot \(robot) waits for a channel with nothing to send")
            }
            let width = Self.widthKHz(frame)
            guard channels[channel].usedKHz + width <= Access.widthKHzMax else { return }
            if stations[robot].current == nil { stations[robot].current = stations[robot].queue.pop() }
            channels[channel].waiting.remove(at: place)
            channels[channel].usedKHz += width
            stations[robot].state = .sending
            stations[robot].widthKHz = width
            stations[robot].tries += 1
            air.tally.countSent(frame, by: robot, band: .data)
            let airtime = Self.airtime(of: frame, widthKHz: width, from: robot, now: now, air: air)
            queue.push(WorldEvent(.dataEnd, at: now + airtime, robot: robot))
        }
    }

    private func firstInTurn(_ channel: Int) -> Int? {
        var best: Int?
        for (place, robot) in channels[channel].waiting.enumerated() {
            guard let known = best else {
                best = place
                continue
            }
            let rival = channels[channel].waiting[known]
            if (urgency(robot), stations[robot].turn) < (urgency(rival), stations[rival].turn) { best = place }
        }
        return best
    }

    private static func airtime(of frame: Frame, widthKHz: Int, from robot: Int, now: Int64, air: Air) -> Int64 {
        guard !frame.isBroadcast else {
            return Airtime.broadcastNanoseconds(datagramBytes: frame.datagram.count)
        }
        let efficiency = air.efficiency(.data, from: robot, to: Int(frame.next), now: now)
        let data = Airtime.unicastNanoseconds(
            datagramBytes: frame.datagram.count, shareMHz: Double(widthKHz) / 1_000, efficiency: efficiency)
        return data + Access.sifs + Access.acknowledgement
    }

    /// The frame of `event.robot` has left the air; `air.arrival` says who has it.
    package mutating func end(_ event: WorldEvent, air: inout Air, queue: inout EventQueue) {
        let sender = Int(event.robot)
        guard stations[sender].state == .sending, let frame = stations[sender].current else {
            preconditionFailure("robot \(sender) ends a frame it does not send")
        }
        air.open(frame, band: .data, sender: sender)
        let isDone =
            frame.isBroadcast
            ? endBroadcast(sender, now: event.time, air: &air)
            : endUnicast(frame, sender, now: event.time, air: &air)
        let channel = stations[sender].channel
        channels[channel].usedKHz -= stations[sender].widthKHz
        stations[sender].state = .idle
        if isDone || !air.isOn[sender] {
            stations[sender].current = nil
            stations[sender].tries = 0
        }
        if stations[sender].current != nil || !stations[sender].queue.isEmpty {
            wait(sender, now: event.time, air: &air, queue: &queue)
        }
        serve(channel, now: event.time, air: &air, queue: &queue)
    }

    private func endBroadcast(_ sender: Int, now: Int64, air: inout Air) -> Bool {
        for heard in air.field.rows[sender] where heard.dataDBm >= air.usableDBm {
            guard air.isOn[Int(heard.robot)], !air.field.isDataJammed[Int(heard.robot)] else { continue }
            _ = air.receive(heard, band: .data, sender: sender, now: now)
        }
        return true
    }

    private mutating func endUnicast(_ frame: Frame, _ sender: Int, now: Int64, air: inout Air) -> Bool {
        if Int(frame.next) < air.field.count, air.isOn[Int(frame.next)], !air.field.isDataJammed[Int(frame.next)],
            let heard = air.field.heard(Int(frame.next), from: sender), heard.dataDBm >= air.usableDBm,
            air.receive(heard, band: .data, sender: sender, now: now)
        {
            return true
        }
        guard stations[sender].tries < Access.triesMax else {
            air.tally.abandoned[Int(Band.data.rawValue)] += 1
            return true
        }
        air.tally.retries[Int(Band.data.rawValue)] += 1
        return false
    }
}
