import ArgumentParser
import SkeinFiles
import SkeinPeer
import SkeinTasks
import SkeinWire

/// A kernel as a person names it: `blur`, `blur@2`, or one of those that every robot has.
enum KernelText {
    case builtIn(Kernel)
    /// Without a version: the highest that is known.
    case registered(name: String, version: UInt16?)

    static let help =
        "Which kernel: NAME or NAME@VERSION as registered; "
        + Kernel.allCases.map { "\($0)" }.joined(separator: " and ") + " are built in."

    static func parse(_ text: String) throws -> KernelText {
        if let kernel = Kernel.allCases.first(where: { "\($0)" == text }) { return .builtIn(kernel) }
        return try parseRegistered(text)
    }

    static func parseRegistered(_ text: String) throws -> KernelText {
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let version = parts.count > 1 ? UInt16(parts[1]) : nil
        guard KernelName(name: parts[0], version: 0) != nil, parts.count == 1 || version != nil else {
            throw ValidationError(
                "kernel \"\(text)\": expected a name of 1…\(KernelName.nameBytesMax) of a–z, 0–9, -, _ and ., the first a "
                    + "letter or digit; with a version it is written blur@2")
        }
        return .registered(name: parts[0], version: version)
    }
}

/// A registered kernel that was found, and what is known of it.
struct KernelChoice {
    let name: KernelName
    /// Nil: neither here nor at a neighbour; robots farther away may have it.
    let account: KernelAccount?

    private static let costFallback: Duration = .seconds(1)

    /// As its registration here says.
    var cost: Duration { account?.here?.cost ?? Self.costFallback }

    /// Looks it up at this robot. A name without version that nobody has is no such thing; with a version it is taken at its
    /// word.
    static func find(_ name: String, version: UInt16?, _ talk: Talk) throws -> KernelChoice {
        guard case .job(.kernels(let accounts)) = try talk.ask(.job(.kernels)) else {
            throw TalkError.noSense(talk.path)
        }
        let candidates = accounts.filter { $0.name.name == name && (version == nil || $0.name.version == version) }
        if let best = candidates.max(by: { $0.name < $1.name }) { return KernelChoice(name: best.name, account: best) }
        let known = accounts.map { "\($0.name)" }
        guard let version, let name = KernelName(name: name, version: version) else {
            throw TaskFailure(complaint(name, known: known), Exit.noSuchThing)
        }
        Console.say("\(name) is registered neither here nor at a neighbour; robots farther away are asked")
        return KernelChoice(name: name, account: nil)
    }

    private static func complaint(_ name: String, known: [String]) -> String {
        let what = "no kernel \(name) is registered here or at a neighbour"
        if known.isEmpty { return "\(what), nor any other; register it with a [[kernel]] table" }
        let names = known.map { String($0.prefix { $0 != "@" }) }
        if let near = NearestName.of(name, among: names) { return "\(what); did you mean \(near)?" }
        return "\(what); known: \(known.joined(separator: ", "))"
    }
}
