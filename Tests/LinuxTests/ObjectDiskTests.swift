import Glibc
import SkeinSeal
import SkeinWire
import Testing

@testable import SkeinLinux

/// Objects on the disk: whole or not at all, and never anything else under their name.
@Suite struct ObjectDiskTests {
    private static func object(_ seed: UInt8, count: Int) throws -> (id: ObjectID, bytes: ObjectBytes) {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ Int(seed)) }
        return (try #require(ObjectID(hash: ObjectHash.of(bytes))), ObjectBytes(bytes))
    }

    private static func disk(_ folder: TemporaryFolder, bytesMax: Int = ObjectDisk.bytesMax) throws -> ObjectDisk {
        let disk = try ObjectDisk(path: folder.path + "/objects", bytesMax: bytesMax)
        try disk.start()
        return disk
    }

    /// So many outcomes, in their order, and all that was said to the log meanwhile.
    private static func outcomes(
        _ disk: ObjectDisk, _ count: Int
    ) throws -> (outcomes: [ObjectDisk.Outcome], notes: [ObjectDisk.Note]) {
        let reactor = try Reactor()
        try reactor.add(disk.descriptor, Reactor.Token(area: 1), for: .reading)
        var all: (outcomes: [ObjectDisk.Outcome], notes: [ObjectDisk.Note]) = ([], [])
        let limit = MonotonicClock.now() + .seconds(20)
        while all.outcomes.count < count {
            try #require(MonotonicClock.now() < limit)
            reactor.wait(until: limit) { _ in
                let taken = disk.takeFinished()
                all.outcomes += taken.outcomes
                all.notes += taken.notes
            }
        }
        return all
    }

    private static func names(_ folder: TemporaryFolder) -> [String] {
        ObjectFiles.names(in: folder.path + "/objects").filter { !$0.hasPrefix(".") }.sorted()
    }

    @Test func `what was kept is there after a restart, in pieces as it was`() throws {
        let folder = try TemporaryFolder()
        let small = try Self.object(1, count: 1)
        let large = try Self.object(2, count: 3 * ObjectBytes.pieceBytes + 17)
        let disk = try Self.disk(folder)
        disk.keep(small.id, small.bytes)
        disk.keep(large.id, large.bytes)
        let kept = try Self.outcomes(disk, 2)
        #expect(kept.outcomes == [.kept(small.id, isKept: true), .kept(large.id, isKept: true)])
        #expect(kept.notes.isEmpty)
        disk.close()
        let again = try Self.disk(folder)
        again.load(large.id)
        again.load(small.id)
        let loaded = try Self.outcomes(again, 2)
        #expect(loaded.outcomes == [.loaded(large.id, large.bytes), .loaded(small.id, small.bytes)])
        again.close()
    }

    @Test func `whoever closes waits for what was asked`() throws {
        let folder = try TemporaryFolder()
        let objects = try (1...20).map { try Self.object(UInt8($0), count: 50_000) }
        let disk = try Self.disk(folder)
        for object in objects { disk.keep(object.id, object.bytes) }
        disk.close()
        #expect(Self.names(folder) == objects.map { ObjectFiles.name($0.id) }.sorted())
        #expect(disk.takeFinished().outcomes.count == 20)
    }

    @Test func `a torn, longer or rotten file is nothing, and does not stay`() throws {
        let folder = try TemporaryFolder()
        let object = try Self.object(3, count: 5_000)
        let whole = object.bytes.bytes
        var rotten = whole
        rotten[4_000] ^= 4
        for bytes in [Array(whole.dropLast()), whole + [0], rotten, []] {
            let name = "\(folder.path)/objects/\(ObjectFiles.name(object.id))"
            try Folder.make(folder.path + "/objects", mode: 0o700)
            try Folder.replace(name, with: bytes)
            let disk = try Self.disk(folder)
            disk.load(object.id)
            let loaded = try Self.outcomes(disk, 1)
            #expect(loaded.outcomes == [.loaded(object.id, nil)])
            #expect(loaded.notes.count == 1 && loaded.notes[0].isTrouble && loaded.notes[0].text.contains(name))
            #expect(Self.names(folder) == [])
            disk.close()
        }
    }

    @Test func `a rotten file is mended by who keeps it anew`() throws {
        let folder = try TemporaryFolder()
        let object = try Self.object(4, count: 5_000)
        try Folder.make(folder.path + "/objects", mode: 0o700)
        try Folder.replace("\(folder.path)/objects/\(ObjectFiles.name(object.id))", with: [1, 2, 3])
        let disk = try Self.disk(folder)
        disk.keep(object.id, object.bytes)
        disk.load(object.id)
        #expect(
            try Self.outcomes(disk, 2).outcomes == [
                .kept(object.id, isKept: true), .loaded(object.id, object.bytes),
            ])
        disk.close()
    }

    @Test func `what was being written at a power cut is removed, what was not ours stays`() throws {
        let folder = try TemporaryFolder()
        let object = try Self.object(5, count: 10)
        try Folder.make(folder.path + "/objects", mode: 0o700)
        try Folder.replace("\(folder.path)/objects/\(ObjectFiles.name(object.id)).new.tmp", with: [1])
        try Folder.replace("\(folder.path)/objects/notes", with: [1])
        rename(
            "\(folder.path)/objects/\(ObjectFiles.name(object.id)).new.tmp",
            "\(folder.path)/objects/\(ObjectFiles.name(object.id)).new")
        let disk = try Self.disk(folder)
        disk.load(object.id)
        #expect(try Self.outcomes(disk, 1).outcomes == [.loaded(object.id, nil)])
        #expect(Self.names(folder) == ["notes"])
        disk.close()
    }

    /// `/dev/full` takes no byte, as a full disk: the file that is being written leads there.
    @Test func `a full disk keeps nothing new, and all that was kept`() throws {
        let folder = try TemporaryFolder()
        let kept = try Self.object(6, count: 100)
        let refused = try Self.object(7, count: 100)
        let disk = try Self.disk(folder)
        disk.keep(kept.id, kept.bytes)
        _ = try Self.outcomes(disk, 1)
        try #require(symlink("/dev/full", "\(folder.path)/objects/\(ObjectFiles.name(refused.id)).new") == 0)
        disk.keep(refused.id, refused.bytes)
        disk.load(kept.id)
        let outcome = try Self.outcomes(disk, 2)
        #expect(outcome.outcomes == [.kept(refused.id, isKept: false), .loaded(kept.id, kept.bytes)])
        #expect(outcome.notes.map(\.isTrouble) == [true])
        #expect(outcome.notes[0].text.contains("No space left on device"), "\(outcome.notes)")
        #expect(Self.names(folder) == [ObjectFiles.name(kept.id)])
        disk.keep(refused.id, refused.bytes)
        #expect(try Self.outcomes(disk, 1).outcomes == [.kept(refused.id, isKept: true)])
        disk.close()
    }

    @Test func `all objects together hold no more than they may, over restarts too`() throws {
        let folder = try TemporaryFolder()
        let objects = try (1...3).map { try Self.object(UInt8($0), count: 400) }
        var disk = try Self.disk(folder, bytesMax: 1_000)
        for object in objects { disk.keep(object.id, object.bytes) }
        let first = try Self.outcomes(disk, 3)
        #expect(
            first.outcomes == [
                .kept(objects[0].id, isKept: true), .kept(objects[1].id, isKept: true),
                .kept(objects[2].id, isKept: false),
            ])
        disk.close()
        disk = try Self.disk(folder, bytesMax: 1_000)
        disk.keep(objects[2].id, objects[2].bytes)
        disk.discard(objects[0].id)
        disk.keep(objects[2].id, objects[2].bytes)
        #expect(
            try Self.outcomes(disk, 2).outcomes == [
                .kept(objects[2].id, isKept: false), .kept(objects[2].id, isKept: true),
            ])
        disk.close()
    }

    @Test func `what nobody wants goes when that is known`() throws {
        let folder = try TemporaryFolder()
        let objects = try (1...5).map { try Self.object(UInt8($0), count: 10) }
        let disk = try Self.disk(folder)
        for object in objects { disk.keep(object.id, object.bytes) }
        disk.retain([objects[3].id, objects[1].id, try Self.object(9, count: 3).id])
        disk.load(objects[0].id)
        disk.load(objects[1].id)
        let outcome = try Self.outcomes(disk, 7)
        #expect(
            outcome.outcomes.suffix(2) == [.loaded(objects[0].id, nil), .loaded(objects[1].id, objects[1].bytes)])
        #expect(outcome.notes.map(\.isTrouble) == [false])
        #expect(Self.names(folder) == [1, 3].map { ObjectFiles.name(objects[$0].id) }.sorted())
        disk.close()
    }
}
