import SkeinFiles
import SkeinScenarios
import SkeinWire
import SkeinWorld
import Testing

/// The `[[adversary]]` tables of scenario files.
struct AdversaryFileTests {
    private static let robots = "[robots]\ncount = 10\ncameras = 2\n"

    private static func read(_ table: String) throws -> [AdversaryConfig] {
        try Scenario(text: robots + "[[adversary]]\n" + table, path: "s.toml").world(seed: 0).adversaries
    }

    @Test func `an outsider has a place, tricks and bands`() throws {
        let read = try Self.read(
            "kind = \"outsider\"\ndoes = [\"replay\", \"flood\"]\nplace = [10, 20]\nband = \"5\"\nrate_per_s = 50\n")
        guard case .outsider(let outsider)? = read.first?.kind else { return #expect(Bool(false)) }
        #expect(outsider.tricks == [.replay, .flood] && outsider.bands == [.data])
        #expect(outsider.place.xMeters == 10 && outsider.ratePerSecond == 50 && read[0].at == nil)
    }

    @Test func `an insider has a target or a share, and lies`() throws {
        let one = try Self.read("kind = \"insider\"\ndoes = [\"poison\"]\ntarget = 3\nat_s = 2\noffset_m = 4\n")
        let other = try Self.read("kind = \"insider\"\ndoes = [\"strong-links\"]\nshare = 0.1\n")
        guard case .insider(let first)? = one.first?.kind, case .insider(let second)? = other.first?.kind else {
            return #expect(Bool(false))
        }
        #expect(first.target == .robots([3]) && first.lies == [.poison] && first.offsetMeters == 4)
        #expect(one[0].at == .seconds(2) && second.target == .share(0.1))
    }

    @Test(arguments: [
        (
            "kind = \"insider\"\ndoes = [\"poisson\"]\nshare = 0.1\n",
            "s.toml:6:1: [adversary[0]] does: unknown word \"poisson\" (did you mean \"poison\"?)"
        ),
        (
            "kind = \"outsider\"\ndoes = [\"replay\"]\nshare = 0.1\n",
            "s.toml:7:1: [adversary[0]] share: only insiders have one"
        ),
        (
            "kind = \"insider\"\ndoes = [\"poison\"]\n",
            "s.toml:5:1: [adversary[0]] kind: target or share: one of them says which robots lie"
        ),
        (
            "kind = \"insider\"\ndoes = [\"poison\"]\ntarget = 10\n",
            "s.toml:7:1: [adversary[0]] target: robot 10 outside 0..<10"
        ),
        (
            "kind = \"insider\"\ndoes = [\"poison\"]\ntarget = 1\nrate_per_s = 3\n",
            "s.toml:8:1: [adversary[0]] rate_per_s: only of a flood"
        ),
        (
            "kind = \"outsider\"\ndoes = [\"wormhole\"]\n",
            "s.toml:6:1: [adversary[0]] does: a wormhole needs other_place, and only a wormhole has one"
        ),
    ])
    func `what cannot be is refused with its place`(table: String, complaint: String) throws {
        do {
            _ = try Self.read(table)
            Issue.record("taken: \(table)")
        } catch let error as FileError {
            #expect("\(error)" == complaint)
        }
    }
}
