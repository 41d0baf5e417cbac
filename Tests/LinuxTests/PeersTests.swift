import CSkeinLinux
import Glibc
import SkeinCodec
import SkeinPeer
import SkeinSeal
import SkeinWire
import Testing

@testable import SkeinLinux

/// Who is who, as daemons tell their tools.
@Suite struct PeersTests {
    /// Two daemons of a fleet with an authority, turned by one thread, and a tool at the first.
    private final class Bench {
        let folder: TemporaryFolder
        let air: PerfectAir
        let daemons: [PeerDaemon]
        let tool: LocalClient
        private(set) var issuer: TrustIssuer
        private var tickets: UInt32 = 0

        init() throws {
            folder = try TemporaryFolder()
            air = try PerfectAir()
            let authority = Fleet.key(200)
            issuer = TrustIssuer(issuer: .none, key: authority, authority: authority.publicKey, entries: [])
            for number in 0..<2 {
                _ = try issuer.enroll(
                    name: "robot-\(number)", key: Fleet.key(number).publicKey, roles: .lead, expiresAtSeconds: nil,
                    now: 1_000)
            }
            let roster = Roster(authority: authority.publicKey, entries: issuer.entries)
            let key = FleetKey(
                bytes: [UInt8](repeating: 7, count: FleetKey.byteCount), fleet: FleetID(authority: authority.publicKey))
            var started: [PeerDaemon] = []
            for number in 0..<2 {
                started.append(
                    try Fleet.daemon(
                        number, folder: folder.path, radio: .medium(port: air.port), roster: roster, fleetKey: key))
            }
            daemons = started
            tool = try Fleet.tool(daemons[0])
        }

        /// Signs one more robot in.
        func enroll(_ name: String, _ number: Int) throws -> NodeID {
            try issuer.enroll(
                name: name, key: Fleet.key(number).publicKey, roles: [], expiresAtSeconds: nil, now: 2_000
            ).id
        }

        func revoke(_ name: String) throws { _ = try issuer.revoke(name, disowning: false, now: 3_000) }

        /// Turns both until there is something; fails after twenty seconds.
        func turn<Value>(until found: () throws -> Value?) throws -> Value {
            let limit = MonotonicClock.now() + .seconds(20)
            while true {
                if let value = try found() { return value }
                try #require(MonotonicClock.now() < limit)
                for daemon in daemons { daemon.step(until: MonotonicClock.now() + .milliseconds(1)) }
                air.carry()
            }
        }

        private func next<Value>(_ wanted: (LocalFrame) -> Value?) throws -> Value {
            try turn {
                while let bytes = try tool.receive(until: .zero) {
                    if let value = wanted(try LocalFrame(bytes)) { return value }
                }
                return nil
            }
        }

        func ask(_ command: OperatorCommand) throws -> Reply {
            tickets += 1
            try tool.send(LocalFrame.request(ticket: tickets, command).bytes, until: .zero)
            return try next { frame in
                guard case .reply(let ticket, let reply) = frame, ticket == tickets else { return nil }
                return reply
            }
        }

        func account(_ robot: Int) throws -> PeerAccount? {
            guard case .peers(let accounts) = try ask(.peers) else { return nil }
            return accounts.first { $0.robot == NodeID(UInt16(robot)) }
        }

        func names() throws -> [String] {
            try tool.send(LocalFrame.askNames.bytes, until: .zero)
            return try next { if case .names(let names) = $0 { names.map(\.name) } else { nil } }
        }
    }

    @Test func `a neighbour is shown with its boot and both bands, and one that has left as left`() throws {
        let bench = try Bench()
        let unmet = try #require(try bench.account(1))
        #expect(unmet.epoch == nil && unmet.contact == nil && unmet.isStopped == nil && !unmet.isNeighbour)
        let met = try bench.turn { () -> PeerAccount? in
            let account = try bench.account(1)
            return account?.control?.isLink == true && account?.data?.isLink == true ? account : nil
        }
        #expect(
            met.epoch == bench.daemons[1].state.epoch && met.next == NodeID(1) && met.state == .member
                && met.roles == .lead)
        #expect(met.isStopped == false && met.key == Fleet.key(1).publicKey && !met.isDoubled)
        let contact = try #require(met.contact)
        #expect(contact.since > .zero && contact.silence <= contact.since)
        bench.daemons[1].leave(now: MonotonicClock.now())
        let gone = try bench.turn { () -> PeerAccount? in
            let account = try bench.account(1)
            return account?.hasLeft == true ? account : nil
        }
        #expect(!gone.isNeighbour && gone.next == .none)
        #expect(try #require(gone.contact).since > contact.since)
    }

    @Test func `this robot is told of as it knows itself`() throws {
        let bench = try Bench()
        let own = try #require(try bench.account(0))
        #expect(
            own.epoch == bench.daemons[0].state.epoch && own.isStopped == false && own.contact == nil
                && own.next == .none)
    }

    @Test func `a robot enrolled meanwhile is called by its name, and one that is out comes last`() throws {
        let bench = try Bench()
        #expect(try bench.names() == ["robot-0", "robot-1"])
        let id = try bench.enroll("late", 50)
        guard case .admitted(let report) = try bench.ask(.admit(bench.issuer.issued)) else {
            throw Failure.unexpected("no report")
        }
        #expect(report.refused.isEmpty)
        #expect(try bench.names() == ["robot-0", "robot-1", "late"])
        #expect(try bench.account(Int(id.number))?.state == .member)
        try bench.revoke("robot-1")
        _ = try bench.ask(.admit(bench.issuer.issued))
        #expect(try bench.names() == ["robot-0", "late", "robot-1"])
        let out = try #require(try bench.account(1))
        #expect(out.state == .revoked && out.next == .none && !out.isNeighbour)
    }

    @Test func `all entries are told, page by page`() throws {
        let bench = try Bench()
        for number in 0..<TrustReport.pageMax { _ = try bench.enroll("more-\(number)", 100 + number) }
        for start in stride(from: 0, to: bench.issuer.issued.count, by: OperatorCommand.entriesMax) {
            _ = try bench.ask(.admit(Array(bench.issuer.issued[start...].prefix(OperatorCommand.entriesMax))))
        }
        var heard: [TrustEntry] = []
        while heard.count < bench.issuer.entries.count {
            guard case .entries(let page, let count) = try bench.ask(.entries(from: UInt32(heard.count))) else {
                throw Failure.unexpected("no entries")
            }
            #expect(count == UInt32(bench.issuer.entries.count))
            try #require(!page.isEmpty && page.count <= TrustReport.pageMax)
            heard += page
        }
        #expect(TrustSet.inOrder(heard) == TrustSet.inOrder(bench.issuer.entries))
        guard case .entries(let page, _) = try bench.ask(.entries(from: .max)) else { throw Failure.unexpected("past") }
        #expect(page.isEmpty)
    }

    enum Failure: Error { case unexpected(String) }
}
