/// Where a robot is.
struct RobotPosition: Hashable {
    var xMeters: Double
    var yMeters: Double

    func distanceMeters(to other: RobotPosition) -> Double {
        let x = xMeters - other.xMeters
        let y = yMeters - other.yMeters
        return (x * x + y * y).squareRoot()
    }
}

/// A line of a script that cannot be read.
struct RobotScriptError: Error {
    var line: Int
    var what: String
}

/// Who is where and when: a text of lines `SECONDS ROBOT X Y` (metres; robots count from 1) and `SECONDS hold`.
///
/// Between two of its points a robot goes straight at constant speed; after its last it stands. Every robot has a point at
/// 0. At a hold the script's clock stands until it is told to go on, so that whoever drives it waits for what he sees, not
/// for a time. `#` starts a comment. Lines are in order of time.
struct RobotScript {
    static let linesMax = 4096
    static let robotsMax = 50

    private struct Point {
        var seconds: Double
        var position: RobotPosition
    }

    /// By robot, each in order of time.
    private var points: [[Point]] = []
    /// Times at which the clock stands, ascending.
    private(set) var holds: [Double] = []
    /// The time of the last line.
    private(set) var endSeconds = 0.0

    var robots: Int { points.count }

    init(text: String) throws(RobotScriptError) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count <= Self.linesMax else {
            throw RobotScriptError(line: lines.count, what: "expected at most \(Self.linesMax) lines")
        }
        for (index, line) in lines.enumerated() {
            let words = line.prefix { $0 != "#" }.split(separator: " ")
            if !words.isEmpty { try read(words, line: index + 1) }
        }
        guard !points.isEmpty else { throw RobotScriptError(line: lines.count, what: "expected a robot, found none") }
        for (robot, own) in points.enumerated() {
            guard own.first?.seconds == 0 else {
                throw RobotScriptError(line: lines.count, what: "expected a point at 0 for robot \(robot + 1)")
            }
        }
    }

    private mutating func read(_ words: [Substring], line: Int) throws(RobotScriptError) {
        guard let seconds = Double(words[0]), seconds.isFinite, seconds >= endSeconds else {
            throw RobotScriptError(line: line, what: "expected a time of at least \(endSeconds), found \(words[0])")
        }
        endSeconds = seconds
        if words.count == 2, words[1] == "hold" {
            holds.append(seconds)
            return
        }
        guard words.count == 4, let robot = Int(words[1]), let x = Double(words[2]), let y = Double(words[3]),
            x.isFinite, y.isFinite
        else { throw RobotScriptError(line: line, what: "expected SECONDS ROBOT X Y or SECONDS hold") }
        guard 1...Self.robotsMax ~= robot, robot <= points.count + 1 else {
            throw RobotScriptError(line: line, what: "expected a robot of 1…\(points.count + 1), found \(robot)")
        }
        if robot > points.count { points.append([]) }
        points[robot - 1].append(Point(seconds: seconds, position: RobotPosition(xMeters: x, yMeters: y)))
    }

    /// Where all robots are at a time of the script's clock, robot 1 first.
    func positions(atSeconds seconds: Double) -> [RobotPosition] {
        points.map { own in
            guard let next = own.firstIndex(where: { $0.seconds > seconds }), next > 0 else {
                return own[seconds < own[0].seconds ? 0 : own.count - 1].position
            }
            let (from, to) = (own[next - 1], own[next])
            let share = (seconds - from.seconds) / (to.seconds - from.seconds)
            return RobotPosition(
                xMeters: from.position.xMeters + share * (to.position.xMeters - from.position.xMeters),
                yMeters: from.position.yMeters + share * (to.position.yMeters - from.position.yMeters))
        }
    }
}

/// A script's clock: runs with real time, stands at holds. A hold that is not reached yet cannot be released.
struct RobotScriptClock {
    enum Step { case running, reached(holdSeconds: Double), standing }

    private(set) var seconds = 0.0
    private var holds: ArraySlice<Double>
    private var isStanding = false

    init(holds: [Double]) { self.holds = holds[...] }

    /// Real time went on by this much.
    mutating func advance(bySeconds span: Double) -> Step {
        if isStanding { return .standing }
        guard let hold = holds.first, seconds + span >= hold else {
            seconds += span
            return .running
        }
        seconds = hold
        isStanding = true
        return .reached(holdSeconds: hold)
    }

    /// Ends a hold; false when there is none.
    mutating func release() -> Bool {
        guard isStanding else { return false }
        isStanding = false
        holds = holds.dropFirst()
        return true
    }
}
