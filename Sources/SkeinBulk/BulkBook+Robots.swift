import SkeinWire

/// Whom this robot has something under way with.
extension BulkBook {
    /// Robots whose ways matter at present: something is sent to them, comes from them, or is wanted of them.
    package var busyRobots: [NodeID] {
        partners.filter { partner in !partner.isIdle || fetches.contains { $0.from == partner.id } }.map(\.id)
    }

    package var isBusy: Bool { !fetches.isEmpty || partners.contains { !$0.isIdle } }

    package func path(to robot: NodeID) -> BulkPath? { partnerPlace(robot).flatMap { partners[$0].path } }

    package func hasPath(to robot: NodeID) -> Bool { path(to: robot) != nil }
}
