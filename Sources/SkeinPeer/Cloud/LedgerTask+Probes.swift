import SkeinWire

// Known answers: parts that stay at home, given to a helper all the same.

extension LedgerTask {
    /// The task begins: which of its own parts are probes, and whether a doubted robot is to be tried.
    mutating func drawProbes(context: LedgerContext, now: Instant, actions: inout [LedgerAction]) {
        var local = parts.indices.filter { !parts[$0].isRemote }
        if let placement = context.standings.probeDue(now: now), let part = local.first {
            parts[part].isProbe = true
            local.removeFirst()
            notes.append(.probed(placement.helper))
            offer(part, placement, by: .none, context: context, now: now, actions: &actions)
        }
        let count = check.probes(remoteParts: parts.count { $0.isRemote }, random: &random)
        for _ in 0..<min(count, local.count) {
            let part = local.remove(at: Int(random.next() % UInt64(local.count)))
            parts[part].isProbe = true
        }
    }

    /// Where there is more than seeking parts need, any of the helpers may get the probe; the seeking parts share the
    /// others.
    mutating func placeProbes(context: LedgerContext, now: Instant, actions: inout [LedgerAction]) {
        for part in parts.indices where parts[part].isProbeSeeking {
            let count = spares.reduce(0) { $0 + Int($1.placement.parts) }
            guard count > seekingCount else { return }
            var left = Int(random.next() % UInt64(count))
            for spare in spares.indices {
                left -= Int(spares[spare].placement.parts)
                guard left < 0 else { continue }
                use(spare, for: part, context: context, now: now, actions: &actions)
                break
            }
        }
    }
}
