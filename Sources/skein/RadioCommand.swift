import ArgumentParser
import SkeinFiles
import SkeinLinux

/// What the drivers of this machine's radios say, as the peer reads it. For those who write drivers and tests.
struct RadioCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "radio",
        abstract: "Show what the radios' drivers say.",
        discussion: """
            Interfaces, the stations they hear, and the noise, by nl80211; rates in bits per second. Exit codes: 0, also \
            without any radio, 1 if the kernel does not answer.
            """,
        shouldDisplay: false)

    @Flag(help: "As JSON.")
    var json = false

    func run() throws {
        let facts = NetworkFacts.gather()
        if let trouble = facts.wirelessTrouble {
            Console.say("nl80211: \(trouble)")
            guard case .familyMissing = trouble else { throw Exit.failed }
        }
        if json {
            try Console.write(RadioReport.value(facts), to: "-")
        } else {
            Console.print(RadioReport.text(facts))
        }
    }
}
