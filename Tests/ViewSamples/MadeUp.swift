import SkeinView
import SkeinWire

/// A swarm that never was: the same for the same arguments, with something of everything in it.
package enum MadeUp {
    /// As the leader r2 sees `count` robots after so many seconds of a mission.
    package static func snapshot(robots count: Int, seconds: Int = 240) -> Snapshot {
        var snapshot = Snapshot(
            mode: .live, source: "/run/skein/peer.sock", time: .seconds(seconds),
            mesh: .init(known: count, heard: count - 3, silent: 2, leaders: (count + 5) / 6),
            safety: safety(count))
        snapshot.fleet = "meadow"
        snapshot.me = .init(
            id: NodeID(2), name: name(2), role: .leader, roleSince: .seconds(seconds - 20), leader: NodeID(2),
            leaderName: name(2), leaderSince: .seconds(seconds - 20))
        snapshot.clockBound = Known(.microseconds(1_840 + seconds * 7 % 50))
        snapshot.alarms = alarms(count, seconds)
        snapshot.robots = (0..<count).map { robot($0, of: count, seconds) }
        snapshot.links = links(count)
        snapshot.targets = [
            .init(
                kind: .physical, name: "target", place: Known(.init(xMeters: 150, yMeters: 120)),
                arrivalRadiusMeters: 10),
            .init(kind: .source, name: "source", place: Known(.init(xMeters: 40, yMeters: 150), age: .seconds(40))),
        ]
        var field = Snapshot.Field(xMetersMin: 0, xMetersMax: 200, yMetersMin: 0, yMetersMax: 180)
        field.walls = [.init(from: .init(xMeters: 100, yMeters: 0), to: .init(xMeters: 100, yMeters: 60))]
        snapshot.field = field
        snapshot.tasks = tasks(count, seconds)
        snapshot.radio = radio(seconds)
        snapshot.events = events(count, seconds)
        snapshot.mission = [
            .init("time", "\(seconds) s"), .init("at target", "3 of 6 cameras"), .init("", "8 of 14 others"),
            .init("steps done", "\(seconds * 20)"), .init("steps failed", "2", severity: .warning),
        ]
        return snapshot
    }

    package static func name(_ robot: Int) -> String { "rover-\(robot < 10 ? "0" : "")\(robot)" }

    /// Noise of 0…1 that is the same every time.
    private static func noise(_ index: Int, _ seconds: Int) -> Double {
        var state = UInt64(index &* 7_919 &+ seconds &* 104_729 &+ 12_345) &* 6_364_136_223_846_793_005 &+ 1
        state ^= state >> 29
        state = state &* 0x9E37_79B9_7F4A_7C15
        return Double(state >> 40) / Double(1 << 24)
    }

    private static func leader(_ index: Int) -> Int { index / 6 * 6 + 2 }

    private static func robot(_ index: Int, of count: Int, _ seconds: Int) -> Snapshot.Robot {
        let leader = min(leader(index), count - 1)
        var robot = Snapshot.Robot(id: NodeID(UInt16(index)), name: name(index), state: "ok")
        robot.role = index == 2 ? .root : index == leader ? .leader : .member
        robot.leader = NodeID(UInt16(leader))
        robot.hops = index == 2 ? 0 : 1 + index / 8
        robot.next = index == 2 ? nil : NodeID(UInt16(index / 8 <= 0 ? index : leader))
        robot.heard = .milliseconds(120 + index * 7)
        robot.idle = Known(0.2 + 0.7 * noise(index, seconds / 4))
        robot.granted = Known(index % 4 == 0 ? 0.5 : 0)
        robot.carriesCamera = index % 3 == 0
        let turn = Double(seconds) * 0.05 + Double(index)
        let (x, y) = (Double(index * 37 % 190) + 5, Double(index * 53 % 170) + 5)
        robot.place = Known(
            .init(xMeters: x + turn.truncatingRemainder(dividingBy: 3), yMeters: y, headingRadians: 0.5))
        robot.target = index % 3 == 0 ? 0 : 1
        if index != 2 && index < 12 {
            let best = 7.5 - Double(index) * 0.5
            var link = Snapshot.RadioLink(
                estimator: index % 2 == 0 ? .measured : .assumedFloor, bitsPerSecondPerHz: best, band: .control,
                age: .milliseconds(200))
            link.snrDecibels = best * 3
            link.deliveredFraction = 0.97
            link.history = (0..<16).map { best * (0.6 + 0.4 * noise(index, (seconds / 5 + $0) % 97)) }
            robot.link = link
        }
        trouble(&robot, index, of: count, seconds)
        return robot
    }

    /// The last four robots are in trouble, each in its own way.
    private static func trouble(_ robot: inout Snapshot.Robot, _ index: Int, of count: Int, _ seconds: Int) {
        switch count - index {
        case 1:
            robot.state = "silent"
            robot.severity = .alarm
            robot.troubles = ["not heard for a minute", "its leader has lost it"]
            robot.heard = .seconds(75)
            robot.idle = Known(0.4, age: .seconds(75))
            robot.place?.age = .seconds(75)
            robot.hops = nil
        case 2:
            robot.state = "failing"
            robot.severity = .warning
            robot.troubles = ["steps fail: noMatch"]
            robot.isFailing = true
        case 3:
            robot.state = "off"
            robot.severity = .alarm
            robot.troubles = ["has left"]
            robot.isOff = true
            robot.heard = .seconds(200)
            robot.leader = nil
            robot.role = .unknown
        case 4:
            robot.state = "ok"
            robot.idle = Known(0.7, age: .seconds(12))
        default: break
        }
    }

    private static func safety(_ count: Int) -> Snapshot.Safety {
        var safety = Snapshot.Safety(state: .stopped)
        safety.stops = [.init(number: 4, issuerName: name(2), age: .seconds(31))]
        safety.lines = (0..<count).map { index in
            let answer: Snapshot.Safety.Answer =
                index == count - 1 ? .unreachable : index == count - 3 ? .waiting : .stands
            return .init(
                robot: NodeID(UInt16(index)), name: name(index), answer: answer,
                after: answer == .stands ? .milliseconds(12 + index) : nil,
                age: answer == .stands ? .seconds(3) : nil)
        }
        safety.details = [.init("on disk", "yes"), .init("geofence", "0…200 m, 0…180 m")]
        return safety
    }

    private static func alarms(_ count: Int, _ seconds: Int) -> [Snapshot.Alarm] {
        [
            .init(.warning, "\(name(count - 2)): steps fail, its leader finds no helpers", age: .seconds(20)),
            .init(.alarm, "\(name(count - 1)) has not been heard", age: .seconds(75), robot: NodeID(UInt16(count - 1))),
            .init(.alarm, "2 robots have not answered the stop", age: .seconds(31)),
        ]
    }

    private static func links(_ count: Int) -> [Snapshot.Link] {
        (0..<count - 3).compactMap { index in
            let leader = min(leader(index), count - 1)
            let other = index == leader ? 2 : leader
            guard other != index else { return nil }
            return .init(
                from: NodeID(UInt16(index)), to: NodeID(UInt16(other)), band: index == leader ? .control : .data,
                bitsPerSecondPerHz: 4, isTree: index == leader, isSubgroup: index != leader)
        }
    }

    private static func tasks(_ count: Int, _ seconds: Int) -> [Snapshot.Work] {
        (0..<min(count / 3, 12)).map { index in
            let owner = index * 3
            var work = Snapshot.Work(
                key: "r\(owner):\(170 + index)", kernel: index % 2 == 0 ? "ekf" : "mandelbrot",
                owner: NodeID(UInt16(owner)),
                ownerName: name(owner), state: index == 1 ? .failed : index == 2 ? .done : .running,
                partsDone: index == 2 ? 6 : index % 6, parts: 6)
            work.placing = index % 3 == 0 ? .local : index % 3 == 1 ? .offloaded : .mixed
            work.why =
                work.placing == .local
                ? "here in 310 ms; elsewhere in 380 ms" : "here in 920 ms, too late; elsewhere in 240 ms"
            work.workers = work.placing == .local ? [] : [name(owner + 1), name(owner + 2)]
            work.deadlineLeft = index == 1 ? .milliseconds(-300) : index == 2 ? nil : .milliseconds(640)
            work.severity = index == 1 ? .alarm : .calm
            work.age = .seconds(index * 4)
            return work
        }
    }

    private static func radio(_ seconds: Int) -> Snapshot.Radio {
        var radio = Snapshot.Radio(whose: name(2))
        radio.controlFraction = 0.013
        radio.controlFractionMax = 0.02
        radio.controlHistory = (0..<20).map { 0.01 + 0.01 * noise(1, (seconds / 5 + $0) % 89) }
        var control = Snapshot.Radio.BandLine(band: .control, sentBytesPerSecond: 840, receivedBytesPerSecond: 6_400)
        control.busyFraction = 0.31
        control.ownFraction = 0.021
        control.neighbours = 11
        control.history = (0..<20).map { 0.2 + 0.4 * noise(2, (seconds / 5 + $0) % 89) }
        var data = Snapshot.Radio.BandLine(band: .data, sentBytesPerSecond: 88_000, receivedBytesPerSecond: 240_000)
        data.ownFraction = 0.34
        data.neighbours = 5
        data.history = (0..<20).map { noise(3, (seconds / 5 + $0) % 89) }
        radio.bands = [control, data]
        radio.classes = TrafficClass.allCases.enumerated().map { index, trafficClass in
            .init(
                trafficClass: trafficClass, sentBytesPerSecond: Double(index * index * 900 + 40),
                receivedBytesPerSecond: Double(index * index * 3_000 + 90), sentBytes: UInt64(index * 812_345 + 900),
                receivedBytes: UInt64(index * 4_812_345 + 2_100), airtimeFraction: Double(index) * 0.004)
        }
        radio.drops = [
            .init(reason: "replayed", count: 41, perSecond: 0.1),
            .init(reason: "forged", count: 3, perSecond: 0, severity: .warning),
        ]
        return radio
    }

    private static func events(_ count: Int, _ seconds: Int) -> [Snapshot.EventLine] {
        let texts = [
            ("belongs to \(name(2)): plan 7", Severity.calm), ("step 231 done", .calm),
            ("step 232 failed: 1 part missing, noMatch", .warning), ("stands: stop 4 of \(name(2))", .alarm),
            ("took a fix from \(name(5))", .calm),
        ]
        return (0..<40).map { back in
            let number = seconds / 3 + back
            let robot = number * 5 % count
            return .init(
                time: .milliseconds((number - 40) * 3_000 + robot * 30), robot: NodeID(UInt16(robot)),
                robotName: name(robot), severity: texts[number % 5].1, text: texts[number % 5].0)
        }
    }
}
