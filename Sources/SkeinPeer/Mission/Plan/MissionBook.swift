import SkeinSeal
import SkeinWire

/// The plans that this robot holds, and the highest revision of each mission that it ever took, so that yesterday's plan does not come
/// back (docs/missions.md). A plan is judged here, by every robot for itself, whoever sent it.
///
/// Revisions are one record each; the plan that was taken last is one more. What is taken counts at once; the operator's
/// answer waits for the disk. A robot whose disk is lost takes whatever is signed, as a new one does.
struct MissionBook {
    struct Held {
        var signed: SignedPlan
        var signer: PlanSigner
    }

    private struct Revision: Hashable {
        var name: String
        var revision: UInt32
        var object: ObjectID
    }

    static let namesMax = 64
    /// The order's, the one before it, and those that are asked of each other at a change.
    private static let heldMax = 4
    private static let refusedMax = 8
    private static let planSlot = namesMax

    private(set) var held: [Held] = []
    private var revisions: [Revision] = []
    private var refused: [(object: ObjectID, why: PlanRefusal)] = []
    private var writes: UInt64 = 0
    private var pending: [PersistID] = []

    init(restored: [StateRecord]) {
        var slots: [Int] = []
        var found: [(slot: Int, revision: Revision)] = []
        for record in restored.reversed() {
            guard let slot = StateKey.slot(record.key, of: .missions), slot <= Self.planSlot, !slots.contains(slot)
            else { continue }
            slots.append(slot)
            guard let bytes = record.bytes else { continue }
            if slot == Self.planSlot {
                if let plan = Self.restoredPlan(bytes) { held = [plan] }
            } else if let revision = Self.revision(of: bytes) {
                found.append((slot, revision))
            }
        }
        revisions = found.sorted { $0.slot < $1.slot }.map(\.revision)
    }

    // MARK: What is asked

    /// What is held under a name, unless a later revision has been taken since.
    subscript(_ object: ObjectID) -> Held? {
        guard let found = held.first(where: { $0.signed.object == object }),
            let known = revisions.first(where: { $0.name == found.signed.plan.name })
        else { return nil }
        return known.object == object ? found : nil
    }

    func refusal(of object: ObjectID) -> PlanRefusal? { refused.first { $0.object == object }?.why }

    var isPersisted: Bool { pending.isEmpty }

    // MARK: What happens

    /// Takes a signed plan, or says why not. Taken before: taken again, and nothing is written.
    mutating func take(
        _ bytes: [UInt8], trust: TrustBook, verifier: any Verifier, mayCommand: (NodeID) -> Bool
    ) -> (taken: Result<Held, PlanRefusal>, writes: [(id: PersistID, record: StateRecord)]) {
        do throws(PlanRefusal) {
            let signed = try Self.signed(bytes)
            let place = try place(of: signed)
            if let held = self[signed.object] { return (.success(held), []) }
            let signer = try Self.signer(of: signed, trust: trust, verifier: verifier, mayCommand: mayCommand)
            let plan = Held(signed: signed, signer: signer)
            held.insert(plan, at: 0)
            if held.count > Self.heldMax { held.removeLast() }
            refused.removeAll { $0.object == signed.object }
            let revision = Revision(name: signed.plan.name, revision: signed.plan.revision, object: signed.object)
            if place < revisions.count { revisions[place] = revision } else { revisions.append(revision) }
            return (
                .success(plan),
                [
                    write(slot: place, Self.bytes(of: revision)), write(slot: Self.planSlot, Self.bytes(of: plan)),
                ]
            )
        } catch { return (.failure(error), []) }
    }

    /// An object that was fetched and is no plan for this robot: it is not asked for again.
    mutating func refuse(_ object: ObjectID, _ why: PlanRefusal) {
        refused.removeAll { $0.object == object }
        refused.append((object, why))
        if refused.count > Self.refusedMax { refused.removeFirst() }
    }

    /// Who may sign has changed: what was refused may be right now. What was taken back in the midst of a run stays so until a person
    /// gives it again.
    mutating func judgeAnew(keepsWithdrawn: Bool) { refused.removeAll { !keepsWithdrawn || $0.why != .withdrawn } }

    /// Takes back every plan that nobody who may vouches for any more: it is not obeyed, not given to others and not fetched again.
    mutating func withdraw(unless isVouchedFor: (Held) -> Bool) -> [Held] {
        let gone = held.filter { !isVouchedFor($0) }
        guard !gone.isEmpty else { return [] }
        held.removeAll { !isVouchedFor($0) }
        for plan in gone { refuse(plan.signed.object, .withdrawn) }
        return gone
    }

    /// A person has given it again, somewhere in the swarm: it is fetched, and judged, like any other.
    mutating func forgive(_ object: ObjectID) { refused.removeAll { $0.object == object } }

    mutating func persisted(_ id: PersistID) { pending.removeAll { $0 == id } }

    // MARK: Judging

    private static func signed(_ bytes: [UInt8]) throws(PlanRefusal) -> SignedPlan {
        do throws(WireError) { return try SignedPlan(bytes) } catch { throw .unreadable }
    }

    /// Where its revision is kept.
    private func place(of signed: SignedPlan) throws(PlanRefusal) -> Int {
        let plan = signed.plan
        guard let place = revisions.firstIndex(where: { $0.name == plan.name }) else {
            guard revisions.count < Self.namesMax else { throw .full }
            return revisions.count
        }
        let known = revisions[place]
        guard plan.revision >= known.revision else { throw .older(than: known.revision) }
        guard plan.revision > known.revision || known.object == signed.object else {
            throw .otherPlan(revision: known.revision)
        }
        return place
    }

    private static func signer(
        of signed: SignedPlan, trust: TrustBook, verifier: any Verifier, mayCommand: (NodeID) -> Bool
    ) throws(PlanRefusal) -> PlanSigner {
        let (plan, signature) = (signed.plan, signed.signature)
        guard signature.comment == SignedPlan.comment(of: plan) else { throw .wrongSignature }
        let bytes = MissionPlanBytes.bytes(of: plan)
        var isNamed = false
        // A key's number may be anybody's choice; ours are made of the key.
        for robot in trust.members where mayCommand(robot) {
            guard let key = trust.key(of: robot), signature.names(key) else { continue }
            isNamed = true
            if signature.holds(for: bytes, by: key, verifier: verifier) { return .robot(robot) }
        }
        if let authority = trust.roster.authority {
            if signature.names(authority) { isNamed = true }
            if signature.holds(for: bytes, by: authority, verifier: verifier) { return .authority }
        }
        throw isNamed ? .wrongSignature : .unknownSigner
    }

    // MARK: On the disk

    private mutating func write(slot: Int, _ bytes: [UInt8]) -> (id: PersistID, record: StateRecord) {
        writes += 1
        let id = PersistID(StateKey.key(.missions, slot: 0) | writes)
        pending.append(id)
        return (id, StateRecord(key: StateKey.key(.missions, slot: slot), bytes: bytes))
    }

    /// name: length u8, ASCII | revision u32 | object 32
    private static func bytes(of revision: Revision) -> [UInt8] {
        var writer = ByteWriter()
        writer.u8(UInt8(clamping: revision.name.utf8.count))
        writer.raw(Array(revision.name.utf8))
        writer.u32(revision.revision)
        revision.object.write(to: &writer)
        return writer.bytes
    }

    private static func revision(of bytes: [UInt8]) -> Revision? {
        var reader = ByteReader(bytes)
        guard let count = try? reader.u8(), let text = try? reader.bytes(Int(count)),
            let name = String(validating: text, as: UTF8.self), MissionPlan.isName(name),
            let revision = try? reader.u32(), let object = try? ObjectID(reading: &reader), reader.remaining == 0
        else { return nil }
        return Revision(name: name, revision: revision, object: object)
    }

    /// signer u16 (0xFFFF: the authority, as no robot is called) | signed plan
    private static func bytes(of held: Held) -> [UInt8] {
        var writer = ByteWriter()
        switch held.signer {
        case .authority: writer.node(.none)
        case .robot(let robot): writer.node(robot)
        }
        writer.raw(held.signed.bytes)
        return writer.bytes
    }

    private static func restoredPlan(_ bytes: [UInt8]) -> Held? {
        var reader = ByteReader(bytes)
        guard let robot = try? reader.node(), let rest = try? reader.bytes(reader.remaining),
            let signed = try? SignedPlan(rest)
        else { return nil }
        return Held(signed: signed, signer: robot == .none ? .authority : .robot(robot))
    }
}
