import SkeinWire

extension Peer {
    /// What it wants to find on the disk: all else that is there is left over from a power cut.
    package var keptObjects: [ObjectID] {
        jobs.entries.filter(\.isDurable).flatMap { jobs.objects(of: $0) }
    }
}
