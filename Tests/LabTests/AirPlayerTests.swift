import SkeinPeer
import SkeinWire
import SkeinWorld
import Testing

@testable import SkeinLab

@Suite struct AirPlayerTests {
    private static func player(_ more: String = "") throws -> AirPlayer {
        var player = AirPlayer(try Scenarios.world(more))
        for robot in 0..<player.robots { player.switchOn(robot) }
        return player
    }

    private static func broadcast(_ byte: UInt8) -> Transmission {
        Transmission(
            datagram: [UInt8](repeating: byte, count: 200), band: .control, trafficClass: .control, next: .none,
            shareMHz: 20, address: nil)
    }

    private static func send(_ transmission: Transmission, from robot: Int, by player: inout AirPlayer) -> Bool {
        player.send(transmission, from: robot)
    }

    /// What arrives, with the time at which it was handed over.
    private static func play(
        _ player: inout AirPlayer, until end: Int64, every step: Int64, from start: Int64 = 0
    ) -> [(byte: UInt8, hearers: Int)] {
        var heard: [(byte: UInt8, hearers: Int)] = []
        for time in stride(from: start, through: end, by: Int(step)) {
            player.advance(to: Int64(time)) { heard.append(($0.datagram[0], $0.hearers.count)) }
        }
        return heard
    }

    @Test func `a broadcast reaches everybody in range after its airtime`() throws {
        var player = try Self.player()
        player.advance(to: 1_000_000) { _ in }
        #expect(Self.send(Self.broadcast(7), from: 0, by: &player))
        let due = try #require(player.nextTime)
        #expect(due > 1_000_000)
        let heard = Self.play(&player, until: 10_000_000, every: 100_000, from: 1_000_000)
        #expect(heard.map(\.byte) == [7])
        #expect(heard.first?.hearers == 4)
        #expect(player.nextTime == nil)
    }

    @Test func `a late clock changes no order and no luck, and its lateness is known`() throws {
        var punctual = try Self.player()
        var late = try Self.player()
        for robot in 0..<5 {
            #expect(Self.send(Self.broadcast(UInt8(robot)), from: robot, by: &punctual))
            #expect(Self.send(Self.broadcast(UInt8(robot)), from: robot, by: &late))
        }
        let first = Self.play(&punctual, until: 50_000_000, every: 50_000)
        let second = Self.play(&late, until: 50_000_000, every: 50_000_000)
        #expect(first.map(\.byte) == second.map(\.byte))
        #expect(punctual.digest == late.digest)
        #expect(punctual.medium.air.tally == late.medium.air.tally)
        #expect(punctual.lateness.lateness.maxMilliseconds <= 0.05)
        #expect(late.lateness.lateness.maxMilliseconds > 40)
    }

    @Test func `who is off neither sends nor hears, and is heard again after a restart`() throws {
        var player = try Self.player()
        player.switchOff(0)
        player.switchOff(1)
        #expect(!Self.send(Self.broadcast(1), from: 0, by: &player))
        #expect(Self.send(Self.broadcast(2), from: 2, by: &player))
        #expect(Self.play(&player, until: 10_000_000, every: 100_000).map(\.hearers) == [2])
        player.switchOn(0)
        #expect(Self.send(Self.broadcast(3), from: 0, by: &player))
        #expect(
            Self.play(&player, until: 20_000_000, every: 100_000, from: 10_000_000).map(\.hearers) == [3])
    }

    @Test func `a partition parts the air while it lasts`() throws {
        let fault = Scenarios.fault("partition", at: 1, target: "[0, 1]", more: "for_s = 5")
        var player = try Self.player(fault)
        player.beginFault(0, targets: [0, 1])
        #expect(Self.send(Self.broadcast(1), from: 0, by: &player))
        #expect(Self.play(&player, until: 10_000_000, every: 100_000).map(\.hearers) == [1])
        player.endFault(0)
        #expect(Self.send(Self.broadcast(1), from: 0, by: &player))
        #expect(Self.play(&player, until: 20_000_000, every: 100_000, from: 10_000_000).map(\.hearers) == [4])
    }
}
