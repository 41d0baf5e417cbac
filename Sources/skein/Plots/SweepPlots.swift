import SkeinFiles

/// Figures of many missions.
enum SweepPlots {
    static func all(_ root: JSONCursor) throws(FileError) -> [Plot] {
        var robotPercent: [Double] = []
        var cameraPercent: [Double] = []
        var seconds: [Double] = []
        let results = try root.needed("results").elements()
        guard !results.isEmpty else { throw try root.needed("results").fault("no missions in it") }
        for result in results {
            robotPercent.append(100 * (try result.needed("failure_fraction_robot_steps").number(in: 0...1)))
            cameraPercent.append(100 * (try result.needed("failure_fraction_camera_steps").number(in: 0...1)))
            guard try result.needed("completed").flag() else { continue }
            seconds.append(try result.needed("completion_s").number(in: 0...1e6))
        }
        let title = "\(results.count) missions, \(try root.needed("strategy").string())"
        return [
            failures(robotPercent, cameraPercent, title),
            completion(seconds, "\(title), \(results.count - seconds.count) unfinished"),
        ]
    }

    /// Share of the missions that failed no more than this: a mission without failure is where the curve begins.
    private static func failures(_ robots: [Double], _ cameras: [Double], _ title: String) -> Plot {
        Plot(
            name: "failures",
            script: """
                set title \(Gnuplot.quoted("Distribution of failure rates — " + title))
                set xlabel 'failed steps (%)'
                set ylabel 'share of missions (%)'
                set xrange [0:\(max(cameras.max() ?? 0, robots.max() ?? 0, 1))]
                set yrange [0:102]
                set grid
                set key bottom right
                $robots << EOD
                \(cumulative(robots))EOD
                $cameras << EOD
                \(cumulative(cameras))EOD
                plot $robots using 1:2 with steps linewidth 2 linecolor rgb '#2166ac' title 'of robot-steps', \
                $cameras using 1:2 with steps linewidth 2 linecolor rgb '#b2182b' title 'of camera-steps'
                """,
            heightPixels: 560)
    }

    private static func cumulative(_ values: [Double]) -> String {
        var rows = "0 0\n"
        let sorted = values.sorted()
        for (index, value) in sorted.enumerated() where index == sorted.count - 1 || sorted[index + 1] > value {
            rows += "\(value) \(100 * Double(index + 1) / Double(sorted.count))\n"
        }
        return rows + "100 100\n"
    }

    /// Missions by whole seconds.
    private static func completion(_ seconds: [Double], _ title: String) -> Plot {
        let last = Int((seconds.max() ?? 0).rounded(.up)) + 1
        var counts = [Int](repeating: 0, count: last + 1)
        for value in seconds { counts[Int(value)] += 1 }
        let first = max((counts.firstIndex { $0 > 0 } ?? 0) - 1, 0)
        let rows = (first..<counts.count).map { "\(Double($0) + 0.5) \(counts[$0])\n" }.joined()
        return Plot(
            name: "completion",
            script: """
                set title \(Gnuplot.quoted("Completion of the missions — " + title))
                set xlabel 'time since the start signal (s)'
                set ylabel 'missions'
                set yrange [0:*]
                set style fill solid 0.8 border -1
                set grid ytics
                unset key
                $missions << EOD
                \(rows)EOD
                plot $missions using 1:2 with boxes linecolor rgb '#2166ac'
                """,
            heightPixels: 560)
    }
}
