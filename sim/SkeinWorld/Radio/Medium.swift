import SkeinPeer
import SkeinTasks
import SkeinWire

/// The air between the robots: both bands over one field of links. It takes transmissions and, through the event queue,
/// gives arrivals; it knows neither peers nor what frames mean.
package struct Medium: Sendable {
    package var air: Air
    private var control: ControlBand
    private var data: DataBand

    package init(robots: Int, config: MediumConfig, seed: UInt64) {
        air = Air(robots: robots, config: config, seed: seed)
        control = ControlBand(robots: robots)
        data = DataBand(robots: robots)
    }

    package mutating func send(_ transmission: Transmission, from robot: Int, now: Int64, queue: inout EventQueue) {
        precondition(air.isOn[robot], "robot \(robot) sends while it is off")
        let frame = Frame(transmission)
        switch transmission.band {
        case .control: control.enqueue(frame, at: robot, now: now, air: &air, queue: &queue)
        case .data: data.enqueue(frame, at: robot, now: now, air: &air, queue: &queue)
        }
    }

    /// Carries out a radio event. True when `air.arrival` then holds a frame with its hearers.
    package mutating func handle(_ event: WorldEvent, queue: inout EventQueue) -> Bool {
        switch event.kind {
        case .controlAttempt:
            control.attempt(event, air: &air, queue: &queue)
            return false
        case .controlEnd:
            control.end(event, air: &air, queue: &queue)
            return true
        case .dataEnd:
            data.end(event, air: &air, queue: &queue)
            return true
        case .boot, .wake, .tick, .sense, .sampleProcessor, .unitDone, .planDone, .persisted, .kept, .faultBegin,
            .faultEnd, .resume, .stopCommand, .workOrder, .workCancel, .adversaryTurn:
            preconditionFailure("\(event.kind) is not the radio's")
        }
    }

    /// Which subgroup's 5 GHz channel a robot sends on.
    package mutating func join(_ robot: Int, leader: Int?) { data.join(robot, leader: leader) }

    package mutating func switchOn(_ robot: Int) { air.isOn[robot] = true }

    package mutating func switchOff(_ robot: Int) {
        air.isOn[robot] = false
        control.silence(robot)
        data.silence(robot)
        data.join(robot, leader: nil)
    }

    package mutating func refresh(_ places: [FieldPoint]) { air.field.refresh(places) }

    package mutating func updateJamming(now: Int64, queue: inout EventQueue) {
        control.updateJamming(now: now, air: air, queue: &queue)
    }
}
