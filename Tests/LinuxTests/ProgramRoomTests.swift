import Glibc
import SkeinPeer
import SkeinSeal
import SkeinWire
import Testing

@testable import SkeinLinux

/// Programs between the peer and the host that runs them.
@Suite struct ProgramRoomTests {
    private static let cat = KernelName(name: "cat", version: 1)!
    private static let loud = KernelName(name: "loud", version: 2)!

    /// Unconfined, so that it is the room that is tested and not this machine's namespaces.
    private static func room() throws -> ProgramRoom {
        var cat = KernelSpec(name: cat, command: ["cat"], folder: "/")
        cat.confinement = .none
        cat.isDeterministic = true
        cat.cost = .milliseconds(20)
        var loud = KernelSpec(
            name: loud, command: ["sh", "-c", "cat >/dev/null; echo no such picture >&2; exit 3"], folder: "/")
        loud.confinement = .none
        return try ProgramRoom(kernels: [cat, loud], hidden: [], now: MonotonicClock.now())
    }

    private static func outcomes(_ room: ProgramRoom, _ count: Int) throws -> [ComputationID: ProgramOutcome] {
        var outcomes: [ComputationID: ProgramOutcome] = [:]
        let limit = MonotonicClock.now() + .seconds(30)
        let reactor = try Reactor()
        for descriptor in room.descriptors { try reactor.add(descriptor, Reactor.Token(area: 1), for: .reading) }
        while outcomes.count < count {
            let now = MonotonicClock.now()
            try #require(now < limit, "\(outcomes)")
            reactor.wait(until: min(limit, room.nextDeadline ?? limit)) { _ in }
            room.advance(now: MonotonicClock.now())
            for done in room.takeFinished(now: MonotonicClock.now()) { outcomes[done.id] = done.outcome }
        }
        return outcomes
    }

    @Test func `an output is named by its hash, a large one too`() throws {
        let room = try Self.room()
        defer { room.shutdown() }
        let sizes = [1, ProgramRoom.promptBytesMax, ProgramRoom.promptBytesMax + 1, 3 << 20]
        let inputs = sizes.map { size in ObjectBytes((0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7) }) }
        let now = MonotonicClock.now()
        for (number, input) in inputs.enumerated() {
            room.submit(
                ComputationID(UInt64(number)), Self.cat, inputs: [input], deadline: now + .seconds(30), now: now)
        }
        let outcomes = try Self.outcomes(room, inputs.count)
        for (number, input) in inputs.enumerated() {
            let id = try #require(ObjectID(hash: ObjectHash.of(input.bytes)))
            #expect(outcomes[ComputationID(UInt64(number))]?.result == .done(id, input))
        }
    }

    @Test func `several inputs are joined, and a failure says what the program said`() throws {
        let room = try Self.room()
        defer { room.shutdown() }
        let now = MonotonicClock.now()
        let parts = [ObjectBytes([1, 2]), ObjectBytes([3])]
        let unknown = try #require(KernelName(name: "cat", version: 2))
        room.submit(ComputationID(1), Self.cat, inputs: parts, deadline: now + .seconds(30), now: now)
        room.submit(ComputationID(2), Self.loud, inputs: parts, deadline: now + .seconds(30), now: now)
        room.submit(ComputationID(3), unknown, inputs: parts, deadline: now + .seconds(30), now: now)
        let outcomes = try Self.outcomes(room, 3)
        let id = try #require(ObjectID(hash: ObjectHash.of([1, 2, 3])))
        #expect(outcomes[ComputationID(1)]?.result == .done(id, ObjectBytes([1, 2, 3])))
        #expect(outcomes[ComputationID(2)]?.result == .failed(.exited, "exit code 3: no such picture"))
        #expect(outcomes[ComputationID(3)]?.result == .failed(.notStarted, "cat@2 is not registered here"))
    }

    @Test func `what can be run is told once, and nothing by a robot without kernels`() throws {
        let room = try Self.room()
        defer { room.shutdown() }
        let limit = MonotonicClock.now() + .seconds(30)
        var offers: [KernelOffer] = []
        while offers.count < 2 {
            try #require(MonotonicClock.now() < limit)
            if let told = room.takeOffers() { offers = told }
            room.advance(now: MonotonicClock.now())
            _ = room.takeFinished(now: MonotonicClock.now())
        }
        #expect(offers.map(\.name) == [Self.cat, Self.loud])
        #expect(offers[0].isDeterministic && offers[0].cost == .milliseconds(20))
        #expect(room.takeOffers() == nil)
        let empty = try ProgramRoom(kernels: [], hidden: [], now: MonotonicClock.now())
        #expect(empty.takeOffers() == nil && empty.nextDeadline == nil)
        empty.shutdown()
    }
}
