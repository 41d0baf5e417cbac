import SkeinWire
import Testing

@testable import SkeinView

struct MapTests {
    private static func snapshot(_ robots: [Snapshot.Robot]) -> Snapshot {
        var snapshot = Snapshot(
            mode: .simulation, source: "a field", time: .zero,
            mesh: .init(known: robots.count, heard: robots.count, silent: 0, leaders: 0), safety: .init(state: .moving))
        snapshot.field = .init(xMetersMin: 0, xMetersMax: 100, yMetersMin: 0, yMetersMax: 100)
        snapshot.robots = robots
        snapshot.targets = [
            .init(
                kind: .physical, name: "target", place: Known(.init(xMeters: 20, yMeters: 80)), arrivalRadiusMeters: 5),
            .init(kind: .source, name: "source", place: Known(.init(xMeters: 80, yMeters: 20))),
        ]
        return snapshot
    }

    private static func robot(_ number: UInt16, _ x: Double, _ y: Double, leader: UInt16?) -> Snapshot.Robot {
        var robot = Snapshot.Robot(id: NodeID(number), name: "q\(number)", state: "ok")
        robot.place = Known(.init(xMeters: x, yMeters: y))
        robot.leader = leader.map { NodeID($0) }
        return robot
    }

    private static func field(_ robots: [Snapshot.Robot], _ change: (inout ViewState) -> Void = { _ in }) -> [String] {
        var state = ViewState(isReadOnly: false, panel: .map, isWhole: true)
        change(&state)
        let lines = Dashboard.grid(snapshot(robots), state, columns: 80, rows: 24, charset: .ascii).lines
        // What the frame holds, without what stands beside it.
        return lines.filter { $0.hasPrefix("|") }.map { String($0.dropFirst().prefix { $0 != "|" }) }
    }

    @Test func `a leader is a capital, its member the same letter small`() {
        let field = Self.field([
            Self.robot(0, 10, 10, leader: 0), Self.robot(1, 50, 50, leader: 0), Self.robot(2, 90, 90, leader: 2),
            Self.robot(3, 40, 20, leader: nil),
        ]).joined()
        for mark in ["Aq0", "aq1", "Bq2", "?q3", "@", "%"] { #expect(field.contains(mark), "\(mark)") }
    }

    @Test func `trouble is said by a mark`() {
        var failing = Self.robot(0, 50, 50, leader: 0)
        failing.isFailing = true
        var off = Self.robot(1, 30, 50, leader: 0)
        off.isOff = true
        var camera = Self.robot(2, 70, 50, leader: 0)
        camera.carriesCamera = true
        let field = Self.field([failing, off, camera]).joined()
        for mark in ["A!", "x", "a'"] { #expect(field.contains(mark), "\(mark)") }
    }

    @Test func `north is up and east is right`() throws {
        let field = Self.field([Self.robot(0, 5, 95, leader: 0), Self.robot(1, 95, 5, leader: 1)])
        let rows = try [
            #require(field.firstIndex { $0.contains("A") }), #require(field.firstIndex { $0.contains("B") }),
        ]
        #expect(rows[0] < rows[1])
        let columns = try rows.enumerated().map { index, row in
            try #require(field[row].firstIndex(of: index == 0 ? "A" : "B")).utf16Offset(in: field[row])
        }
        #expect(columns[0] < columns[1])
    }

    @Test func `robots outside the field are not drawn, on its far edges they are`() {
        let outside = Self.field([Self.robot(0, -1, 5, leader: 0), Self.robot(1, 5, 101, leader: 1)]).joined()
        #expect(!outside.contains("q0") && !outside.contains("q1"))
        let edge = Self.field([Self.robot(0, 0, 0, leader: 0), Self.robot(1, 100, 100, leader: 1)]).joined()
        #expect(edge.contains("A") && edge.contains("B"))
    }

    @Test func `nearer, a quarter of the field has all the room`() {
        let robots = [Self.robot(0, 10, 10, leader: 0), Self.robot(1, 90, 90, leader: 1)]
        let near = Self.field(robots) { state in
            state.zoom = 2
            state.middleX = 0
            state.middleY = 0
        }.joined()
        #expect(near.contains("A") && !near.contains("Bq"))
    }

    @Test func `a link is a line between its ends, unless one is nowhere`() {
        var snapshot = Self.snapshot([
            Self.robot(0, 10, 50, leader: 0), Self.robot(1, 90, 50, leader: 0), Self.robot(2, .nan, 0, leader: 0),
        ])
        func dots() -> Int {
            Dashboard.grid(
                snapshot, .init(isReadOnly: false, panel: .map, isWhole: true), columns: 80, rows: 24, charset: .ascii
            ).lines.dropFirst(2).dropLast(2).joined().count { $0 == "." }
        }
        let without = dots()
        snapshot.links = [
            .init(from: NodeID(1), to: NodeID(0), band: .data, isSubgroup: true),
            .init(from: NodeID(2), to: NodeID(0), band: .data, isSubgroup: true),
            .init(from: NodeID(9), to: NodeID(0), band: .data, isSubgroup: true),
        ]
        #expect((15...40).contains(dots() - without))
    }

    @Test func `without a field the map spans the robots, without places it says so`() {
        var snapshot = Self.snapshot([Self.robot(0, 1_000, 1_000, leader: 0), Self.robot(1, 1_050, 1_020, leader: 0)])
        snapshot.field = nil
        snapshot.targets = []
        let state = ViewState(isReadOnly: false, panel: .map, isWhole: true)
        let text = Dashboard.grid(snapshot, state, columns: 80, rows: 24, charset: .ascii).lines.joined()
        #expect(text.contains("Aq0") && text.contains("aq1"))
        snapshot.robots = []
        let empty = Dashboard.grid(snapshot, state, columns: 80, rows: 24, charset: .ascii).lines.joined()
        #expect(empty.contains("nobody tells where it is"))
    }
}
