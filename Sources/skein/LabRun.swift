import ArgumentParser
import Glibc
import SkeinFiles
import SkeinLab
import SkeinLinux
import SkeinPeer
import SkeinPicture
import SkeinWire
import SkeinWorld

/// One mission of real daemons.
struct LabRun: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Fly one mission with a daemon for every robot.",
        discussion: """
            Takes the scenarios of `skein sim run`, and gives its JSON keys and more: processes, and how late the emulated \
            air was. A mission takes as long as it takes. Faults are real: a crash is kill -9, a pause SIGSTOP. A daemon \
            that ends by itself ends the run; its last words are shown. Ctrl-C leaves no process behind.

            With --hold the scenario's mission is not flown: the robots stand and wait for orders from outside, as skein \
            mission run gives them, until Ctrl-C. When all answer, the folder of their sockets is printed; its \
            authority.key signs missions. A daemon that is killed is a robot without power, and the others fly on.

            Exit codes: 0 the mission completed, or a held run was ended; 1 it did not, was never started, or a process \
            ended; 2 usage or file error.

            Examples:
              skein lab run sim/scenarios/field-20.toml --watch
              skein lab run sim/scenarios/field-20.toml --seed 3 --json - | jq '.processes | max_by(.rss_bytes)'
              skein lab run sim/scenarios/field-20.toml --hold
            """)

    @OptionGroup var world: LabWorldOptions
    @OptionGroup var json: JSONOption

    @Option(
        help: ArgumentHelp("Kill this robot's daemon, so many seconds into the mission.", valueName: "robot@seconds"),
        transform: LabKill.init)
    var kill: LabKill?

    @Flag(help: "Draw the field while the mission flies.")
    var watch = false

    @Flag(help: "Keep the run's folder: configurations, state, logs.")
    var keep = false

    @Flag(help: "Fly no mission: wait for orders from outside, until Ctrl-C.")
    var hold = false

    @Flag(help: "Let every daemon record its inputs; keeps the folder.")
    var record = false

    @Option(help: ArgumentHelp("Let every daemon write its flight log to this folder.", valueName: "folder"))
    var log: String?

    func validate() throws {
        if hold, json.json != nil { throw ValidationError("--hold has no result to give: without --json") }
        if hold, watch { throw ValidationError("--hold without --watch: skein top --lab last shows it") }
    }

    func run() throws {
        StandardStreams.fill()
        try json.check()
        var config = try world.config()
        guard config.stops.isEmpty, config.adversaries.isEmpty else {
            throw ValidationError(
                "\(world.scenario): [[stop]] and [[adversary]] are played by `skein sim run` only; expected neither here"
            )
        }
        if let kill { config.faults.append(try kill.fault(in: config)) }
        var options = Laboratory.Options(worldArguments: world.words)
        options.keeps = keep
        options.records = record
        options.holds = hold
        if let log {
            try OutputFile.makeDirectory(log)
            options.logFolder = log.hasPrefix("/") ? log : "\(InputFolder.current ?? ".")/\(log)"
            options.attachments = [world.scenario]
        }
        let begun = Clock.monotonic()
        var live: TopLive?
        let result: LabResult
        do throws(LabError) {
            let laboratory = try Laboratory(config, options: options)
            // From then on a signal ends this process by itself, and the guard cleans up.
            live = watch ? Self.dashboard(laboratory.folderPath) : nil
            if live == nil, Console.showsProgress { Console.say("lab at \(laboratory.folderPath)") }
            var progress = LabProgress(config)
            let folder = laboratory.folderPath
            result = try laboratory.run(
                observer: { view in
                    guard let dashboard = live else { return hold ? () : progress.show(view) }
                    if !dashboard.turn(atMost: .zero) { live = nil }
                }, notices: { Self.tell($0, robots: config.robots, folder: folder) })
        } catch .interrupted where hold {
            return
        } catch {
            live?.close()
            try Self.end(error)
        }
        live?.close()
        Console.progress("")
        let wallSeconds = Clock.seconds(since: begun)
        try json.deliver(
            LabText.report(result, title: title(config), wallSeconds: wallSeconds),
            LabJSON.whole(result, config: config, wallSeconds: wallSeconds))
        if let folder = result.folder { Console.say("kept \(folder)") }
        guard result.run.completed else {
            Console.say("the mission was not completed")
            throw Exit.failed
        }
    }

    private static func tell(_ notice: Laboratory.Notice, robots: Int, folder: String) {
        switch notice {
        case .ready:
            Console.print(folder)
            Console.say(
                "\(robots) robots stand and wait: skein mission sign FILE --authority \(folder); "
                    + "skein mission run FILE --socket \(folder)/r0.sock; Ctrl-C ends")
        case .ended(let name, let how): Console.say("\(name) \(how)")
        }
    }

    /// Nil where stderr is no terminal.
    private static func dashboard(_ folder: String) -> TopLive? {
        let interval = Duration.seconds(1)
        let source = (LabFeed(folder: folder, interval: interval), SwarmPicture(mode: .live, source: folder))
        return TopLive(TopWatch(source, interval: interval), output: STDERR_FILENO)
    }

    private static func end(_ error: LabError) throws -> Never {
        Console.progress("")
        switch error {
        case .interrupted(let number):
            // As whoever sent it expects; it is blocked here while the laboratory runs.
            var set = sigset_t()
            sigemptyset(&set)
            sigaddset(&set, number)
            signal(number, SIG_DFL)
            raise(number)
            pthread_sigmask(SIG_UNBLOCK, &set, nil)
            Glibc.exit(128 + number)
        case .file(let error): throw error
        case .tooManyRobots:
            Console.say("\(error)")
            throw Exit.usage
        case .system, .badFolder, .ended, .silent, .garbled:
            Console.say("\(error)")
            throw Exit.failed
        }
    }

    private func title(_ config: WorldConfig) -> String {
        let name = world.scenario.split(separator: "/").last.map { $0.hasSuffix(".toml") ? $0.dropLast(5) : $0 } ?? ""
        let place = world.setup.setups == nil ? "" : ", set-up \(world.setup.setupIndex ?? 0)"
        return "\(name)\(place), seed \(config.seed), \(config.strategy.rawValue), lab"
    }
}

/// One daemon to be killed, whatever the scenario has besides.
struct LabKill {
    let robot: Int
    let seconds: Double

    @Sendable init(_ text: String) throws {
        let halves = text.split(separator: "@", omittingEmptySubsequences: false)
        guard halves.count == 2, let robot = Int(halves[0]), robot >= 0, let seconds = Double(halves[1]),
            (0...3_600).contains(seconds)
        else { throw ValidationError("--kill \(text): expected robot@seconds, as 7@3") }
        self.robot = robot
        self.seconds = seconds
    }

    func fault(in config: WorldConfig) throws -> Fault {
        guard robot < config.robots, config.faults.count < Fault.countMax else {
            throw ValidationError("--kill: no robot \(robot) among \(config.robots), or too many faults")
        }
        return Fault(at: .fromSeconds(seconds), kind: .crash, target: .robots([robot]))
    }
}

/// One line on a terminal while the mission flies.
private struct LabProgress {
    private static let interval = 0.2
    private let robots: Int
    private var shownSeconds = -LabProgress.interval

    init(_ config: WorldConfig) { robots = config.robots }

    mutating func show(_ view: FieldView) {
        guard view.worldSeconds >= shownSeconds + Self.interval else { return }
        shownSeconds = view.worldSeconds
        let isUp = view.robots.count { $0.isUp }
        guard let mission = view.missionSeconds else {
            return Console.progress(
                "\(isUp) of \(robots) robots on, \(view.hasSettled ? "settled" : "organising"), "
                    + "\(view.worldSeconds.rounded(to: 1)) s")
        }
        let there = view.robots.count { $0.isAtTarget }
        Console.progress(
            "mission \(mission.rounded(to: 1)) s, \(there) of \(isUp) at their targets, \(view.completedSteps) steps, "
                + "\(view.failedSteps) failed")
    }
}
