/// How one leader's band is shared among the robots it owns (mesh-cloud.md
/// §5): a contribution of r percent takes delta*r/s of the band's MHz.
struct BandShare {
    /// One robot that has something to lend, itself included when it leads.
    struct Lender {
        var robot: Int
        var idlePercent: Double
        var percentPerMHz: Double

        var needMHz: Double { idlePercent / percentPerMHz }

        func percent(atMHz granted: Double) -> Double {
            granted >= needMHz ? idlePercent : min(idlePercent, granted * percentPerMHz)
        }
    }

    /// Share of the band never handed out, so that its grants, added up in any
    /// order and rounding, stay within it.
    private static let sparedFraction = 1e-12

    let bandwidthMHz: Double
    /// In ascending order of robot.
    let lenders: [Lender]
    private(set) var grantedMHz: [Double]

    /// `lenders` holds those with idle CPU and a usable link only; the others
    /// have no claim on the band.
    init(_ strategy: PlanStrategy, lenders: [Lender], bandwidthMHz: Double) {
        self.bandwidthMHz = bandwidthMHz * (1 - Self.sparedFraction)
        self.lenders = lenders
        grantedMHz = [Double](repeating: 0, count: lenders.count)
        switch strategy {
        case .equal: shareEqually()
        case .surplus:
            shareEqually()
            fill(inOrder: byEfficiency())
        case .uoc, .skein:
            fill(inOrder: byEfficiency())
        }
    }

    private mutating func shareEqually() {
        guard !lenders.isEmpty else { return }
        let part = bandwidthMHz / Double(lenders.count)
        for index in lenders.indices {
            grantedMHz[index] = min(part, lenders[index].needMHz)
        }
    }

    /// Hands what is left of the band to each lender in turn, up to its need.
    private mutating func fill(inOrder order: [Int]) {
        var left = bandwidthMHz
        for granted in grantedMHz { left -= granted }
        for index in order where left > 0 {
            let more = min(left, lenders[index].needMHz - grantedMHz[index])
            grantedMHz[index] += more
            left -= more
        }
    }

    private func byEfficiency() -> [Int] {
        lenders.indices.sorted { first, second in
            let (a, b) = (lenders[first], lenders[second])
            return a.percentPerMHz != b.percentPerMHz
                ? a.percentPerMHz > b.percentPerMHz : a.robot < b.robot
        }
    }
}
