import SkeinLinux
import SkeinTasks
import SkeinWire
import SkeinWorld
import Testing

@testable import SkeinLab

@Suite struct LabFrameTests {
    private static let places = (0..<3).map { FieldPoint(xMeters: Double($0) + 0.25, yMeters: -1) }

    private static var all: [LabFrame] {
        var tally = Tally(robots: 3)
        tally.controlAirtime[1] = 77
        tally.controlBits[2] = 99
        tally.framesSent = [5, 6]
        tally.losses = [1, 2]
        tally.collisions = 4
        var drops = LabFrame.AirDrops()
        drops.strangers = 12
        let lateness = Lateness(p99Milliseconds: 0.5, maxMilliseconds: 12.25)
        return [
            .begin(Instant(nanoseconds: 123_456_789)), .off(robot: 2), .leader(robot: 1, 2), .leader(robot: 0, nil),
            .faultBegan(index: 3, targets: [0, 2]), .faultEnded(index: 3), .figuresWanted(ticket: 9),
            .places(places), .bodies(at: 5_000_000_000, places, headingsRadians: [0, 1, -2]),
            .arenaFigures(ticket: 1, lateness, dropped: 3), .ready(port: 40_000),
            .mediumFigures(ticket: 8, tally, digest: .max - 5, lateness, dropped: drops),
        ]
    }

    @Test func `what is written reads back the same`() throws {
        for frame in Self.all { #expect(try LabFrame(frame.bytes, robots: 3) == frame) }
    }

    @Test func `cut, lengthened and foreign bytes are refused`() {
        for frame in Self.all {
            let bytes = frame.bytes
            for count in 0..<bytes.count {
                #expect(throws: WireError.self) { try LabFrame(Array(bytes[..<count]), robots: 3) }
            }
            #expect(throws: WireError.self) { try LabFrame(bytes + [0], robots: 3) }
        }
        #expect(throws: WireError.unknown(.kind)) { try LabFrame([200], robots: 3) }
    }

    @Test func `robots that are not there are refused`() {
        #expect(throws: WireError.self) { try LabFrame(LabFrame.off(robot: 3).bytes, robots: 3) }
        #expect(throws: WireError.self) { try LabFrame(LabFrame.leader(robot: 0, 3).bytes, robots: 3) }
        #expect(throws: WireError.self) {
            try LabFrame(LabFrame.faultBegan(index: 0, targets: [0, 1, 2, 2]).bytes, robots: 3)
        }
        #expect(throws: WireError.self) { try LabFrame(LabFrame.places(Self.places).bytes, robots: 4) }
    }

    @Test func `a full fleet's figures fit a message`() {
        let tally = Tally(robots: Laboratory.robotsMax)
        let frame = LabFrame.mediumFigures(ticket: 1, tally, digest: 0, .init(), dropped: .init())
        #expect(frame.bytes.count <= LabFrame.bytesMax)
        let places = [FieldPoint](repeating: FieldPoint(xMeters: 0, yMeters: 0), count: Laboratory.robotsMax)
        let bodies = LabFrame.bodies(
            at: 0, places, headingsRadians: [Double](repeating: 0, count: Laboratory.robotsMax))
        #expect(bodies.bytes.count <= LabFrame.bytesMax)
    }
}
