import Glibc
import SkeinPeer
import SkeinWire
import Testing

@testable import SkeinLinux

@Suite struct StateTests {
    private static func persist(_ records: [StateRecord], in state: StateFolder) throws {
        let reactor = try Reactor()
        try reactor.add(state.descriptor, Reactor.Token(area: 1), for: .reading)
        for (number, record) in records.enumerated() {
            #expect(state.persist(PersistID(UInt64(number)), record))
        }
        var done: [PersistID] = []
        let limit = MonotonicClock.now() + .seconds(20)
        while done.count < records.count {
            try #require(MonotonicClock.now() < limit)
            reactor.wait(until: limit) { _ in
                let (ids, failure) = state.takeFinished()
                #expect(failure == nil)
                done += ids
            }
        }
        #expect(done == records.indices.map { PersistID(UInt64($0)) })
    }

    @Test func `each boot has the next epoch`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/var/skein"
        let first = try StateFolder(path: path).epoch.number
        for boot in 1...3 { #expect(try StateFolder(path: path).epoch.number == first + UInt32(boot)) }
        var status = stat()
        #expect(stat(path, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o700)
    }

    @Test func `a robot that has lost its disk does not count from where it did before`() throws {
        var firsts: Set<UInt32> = []
        for _ in 0..<3 {
            let folder = try TemporaryFolder()
            firsts.insert(try StateFolder(path: folder.path).epoch.number)
        }
        #expect(firsts.count > 1, "three draws of a thousand million: \(firsts)")
    }

    @Test(arguments: ["", "7\n", "7 00000000\n", "seven 12345678\n", "0 f4dbdf21\n"])
    func `a corrupt epoch is an error and never a new beginning`(text: String) throws {
        let folder = try TemporaryFolder()
        _ = try StateFolder(path: folder.path)
        try Folder.replace(folder.path + "/epoch", with: Array(text.utf8))
        #expect {
            try StateFolder(path: folder.path)
        } throws: { error in
            guard case .corruptEpoch(folder.path + "/epoch", _)? = error as? StateError else { return false }
            return true
        }
        #expect(try Folder.read(folder.path + "/epoch", limit: 100) == Array(text.utf8))
    }

    @Test func `an epoch that was removed is an error`() throws {
        let folder = try TemporaryFolder()
        _ = try StateFolder(path: folder.path)
        unlink(folder.path + "/epoch")
        #expect(throws: StateError.missingEpoch(folder.path + "/epoch")) { try StateFolder(path: folder.path) }
    }

    @Test func `a second daemon is told who holds the folder`() throws {
        let folder = try TemporaryFolder()
        let state = try StateFolder(path: folder.path)
        #expect(throws: StateError.locked(folder.path + "/lock", process: getpid())) {
            try StateFolder(path: folder.path)
        }
        #expect(state.epoch.number > 0)
    }

    @Test func `records come back, the newest of a key, without those removed`() throws {
        let folder = try TemporaryFolder()
        do {
            let state = try StateFolder(path: folder.path)
            #expect(state.restored == [])
            try Self.persist(
                [
                    StateRecord(key: 9, bytes: [9]), StateRecord(key: 1, bytes: [1]),
                    StateRecord(key: 5, bytes: []), StateRecord(key: 9, bytes: [9, 9]),
                    StateRecord(key: 1, bytes: nil), StateRecord(key: 2, bytes: nil),
                ], in: state)
        }
        let state = try StateFolder(path: folder.path)
        #expect(state.restored == [StateRecord(key: 5, bytes: []), StateRecord(key: 9, bytes: [9, 9])])
        #expect(state.tornBytes == 0)
    }

    @Test func `whatever is left of a torn write, all that was acknowledged comes back`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/journal"
        var journal = try Journal(path: path)
        let kept = StateRecord(key: 1, bytes: [1, 2, 3])
        try journal.append([kept])
        let whole = try #require(try Folder.read(path, limit: 10_000))
        try journal.append([StateRecord(key: 2, bytes: [4, 5, 6, 7])])
        let longer = try #require(try Folder.read(path, limit: 10_000))
        for length in whole.count..<longer.count {
            try Folder.replace(path, with: Array(longer[..<length]))
            #expect(try Journal(path: path).records == [kept])
            var rotten = longer
            rotten[length] ^= 0x40
            try Folder.replace(path, with: rotten)
            let recovered = try Journal(path: path)
            #expect(recovered.records == [kept])
            #expect(recovered.tornBytes == longer.count - whole.count)
            #expect(try Folder.read(path + ".torn", limit: 10_000) == Array(rotten[whole.count...]))
            #expect(try Folder.read(path, limit: 10_000) == whole)
        }
    }

    @Test func `a file that is no journal is left alone`() throws {
        let folder = try TemporaryFolder()
        try Folder.replace(folder.path + "/journal", with: Array("not ours at all".utf8))
        #expect(throws: StateError.self) { try Journal(path: folder.path + "/journal") }
        #expect(try Folder.read(folder.path + "/journal", limit: 100) == Array("not ours at all".utf8))
    }

    @Test func `a journal does not outgrow what it holds`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/journal"
        var journal = try Journal(path: path)
        let bytes = [UInt8](repeating: 7, count: 60_000)
        for round in 0..<100 { try journal.append([StateRecord(key: 1, bytes: [UInt8(round)] + bytes)]) }
        var status = stat()
        #expect(stat(path, &status) == 0)
        #expect(status.st_size < 2 << 20)
        #expect(try Journal(path: path).records == [StateRecord(key: 1, bytes: [99] + bytes)])
    }

    @Test func `crc32 is the one of RFC 1952`() {
        #expect(Checksum.crc32(Array("123456789".utf8)) == 0xCBF4_3926)
    }
}
