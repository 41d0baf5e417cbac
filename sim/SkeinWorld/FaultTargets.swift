import SkeinTasks

/// Whom a fault hits, given what is seen of the robots at that moment.
package struct FaultTargets {
    private let places: [FieldPoint]
    private let robots: [RunBook.Seen]
    private let carriesCamera: [Bool]
    private let start: Int

    /// `start` is the start robot, which "the leader" spares while there is another.
    package init(places: [FieldPoint], robots: [RunBook.Seen], layout: Layout, start: Int) {
        self.places = places
        self.robots = robots
        carriesCamera = layout.roles.map(\.carriesCamera)
        self.start = start
    }

    /// Ascending.
    package func robots(of target: Fault.Target) -> [Int] {
        switch target {
        case .robots(let list): return list.filter { $0 >= 0 && $0 < robots.count }.sorted()
        case .circle(let x, let y, let radius):
            let centre = FieldPoint(xMeters: x, yMeters: y)
            return robots.indices.filter { places[$0].distance(to: centre) <= radius }
        case .west(let x): return robots.indices.filter { places[$0].xMeters < x }
        case .leaderAt(let index):
            let leaders = livingLeaders()
            guard !leaders.isEmpty else { return [] }
            return [leaders[((index % leaders.count) + leaders.count) % leaders.count]]
        case .leader: return busiestLeader().map { [$0] } ?? []
        }
    }

    private func livingLeaders() -> [Int] { robots.indices.filter { robots[$0].isUp && robots[$0].leader == $0 } }

    private func busiestLeader() -> Int? {
        let leaders = livingLeaders()
        let candidates = leaders.filter { $0 != start }
        var best: Int?
        var requestersMax = -1
        for leader in candidates.isEmpty ? leaders : candidates {
            let requesters = robots.indices.count {
                robots[$0].isUp && carriesCamera[$0] && !robots[$0].saysArrived && robots[$0].leader == leader
            }
            if requesters > requestersMax {
                requestersMax = requesters
                best = leader
            }
        }
        return best
    }
}

extension FaultTargets {
    /// Robots that a fault keeps off until it strikes, by what is known before anybody is on.
    package static func late(_ config: WorldConfig, layout: Layout) -> [Bool] {
        var late = [Bool](repeating: false, count: config.robots)
        let seen = [RunBook.Seen](repeating: RunBook.Seen(), count: config.robots)
        let targets = FaultTargets(places: layout.places, robots: seen, layout: layout, start: config.start)
        for fault in config.faults where fault.kind == .late {
            for robot in targets.robots(of: fault.target) { late[robot] = true }
        }
        return late
    }
}
