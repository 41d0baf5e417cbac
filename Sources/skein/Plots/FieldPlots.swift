import SkeinFiles

/// Figures of one hierarchy: a run's, or a network's.
struct FieldPlots {
    private let places: [(x: Double, y: Double)]
    private let arena: [Double]
    private let hopCounts: [Int]
    private let owner: [Int]
    private let isCamera: [Bool]
    private let idlePercent: [Double]
    private let grantedPercent: [Double]
    private let title: String

    init(_ root: JSONCursor) throws(FileError) {
        var places: [(x: Double, y: Double)] = []
        for item in try root.needed("positions").elements() { places.append(try item.point(within: -1e6...1e6)) }
        let count = places.count
        var isCamera = [Bool](repeating: false, count: count)
        for item in try root.needed("camera").elements() { isCamera[try item.robot("camera", of: count)] = true }
        self.places = places
        self.isCamera = isCamera
        arena = try Self.numbers(root, "arena", count: 4)
        hopCounts = try Self.integers(root, "hops", count: count)
        owner = try Self.integers(root, "owner", count: count)
        idlePercent = try Self.numbers(root, "idle_percent", count: count)
        grantedPercent = try Self.numbers(root, "granted_percent", count: count)
        title = "\(count) robots, seed \(try root.needed("seed").integer()), \(try root.needed("strategy").string())"
    }

    private static func numbers(_ root: JSONCursor, _ key: String, count: Int) throws(FileError) -> [Double] {
        var values: [Double] = []
        for item in try root.needed(key).elements(count: count, of: "values") { values.append(try item.number()) }
        return values
    }

    private static func integers(_ root: JSONCursor, _ key: String, count: Int) throws(FileError) -> [Int] {
        var values: [Int] = []
        for item in try root.needed(key).elements(count: count, of: "values") {
            let value = try item.integer()
            guard (-1..<max(count, 1)).contains(value) else { throw item.expected("a whole number −1..<\(count)") }
            values.append(value)
        }
        return values
    }

    private var leaders: [Int] { places.indices.filter { owner[$0] == $0 } }

    /// Axes of the field, true to scale.
    private func axes(_ title: String) -> String {
        """
        set title \(Gnuplot.quoted(title + " — " + self.title))
        set xrange [\(arena[0]):\(arena[2])]
        set yrange [\(arena[1]):\(arena[3])]
        set xlabel 'x (m)'
        set ylabel 'y (m)'
        set size ratio -1
        set key outside below horizontal
        set bmargin 6
        """
    }

    /// Every robot in its subgroup's colour, a line to its leader.
    var hierarchy: Plot {
        var lines = ""
        var members = ""
        var cameras = ""
        var heads = ""
        let leaders = leaders
        var colours = [Int](repeating: 0, count: places.count)
        for (index, leader) in leaders.enumerated() { colours[leader] = index + 1 }
        for (robot, place) in places.enumerated() {
            let head = owner[robot]
            let row = "\(place.x) \(place.y) \(head < 0 ? 0 : colours[head]) \(robot)\n"
            if head == robot { heads += row } else if isCamera[robot] { cameras += row } else { members += row }
            guard head >= 0, head != robot else { continue }
            lines +=
                "\(places[head].x) \(places[head].y) \(place.x - places[head].x) \(place.y - places[head].y) "
                + "\(colours[head])\n"
        }
        return Plot(
            name: "hierarchy",
            script: """
                \(axes("Subgroups on the field"))
                $lines << EOD
                \(lines)EOD
                $members << EOD
                \(members)EOD
                $cameras << EOD
                \(cameras)EOD
                $heads << EOD
                \(heads)EOD
                plot \(layers([
                    lines.isEmpty ? nil : "$lines using 1:2:3:4:5 with vectors nohead linecolor variable notitle",
                    members.isEmpty ? nil : "$members using 1:2:3 with points pt 7 ps 0.7 linecolor variable title 'robot'",
                    cameras.isEmpty ? nil : "$cameras using 1:2:3 with points pt 6 ps 0.9 linecolor variable title 'camera robot'",
                    heads.isEmpty ? nil : "$heads using 1:2:3 with points pt 5 ps 1.4 linecolor variable title 'leader (\(leaders.count))'",
                    heads.isEmpty ? nil : "$heads using 1:2:4 with labels offset 0,0.9 font ',10' notitle",
                ]))
                """)
    }

    /// Every robot's number of hops to the start robot.
    var hops: Plot {
        let most = max(hopCounts.max() ?? 0, 1)
        var rows = ""
        var counts = [Int](repeating: 0, count: most + 1)
        for (robot, place) in places.enumerated() {
            rows += "\(place.x) \(place.y) \(hopCounts[robot])\n"
            if hopCounts[robot] >= 0 { counts[hopCounts[robot]] += 1 }
        }
        let summary = counts.enumerated().map { "\($0.element) × \($0.offset)" }.joined(separator: ", ")
        return Plot(
            name: "hops",
            script: """
                \(axes("Hops to the start robot on 2.4 GHz"))
                set xlabel \(Gnuplot.quoted("x (m)    robots × hops: " + summary))
                set palette defined (0 '#1b7837', 0.5 '#e08214', 1 '#b2182b')
                set cbrange [0:\(most)]
                set cbtics 1
                set cblabel 'hops'
                unset key
                $robots << EOD
                \(rows)EOD
                plot $robots using 1:2:3 with points pt 7 ps 2.2 linecolor palette, \
                $robots using 1:2:3 with labels font ',10' textcolor rgb 'white'
                """)
    }

    /// By subgroup: what its members could lend, and what they were granted.
    var contributed: Plot {
        let leaders = leaders
        var rows = ""
        var available = 0.0
        var granted = 0.0
        for leader in leaders {
            var sums = (idle: 0.0, granted: 0.0)
            for robot in places.indices where owner[robot] == leader {
                sums.idle += idlePercent[robot]
                sums.granted += grantedPercent[robot]
            }
            available += sums.idle
            granted += sums.granted
            rows += "\(leader) \(sums.idle) \(sums.granted)\n"
        }
        let total = "contributed \(granted.rounded(to: 0)) % of \(available.rounded(to: 0)) %"
        return Plot(
            name: "contributed",
            script: """
                set title \(Gnuplot.quoted("Idle CPU by subgroup: " + total + " — " + title))
                set style data histogram
                set style histogram clustered gap 1
                set style fill solid 0.8 border -1
                set yrange [0:*]
                set xlabel 'leader'
                set ylabel 'percent of one processor'
                set xtics rotate by -60
                set grid ytics
                set key top right
                $groups << EOD
                \(rows)EOD
                plot $groups using 2:xtic(1) title 'available' linecolor rgb '#bbbbbb', \
                $groups using 3 title 'contributed' linecolor rgb '#2166ac'
                """,
            heightPixels: 520)
    }

    /// Where everybody went.
    func trajectories(_ root: JSONCursor) throws(FileError) -> Plot {
        let physical = try root.needed("physical_target").point(within: -1e6...1e6)
        let virtual = try root.needed("virtual_target").point(within: -1e6...1e6)
        let radius = try root.needed("arrival_radius_m").number(above: 0, through: 1e6)
        var paths = ["", ""]
        for (robot, path) in try root.needed("trajectories").elements(count: places.count, of: "paths").enumerated() {
            for item in try path.elements() {
                let place = try item.point(within: -1e6...1e6)
                paths[isCamera[robot] ? 1 : 0] += "\(place.x) \(place.y)\n"
            }
            paths[isCamera[robot] ? 1 : 0] += "\n"
        }
        return Plot(
            name: "trajectories",
            script: """
                \(axes("Trajectories"))
                set object 1 circle at \(physical.x),\(physical.y) size \(radius) fillstyle empty border rgb '#b2182b' linewidth 2
                set object 2 circle at \(virtual.x),\(virtual.y) size \(radius) fillstyle empty border rgb '#2166ac' linewidth 2
                $others << EOD
                \(paths[0])EOD
                $cameras << EOD
                \(paths[1])EOD
                $targets << EOD
                \(physical.x) \(physical.y)
                \(virtual.x) \(virtual.y)
                EOD
                plot \(layers([
                    paths[0].contains(" ") ? "$others using 1:2 with lines linecolor rgb '#92c5de' title 'to the virtual source'" : nil,
                    paths[1].contains(" ") ? "$cameras using 1:2 with lines linecolor rgb '#f4a582' title 'cameras, to the physical target'" : nil,
                    "$targets using 1:2 with points pt 2 ps 1.5 linecolor rgb 'black' title 'targets'",
                ]))
                """)
    }

    /// Layers of one plot; an empty data block would be an error.
    private func layers(_ all: [String?]) -> String { all.compactMap { $0 }.joined(separator: ", ") }
}
