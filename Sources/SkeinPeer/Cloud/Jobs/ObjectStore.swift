import SkeinSeal
import SkeinWire

/// Objects in memory, by what they are: inputs and outputs of jobs here, and of units of others.
///
/// Rules.
/// - At most `bytesMax` bytes and `objectsMax` objects. What somebody here holds stays; of the others the least recently used
///   makes room. When what is held leaves no room, whoever wants to add is told so: nothing is lost silently.
/// - A holder is a job, a unit of another robot, or an answer that may still be fetched. It lets go of all at once.
/// - Being sent needs no hold: the sender has its own copy, which costs no bytes while it is the same.
struct ObjectStore {
    static let objectsMax = 4_096

    /// Who wants an object to stay.
    enum Holder: Hashable {
        /// A job or stream of this robot, by its number.
        case job(UInt32)
        case unit(JobUnitID)
        case answer(JobUnitID)
    }

    private struct Entry {
        let id: ObjectID
        let bytes: ObjectBytes
        var holders: [Holder]
        var usedAt: UInt64
    }

    let bytesMax: Int
    /// Ascending.
    private var entries: [Entry] = []
    private(set) var byteCount = 0
    /// Promised to objects that are being given.
    private var reservedBytes = 0
    private var clock: UInt64 = 0
    /// What is known of outputs.
    var known = ResultCache()

    init(bytesMax: Int) { self.bytesMax = bytesMax }

    var objectCount: Int { entries.count }
    /// Objects that somebody holds.
    var heldCount: Int { entries.count { !$0.holders.isEmpty } }

    func contains(_ id: ObjectID) -> Bool { find(id) != nil }

    /// The bytes, used now.
    mutating func use(_ id: ObjectID) -> ObjectBytes? {
        guard let index = find(id) else { return nil }
        clock += 1
        entries[index].usedAt = clock
        return entries[index].bytes
    }

    func byteCount(of id: ObjectID) -> Int? { find(id).map { entries[$0].bytes.count } }

    /// False: there is no room, whatever is given up.
    mutating func put(_ id: ObjectID, _ bytes: ObjectBytes, for holder: Holder?) -> Bool {
        if find(id) != nil {
            if let holder { hold(id, for: holder) }
            return true
        }
        guard makeRoom(for: bytes.count) else { return false }
        clock += 1
        let entry = Entry(id: id, bytes: bytes, holders: holder.map { [$0] } ?? [], usedAt: clock)
        entries.insert(entry, at: place(of: id))
        byteCount += bytes.count
        return true
    }

    /// False: it is not here.
    @discardableResult
    mutating func hold(_ id: ObjectID, for holder: Holder) -> Bool {
        guard let index = find(id) else { return false }
        if !entries[index].holders.contains(holder) { entries[index].holders.append(holder) }
        return true
    }

    mutating func release(_ holder: Holder) {
        for index in entries.indices where !entries[index].holders.isEmpty {
            entries[index].holders.removeAll { $0 == holder }
        }
    }

    mutating func release(_ id: ObjectID, by holder: Holder) {
        if let index = find(id) { entries[index].holders.removeAll { $0 == holder } }
    }

    /// Keeps room for an object that is on its way. False: there is none.
    mutating func reserve(_ bytes: Int) -> Bool {
        guard makeRoom(for: bytes) else { return false }
        reservedBytes += bytes
        return true
    }

    mutating func unreserve(_ bytes: Int) { reservedBytes -= bytes }

    private mutating func makeRoom(for bytes: Int) -> Bool {
        guard bytes <= bytesMax else { return false }
        while byteCount + reservedBytes + bytes > bytesMax || entries.count >= Self.objectsMax {
            var least: Int?
            for index in entries.indices where entries[index].holders.isEmpty {
                if least.map({ entries[index].usedAt < entries[$0].usedAt }) ?? true { least = index }
            }
            guard let least else { return false }
            byteCount -= entries[least].bytes.count
            entries.remove(at: least)
        }
        return true
    }

    private func find(_ id: ObjectID) -> Int? {
        let index = place(of: id)
        return index < entries.count && entries[index].id == id ? index : nil
    }

    private func place(of id: ObjectID) -> Int {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].id < id { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension ObjectID {
    /// Of bytes that fit a few frames: more would hold the peer.
    package init(of bytes: [UInt8]) {
        guard let id = ObjectID(hash: ObjectHash.of(bytes)) else { preconditionFailure("a hash of another size") }
        self = id
    }
}
