import SkeinTasks

/// A start order goes by radio, so a robot that is put down where nobody hears it takes no part in any mission. These are
/// the layouts in which nobody is.
enum Reach {
    /// Draws in all, and of one place.
    private static let triesMax = 10_000
    private static let placeTriesMax = 1_000

    /// Draws anew, one after the other, who has no way of 2.4 GHz links to where most are; all others stay.
    static func draw(_ places: inout [FieldPoint], _ config: WorldConfig, _ obstacles: [Obstacle]) {
        var dice = Dice(seed: config.seed, stream: .layout, index: 2)
        var field = LinkField(robots: places.count, config: config.medium, seed: config.seed)
        field.stand(obstacles)
        let isBodied = config.isSolid || !obstacles.isEmpty
        let inner = isBodied ? config.arena.shrunk(by: Layout.placeRoomMeters / 2) : config.arena
        for _ in 0..<triesMax {
            field.refresh(places)
            guard let lost = mostReached(in: field).firstIndex(of: false) else { return }
            let others = places.enumerated().filter { $0.offset != lost }.map(\.element)
            for _ in 0..<placeTriesMax {
                places[lost] = inner.random(&dice)
                if !isBodied || Layout.isFree(places[lost], others, obstacles) { break }
            }
        }
    }

    /// By robot: whether it is one of the largest group that hears each other over any number of hops.
    static func mostReached(in field: LinkField) -> [Bool] {
        var isSeen = [Bool](repeating: false, count: field.count)
        var most: [Int] = []
        for first in isSeen.indices where !isSeen[first] {
            isSeen[first] = true
            var group = [first]
            var next = 0
            while next < group.count {
                for heard in field.rows[group[next]]
                where heard.controlDBm >= field.model.usablePowerMinDBm && !isSeen[Int(heard.robot)] {
                    isSeen[Int(heard.robot)] = true
                    group.append(Int(heard.robot))
                }
                next += 1
            }
            if group.count > most.count { most = group }
        }
        var isMost = [Bool](repeating: false, count: field.count)
        for robot in most { isMost[robot] = true }
        return isMost
    }

    /// The same of robots that stand at `places`.
    static func mostReached(from places: [FieldPoint], _ config: WorldConfig, _ obstacles: [Obstacle]) -> [Bool] {
        var field = LinkField(robots: places.count, config: config.medium, seed: config.seed)
        field.stand(obstacles)
        field.refresh(places)
        if let table = config.medium.table { field.fix(table) }
        return mostReached(in: field)
    }
}
