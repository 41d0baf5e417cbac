import SkeinWire

/// Whom this robot has something under way with.
extension BulkBook {
    /// Robots whose ways matter at present: something is sent to them, comes from them, or is wanted of them.
    package var busyRobots: [NodeID] {
        partners.indices.filter { isBusy(at: $0) }.map { partners[$0].id }
    }

    package var isBusy: Bool { partners.indices.contains { isBusy(at: $0) } }

    private func isBusy(at place: Int) -> Bool { isAtWork(place) || !partners[place].words.isEmpty }

    package func path(to robot: NodeID) -> BulkPath? { partnerPlace(robot).flatMap { partners[$0].path } }

    package func hasPath(to robot: NodeID) -> Bool { path(to: robot) != nil }
}
