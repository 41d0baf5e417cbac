import SkeinSeal
import SkeinWire

/// A plan as it travels and lies on disks: its bytes, and whose word they are. The hash of all of it is its name.
///
///     plan length u16, bytes | signature's head 74 | comment: length u16, UTF-8 | global signature 64
package struct SignedPlan: Hashable, Sendable {
    package let plan: MissionPlan
    package let signature: MinisignSignature
    package let bytes: [UInt8]
    package let object: ObjectID

    package init(_ plan: MissionPlan, signature: MinisignSignature) {
        self.plan = plan
        self.signature = signature
        var writer = ByteWriter()
        let body = MissionPlanBytes.bytes(of: plan)
        writer.u16(UInt16(body.count))
        writer.raw(body)
        writer.raw(signature.head)
        let comment = Array(signature.comment.utf8)
        writer.u16(UInt16(comment.count))
        writer.raw(comment)
        writer.raw(signature.global)
        bytes = writer.bytes
        object = Self.name(of: bytes)
    }

    /// Signs a plan.
    package init(_ plan: MissionPlan, by key: MinisignKey) {
        self.init(
            plan,
            signature: MinisignSignature(
                of: MissionPlanBytes.bytes(of: plan), comment: Self.comment(of: plan), by: key))
    }

    package init(_ bytes: [UInt8]) throws(WireError) {
        guard bytes.count <= Int(MissionBrief.planBytesMax) else {
            throw .tooMany(.payload, count: bytes.count, limit: Int(MissionBrief.planBytesMax))
        }
        var reader = ByteReader(bytes)
        plan = try MissionPlanBytes.plan(of: try reader.bytes(Int(try reader.u16())))
        let head = try reader.bytes(MinisignSignature.headBytes)
        let count = Int(try reader.u16())
        guard count <= MinisignSignature.commentBytesMax,
            let comment = String(validating: try reader.bytes(count), as: UTF8.self),
            let signature = MinisignSignature(
                head: head, comment: comment, global: try reader.bytes(MinisignSignature.signatureBytes))
        else { throw .invalid(.text) }
        try reader.finish()
        self.signature = signature
        self.bytes = bytes
        object = Self.name(of: bytes)
    }

    /// What the trusted comment says of a plan, so that what minisign prints is true.
    package static func comment(of plan: MissionPlan) -> String {
        "skein mission \(plan.name) revision \(plan.revision)"
    }

    package var name: MissionBrief.PlanName {
        MissionBrief.PlanName(object: object, bytes: UInt32(bytes.count), revision: plan.revision)
    }

    private static func name(of bytes: [UInt8]) -> ObjectID {
        guard let id = ObjectID(hash: ObjectHash.of(bytes)) else { preconditionFailure("a hash of another length") }
        return id
    }
}

/// Why a plan is not taken.
package enum PlanRefusal: Error, Hashable, Sendable {
    /// Not a signed plan, or one that cannot be flown.
    case unreadable
    /// Signed by a key that is neither the authority's nor that of a member that may command missions.
    case unknownSigner
    case wrongSignature
    /// A higher revision of this mission has been taken here.
    case older(than: UInt32)
    /// Its revision is that of another plan of this name.
    case otherPlan(revision: UInt32)
    /// As many missions are known as a robot keeps.
    case full
    /// It was taken here, and whoever signed it may command missions no more.
    case withdrawn
}

/// Who signed a plan.
package enum PlanSigner: Hashable, Sendable {
    case authority
    case robot(NodeID)
}
