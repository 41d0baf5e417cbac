import SkeinRadio
import SkeinWire

/// 2.4 GHz: one channel for all who are in range of each other, by CSMA/CA (IEEE 802.11-2020, 10.3).
///
/// A station with a frame draws a number of slots and counts them down while it hears nobody, DIFS after the last one
/// fell silent; at zero it sends the most urgent frame it has. Two that reach zero within the sensing time, or that do
/// not hear each other, overlap: who hears both loses both, unless one is 10 dB stronger (capture). Nobody hears while
/// sending. A broadcast is sent once. A unicast is sent until its acknowledgement comes, at most seven times, with twice
/// the window each time; the receiver knows a repeated frame and passes it on once. The acknowledgement is charged to the
/// sender's turn and heard by the sender's neighbourhood; that of the receiver's it would also disturb is left out.
/// A robot that is switched off in mid-frame finishes it; its queue is gone.
package struct ControlBand: Sendable {
    private struct Station: Sendable {
        enum State: Sendable { case idle, contending, sending }

        var state = State.idle
        var queue = TransmitQueue()
        /// Set while sending, and between the tries of a unicast.
        var current: Frame?
        var tries = 0
        var window = Access.windowMin
        var slots = 0
        /// When the countdown began, DIFS included; nil while it is frozen.
        var countsFrom: Int64?
        /// Only the attempt that bears the newest stamp is real.
        var stamp: UInt32 = 0
        /// Others on the air in range, and jammers.
        var busy = 0
        var isJammed = false
        /// Whom the frame on the air reaches, as it was when it began, and whose reception is spoilt.
        var receivers: [Heard] = []
        var isSpoilt: [Bool] = []
        var airtime: Int64 = 0
        var wasReceived = false
    }

    private var stations: [Station]
    private var active: [Int] = []

    package init(robots: Int) { stations = [Station](repeating: Station(), count: robots) }

    package mutating func enqueue(_ frame: Frame, at robot: Int, now: Int64, air: inout Air, queue: inout EventQueue) {
        guard stations[robot].queue.push(frame) else {
            air.tally.queueDrops[Int(Band.control.rawValue)] += 1
            return
        }
        if stations[robot].state == .idle { contend(robot, now: now, air: &air, queue: &queue) }
    }

    /// The robot is off: nothing of its queue is sent.
    package mutating func silence(_ robot: Int) {
        stations[robot].queue.removeAll()
        if stations[robot].state == .contending {
            stations[robot].state = .idle
            stations[robot].current = nil
            stations[robot].countsFrom = nil
            stations[robot].stamp += 1
        }
    }

    /// Follows the jammers of `air.field`.
    package mutating func updateJamming(now: Int64, air: Air, queue: inout EventQueue) {
        for robot in 0..<stations.count where stations[robot].isJammed != air.field.isControlJammed[robot] {
            let isJammed = air.field.isControlJammed[robot]
            stations[robot].isJammed = isJammed
            if isJammed {
                stations[robot].busy += 1
                freeze(robot, now: now)
            } else {
                release(robot, now: now, queue: &queue)
            }
        }
    }

    // MARK: Countdown

    private mutating func contend(_ robot: Int, now: Int64, air: inout Air, queue: inout EventQueue) {
        stations[robot].state = .contending
        stations[robot].slots = air.backoffSlots(window: stations[robot].window)
        stations[robot].countsFrom = nil
        if stations[robot].busy == 0 { countDown(robot, now: now, queue: &queue) }
    }

    private mutating func countDown(_ robot: Int, now: Int64, queue: inout EventQueue) {
        let from = now + Access.difs
        stations[robot].countsFrom = from
        stations[robot].stamp += 1
        queue.push(
            WorldEvent(
                .controlAttempt, at: from + Int64(stations[robot].slots) * Access.slot, robot: robot,
                stamp: stations[robot].stamp))
    }

    private mutating func freeze(_ robot: Int, now: Int64) {
        guard stations[robot].state == .contending, let from = stations[robot].countsFrom else { return }
        let zero = from + Int64(stations[robot].slots) * Access.slot
        guard zero - now > Access.sensing else { return }
        stations[robot].slots -= Int(max(0, now - from) / Access.slot)
        stations[robot].countsFrom = nil
        stations[robot].stamp += 1
    }

    private mutating func release(_ robot: Int, now: Int64, queue: inout EventQueue) {
        stations[robot].busy -= 1
        precondition(stations[robot].busy >= 0, "robot \(robot) hears \(stations[robot].busy) senders")
        guard stations[robot].busy == 0, stations[robot].state == .contending, stations[robot].countsFrom == nil
        else { return }
        countDown(robot, now: now, queue: &queue)
    }

    // MARK: Sending

    /// The countdown of `event.robot` is over.
    package mutating func attempt(_ event: WorldEvent, air: inout Air, queue: inout EventQueue) {
        let robot = Int(event.robot)
        guard stations[robot].stamp == event.stamp, stations[robot].state == .contending else { return }
        guard let frame = stations[robot].current ?? stations[robot].queue.pop() else {
            preconditionFailure("robot \(robot) contends for the channel with nothing to send")
        }
        stations[robot].current = frame
        stations[robot].state = .sending
        stations[robot].countsFrom = nil
        stations[robot].tries += 1
        stations[robot].airtime = airtime(of: frame, from: robot, now: event.time, air: air)
        air.tally.countSent(frame, by: robot, band: .control)
        occupy(robot, now: event.time, air: &air)
        queue.push(WorldEvent(.controlEnd, at: event.time + stations[robot].airtime, robot: robot))
    }

    private func airtime(of frame: Frame, from robot: Int, now: Int64, air: Air) -> Int64 {
        guard !frame.isBroadcast else {
            return Airtime.broadcastNanoseconds(datagramBytes: frame.datagram.count)
        }
        let share = min(max(frame.shareMHz * 1_000, Double(Access.widthKHzMin)), Double(Access.widthKHzMax)) / 1_000
        let efficiency = air.efficiency(.control, from: robot, to: Int(frame.next), now: now)
        let data = Airtime.unicastNanoseconds(
            datagramBytes: frame.datagram.count, shareMHz: share, efficiency: efficiency)
        return data + Access.sifs + Access.acknowledgement
    }

    /// Puts the frame on the air: its receivers fall silent, and overlaps are judged pair by pair.
    private mutating func occupy(_ sender: Int, now: Int64, air: inout Air) {
        let row = air.field.rows[sender]
        stations[sender].receivers = row
        stations[sender].isSpoilt.removeAll(keepingCapacity: true)
        for heard in row {
            let robot = Int(heard.robot)
            guard heard.controlDBm >= air.usableDBm else {
                stations[sender].isSpoilt.append(true)
                continue
            }
            var isSpoilt = stations[robot].state == .sending || air.field.isControlJammed[robot]
            for other in active where other != robot {
                guard let place = LinkField.index(of: robot, in: stations[other].receivers),
                    stations[other].receivers[place].controlDBm >= air.usableDBm
                else { continue }
                let power = stations[other].receivers[place].controlDBm
                if power < heard.controlDBm + Access.captureDB { stations[other].isSpoilt[place] = true }
                if heard.controlDBm < power + Access.captureDB { isSpoilt = true }
            }
            stations[sender].isSpoilt.append(isSpoilt)
            stations[robot].busy += 1
            freeze(robot, now: now)
        }
        for other in active {
            if let place = LinkField.index(of: sender, in: stations[other].receivers) {
                stations[other].isSpoilt[place] = true
            }
        }
        active.append(sender)
    }

    /// The frame of `event.robot` has left the air; `air.arrival` says who has it.
    package mutating func end(_ event: WorldEvent, air: inout Air, queue: inout EventQueue) {
        let sender = Int(event.robot)
        let now = event.time
        guard stations[sender].state == .sending, let frame = stations[sender].current else {
            preconditionFailure("robot \(sender) ends a frame it does not send")
        }
        active.removeAll { $0 == sender }
        air.open(frame, band: .control, sender: sender)
        let isDone =
            frame.isBroadcast
            ? endBroadcast(frame, sender, now: now, air: &air) : endUnicast(frame, sender, now: now, air: &air)
        stations[sender].state = .idle
        for heard in stations[sender].receivers where heard.controlDBm >= air.usableDBm {
            air.tally.countHeard(stations[sender].airtime, frame.trafficClass, at: Int(heard.robot))
            release(Int(heard.robot), now: now, queue: &queue)
        }
        air.tally.countHeard(stations[sender].airtime, frame.trafficClass, at: sender)
        stations[sender].receivers = []
        if isDone || !air.isOn[sender] {
            stations[sender].current = nil
            stations[sender].tries = 0
            stations[sender].window = Access.windowMin
            stations[sender].wasReceived = false
        }
        if stations[sender].current != nil || !stations[sender].queue.isEmpty {
            contend(sender, now: now, air: &air, queue: &queue)
        }
    }

    private func endBroadcast(_ frame: Frame, _ sender: Int, now: Int64, air: inout Air) -> Bool {
        for (place, heard) in stations[sender].receivers.enumerated() where heard.controlDBm >= air.usableDBm {
            guard air.isOn[Int(heard.robot)] else { continue }
            guard !stations[sender].isSpoilt[place] else {
                air.tally.collisions += 1
                continue
            }
            _ = air.receive(heard, band: .control, sender: sender, now: now)
        }
        return true
    }

    /// True when the frame is acknowledged or given up.
    private mutating func endUnicast(_ frame: Frame, _ sender: Int, now: Int64, air: inout Air) -> Bool {
        if let place = LinkField.index(of: Int(frame.next), in: stations[sender].receivers),
            stations[sender].receivers[place].controlDBm >= air.usableDBm, air.isOn[Int(frame.next)]
        {
            if stations[sender].isSpoilt[place] {
                air.tally.collisions += 1
            } else if receive(stations[sender].receivers[place], from: sender, now: now, air: &air) {
                return true
            }
        }
        guard stations[sender].tries < Access.triesMax else {
            air.tally.abandoned[Int(Band.control.rawValue)] += 1
            return true
        }
        air.tally.retries[Int(Band.control.rawValue)] += 1
        stations[sender].window = min(2 * stations[sender].window + 1, Access.windowMax)
        return false
    }

    /// True when the acknowledgement came back. A frame received before is acknowledged again, not delivered again.
    private mutating func receive(_ heard: Heard, from sender: Int, now: Int64, air: inout Air) -> Bool {
        guard air.receive(heard, band: .control, sender: sender, now: now) else { return false }
        if stations[sender].wasReceived { air.arrival.hearers.removeAll(keepingCapacity: true) }
        stations[sender].wasReceived = true
        let snr = heard.controlDBm - air.noiseDBm(.control, from: sender, to: heard, now: now)
        return air.acknowledges(snrDB: snr)
    }
}
