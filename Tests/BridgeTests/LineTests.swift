import CSkeinBridge
import SkeinPeer
import SkeinWire
import Testing

@testable import SkeinBridge

@Suite struct LineTests {
    private static func state(_ change: (inout BridgeMessage.ControllerState) -> Void) -> BridgeMessage {
        var state = BridgeMessage.ControllerState()
        change(&state)
        return .heartbeat(state)
    }

    private static let fromController: [BridgeMessage] = [
        state { $0.isArmed = true },
        state {
            $0.isStopLatched = true
            $0.isWatchdogReset = true
            $0.isEmulated = true
        },
        .health(.init(isCompassGood: true, batteryVolts: 12.5, batteryFraction: 0.5)),
        .health(.init(isCompassGood: false, batteryVolts: nil, batteryFraction: nil)),
        .attitude(clock: .milliseconds(1_234), yawRadians: 0.5, yawRadiansPerSecond: -0.25),
        .wheels(
            .init(
                clock: .milliseconds(5), northMeters: 1.5, eastMeters: -2, northMetersPerSecond: 0.5,
                eastMetersPerSecond: 0)),
        .distance(.init(bearingRadians: .pi / 4, halfAngleRadians: 0.125, meters: 1.25)),
        .distance(.init(bearingRadians: 0, halfAngleRadians: 0.25, meters: 100)), .clock(theirs: 7, ours: 9),
        .answer(.init(subject: .stopping, isAccepted: false, denial: 2)),
        .answer(.init(subject: .arming, isAccepted: true, denial: 0)), .text(severity: 4, "wheel \"left\" stalls"),
    ]
    private static let fromPeer: [BridgeMessage] =
        [
            .setpoint(.init(speedMetersPerSecond: 1.5, turnRadiansPerSecond: -0.75)), .clock(theirs: 0, ours: 3),
        ] + BridgeOrder.allCases.map { .order($0, confirmation: 3) }

    @Test func `what one end says the other hears, and nothing else`() {
        for (side, other, messages) in [
            (BridgeLine.Side.controller, BridgeLine.Side.peer, Self.fromController),
            (.peer, .controller, Self.fromPeer),
        ] {
            let from = BridgeLine(key: Pair.key, side: side, stored: 0)
            let to = BridgeLine(key: Pair.key, side: other, stored: 0)
            var heard: [BridgeMessage] = []
            for message in messages {
                let frame = Pair.frame(message, from) ?? []
                #expect(!frame.isEmpty, "\(message)")
                Pair.take(frame, to) { heard.append($0) }
            }
            #expect(heard == messages)
            #expect(to.drops.allSatisfy { $0 == 0 } && to.accepted == UInt64(messages.count))
        }
    }

    @Test func `reasons are those of the link, in its order`() {
        let names = BridgeDrop.allCases.map { String(cString: skein_drop_name(skein_drop(UInt32($0.rawValue)))) }
        #expect(names == BridgeDrop.allCases.map { "\($0)" })
        #expect(BridgeDrop.allCases.count == Int(SKEIN_DROP_REASONS.rawValue))
    }

    @Test func `another key, a replay, an echo and a turned bit are dropped and counted, and the next frame is taken`()
        throws
    {
        let controller = BridgeLine(key: Pair.key, side: .controller, stored: 0)
        let stranger = BridgeLine(key: [UInt8](repeating: 9, count: 32), side: .controller, stored: 0)
        let peer = BridgeLine(key: Pair.key, side: .peer, stored: 0)
        var count = 0
        func take(_ bytes: [UInt8]) { Pair.take(bytes, peer) { _ in count += 1 } }
        let good = try #require(Pair.frame(.clock(theirs: 5, ours: 6), controller))
        take(try #require(Pair.frame(.clock(theirs: 5, ours: 6), stranger)))
        #expect(count == 0 && peer.drops[Int(BridgeDrop.signature.rawValue)] == 1)
        take(good)
        #expect(count == 1)
        take(good)
        #expect(count == 1 && peer.drops[Int(BridgeDrop.replayed.rawValue)] == 1)
        take(try #require(Pair.frame(.clock(theirs: 0, ours: 6), peer)))
        #expect(count == 1 && peer.drops[Int(BridgeDrop.echo.rawValue)] == 1)
        var turned = try #require(Pair.frame(.clock(theirs: 5, ours: 7), controller))
        turned[12] ^= 1
        take(turned)
        #expect(count == 1 && peer.drops[Int(BridgeDrop.checksum.rawValue)] == 1)
        take(try #require(Pair.frame(.clock(theirs: 5, ours: 8), controller)))
        #expect(count == 2)
    }

    @Test func `nothing is said before a timestamp is kept, and a restart goes on above it`() throws {
        let line = BridgeLine(key: Pair.key, side: .peer, stored: 0)
        #expect(line.frame(.clock(theirs: 0, ours: 1)) == nil)
        let kept = try #require(line.reservation)
        line.reserve(kept)
        let before = try #require(line.frame(.clock(theirs: 0, ours: 1)))
        let again = BridgeLine(key: Pair.key, side: .peer, stored: kept)
        let after = try #require(Pair.frame(.clock(theirs: 0, ours: 1), again))
        // A controller that restarted with the same record takes the new one alone.
        let controller = BridgeLine(key: Pair.key, side: .controller, stored: kept)
        var count = 0
        Pair.take(before, controller) { _ in count += 1 }
        #expect(count == 0 && controller.drops[Int(BridgeDrop.old.rawValue)] == 1)
        Pair.take(after, controller) { _ in count += 1 }
        #expect(count == 1)
    }

    @Test func `numbers that are none are no message`() throws {
        let controller = BridgeLine(key: Pair.key, side: .controller, stored: 0)
        let peer = BridgeLine(key: Pair.key, side: .peer, stored: 0)
        var count = 0
        for message: BridgeMessage in [
            .attitude(clock: .zero, yawRadians: .nan, yawRadiansPerSecond: 0),
            .attitude(clock: .zero, yawRadians: 0, yawRadiansPerSecond: .infinity),
            .wheels(
                .init(
                    clock: .zero, northMeters: 1e9, eastMeters: 0, northMetersPerSecond: 0, eastMetersPerSecond: 0)),
        ] { Pair.take(try #require(Pair.frame(message, controller)), peer) { _ in count += 1 } }
        #expect(count == 0 && peer.accepted == 3)
    }
}
