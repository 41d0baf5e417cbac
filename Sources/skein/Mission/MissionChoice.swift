import Glibc
import SkeinFiles
import SkeinPeer

/// Which mission is meant, where no file was named.
enum MissionChoice {
    case file(String)
    case held(MissionHeld)
    case configured

    private static let filesMax = 64

    /// Asks on a terminal; elsewhere nobody answers, and a choice must be made in words.
    static func ask(_ talk: Talk) throws -> MissionChoice {
        guard isatty(STDIN_FILENO) == 1, isatty(STDERR_FILENO) == 1 else {
            throw TaskFailure(
                "which mission? Name its file, or say --configured for that of the robots' configurations", Exit.usage)
        }
        let choices = try choices(talk)
        Console.say("which mission?")
        for (index, choice) in choices.enumerated() { Console.say("  \(index + 1)  \(choice.text)") }
        Console.say("type its number, 1 to \(choices.count):")
        guard let line = readLine(), let number = Int(line), choices.indices.contains(number - 1) else {
            throw TaskFailure("nothing was done", Exit.usage)
        }
        return choices[number - 1].choice
    }

    private typealias Offer = (choice: MissionChoice, text: String)

    private static func choices(_ talk: Talk) throws -> [Offer] {
        guard case .mission(.plans(let plans)) = try talk.ask(.mission(.plans)) else {
            throw TalkError.noSense(talk.path)
        }
        let names = try talk.names()
        let held: [Offer] = plans.map { plan in
            let signer =
                switch plan.signer {
                case .authority: "the authority"
                case .robot(let robot): names.name(robot)
                }
            return (
                .held(plan), "\(plan.name) revision \(plan.revision), held by \(talk.daemon.name), signed by \(signer)"
            )
        }
        return files() + held + [(.configured, "the mission of the robots' configurations")]
    }

    /// Those of this folder that are missions, by name.
    private static func files() -> [Offer] {
        guard let folder = opendir(".") else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasSuffix(".toml") { names.append(name) }
        }
        let missions: [Offer] = names.sorted().compactMap { name in
            guard let plan = MissionFile.read(name).plan else { return nil }
            let signed = SignedMission.isSigned(name, plan) ? "" : ", not signed as it is"
            return (.file(name), "\(plan.name) revision \(plan.revision), in \(name)\(signed)")
        }
        return Array(missions.prefix(filesMax))
    }
}
