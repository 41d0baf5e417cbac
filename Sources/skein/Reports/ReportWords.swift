import SkeinFiles
import SkeinPeer
import SkeinWire

/// Words for what reports are made of, for people and as JSON has them.
enum ReportWords {
    static func band(_ band: Band) -> String { band == .control ? "2.4 GHz" : "5 GHz" }

    /// Since then, as people say it.
    static func age(_ span: Duration) -> String {
        let seconds = max(0, span.inSeconds)
        switch seconds {
        case ..<10: return seconds.rounded(to: 1) + " s"
        case ..<120: return seconds.rounded(to: 0) + " s"
        case ..<7_200: return (seconds / 60).rounded(to: 0) + " min"
        case ..<172_800: return (seconds / 3_600).rounded(to: 1) + " h"
        default: return (seconds / 86_400).rounded(to: 1) + " d"
        }
    }

    /// Seconds that something has lasted; null: it is not.
    static func since(_ instant: Instant?, _ now: Instant) -> JSONValue {
        .optional(instant.map { (now - $0).inSeconds })
    }

    static func reason(_ reason: LeaderReason) -> String {
        switch reason {
        case .start: "told to start the swarm"
        case .plan: "by the root's plan"
        case .strongest: "the strongest heard"
        case .alone: "none in 5 GHz range"
        }
    }

    /// After the neighbour that a message goes to.
    static func phrase(_ rule: HopRule) -> String {
        switch rule {
        case .direct: "in range"
        case .between: "a neighbour of both"
        case .tree: "the parent on the way to the root"
        case .leaderWay: "the leaders' ways in beacons"
        case .learned: "a message came this way lately"
        case .directGoing: "in range, but about to go"
        case .learnedGoing: "a message came this way lately, and this neighbour is about to go"
        }
    }

    // MARK: Tasks

    static func title(_ name: TaskAccount.Name) -> String {
        switch name {
        case .step(let step): "step \(step)"
        case .order(let key): "task \(key.number)"
        case .job(let key): "task \(key.number)"
        case .stream(let key): "stream \(key.number)"
        }
    }

    static func kind(_ name: TaskAccount.Name) -> String {
        switch name {
        case .step: "step"
        case .order: "order"
        case .job: "job"
        case .stream: "stream"
        }
    }

    static func number(_ name: TaskAccount.Name) -> Int {
        switch name {
        case .step(let step): Int(step)
        case .order(let key), .job(let key), .stream(let key): Int(clamping: key.number)
        }
    }

    static func phrase(_ reason: PlacementReason) -> String {
        switch reason {
        case .belowLimit(let load):
            "here: the processor stays at \(load.percent.rounded(to: 0)) %, below its limit of "
                + "\(load.limitPercent.rounded(to: 0)) %"
        case .aboveLimit(let load):
            "leaves: here the processor would be at \(load.percent.rounded(to: 0)) %, its limit is "
                + "\(load.limitPercent.rounded(to: 0)) %"
        case .noLeader: "seeks: no leader is known to ask"
        case .noHelpers: "no leader that was asked had a helper"
        case .deadlineTooNear(let left):
            "here: nobody had it, and \(left.inSeconds.rounded(to: 2)) s before its deadline there was just time left"
        case .sooner(let here, let there):
            "here: done in \(here.inSeconds.rounded(to: 2)) s, "
                + (there.map { "elsewhere in \($0.inSeconds.rounded(to: 2)) s" } ?? "and nobody else is known who could")
        case .offloaded(let here, let there):
            "leaves: done there in \(there.inSeconds.rounded(to: 2)) s, "
                + (here.map { "here in \($0.inSeconds.rounded(to: 2)) s" } ?? "and it cannot be computed here")
        case .hedged: "given to one more helper: the first is late, or both were wished for"
        case .spotCheck: "here, and with a helper as well, whose answer is compared"
        case .known: "its output was known from an equal unit"
        case .leased: "with the helper that has leased its processor to the stream"
        }
    }

    /// `what`, and its figures.
    static func members(_ reason: PlacementReason?) -> JSONValue {
        guard let reason else { return .null }
        func told(_ what: String, _ more: JSONValue.Member...) -> JSONValue {
            .object([.init("what", .string(what))] + more + [.init("sentence", .string(phrase(reason)))])
        }
        func load(_ what: String, _ load: PlacementReason.Load) -> JSONValue {
            told(what, .init("load_percent", .number(load.percent)), .init("limit_percent", .number(load.limitPercent)))
        }
        func seconds(_ key: String, _ span: Duration?) -> JSONValue.Member { .init(key, .optional(span?.inSeconds)) }
        switch reason {
        case .belowLimit(let figures): return load("below_limit", figures)
        case .aboveLimit(let figures): return load("above_limit", figures)
        case .noLeader: return told("no_leader")
        case .noHelpers: return told("no_helpers")
        case .deadlineTooNear(let left): return told("deadline_too_near", seconds("left_s", left))
        case .sooner(let here, let there): return told("sooner", seconds("here_s", here), seconds("there_s", there))
        case .offloaded(let here, let there):
            return told("offloaded", seconds("here_s", here), seconds("there_s", there))
        case .hedged: return told("hedged")
        case .spotCheck: return told("spot_check")
        case .known: return told("known")
        case .leased: return told("leased")
        }
    }

    static func phrase(_ trouble: UnitTrouble, names: FleetNames) -> String {
        switch trouble {
        case .part(let trouble): phrase(trouble)
        case .job(let trouble): JobWords.sentence(trouble, kernel: "its kernel", names: names)
        }
    }

    static func word(_ trouble: UnitTrouble) -> String {
        switch trouble {
        case .part(let trouble): SharedJSON.snakeCase("\(trouble)")
        case .job(let trouble): JobWords.word(trouble)
        }
    }

    static func phrase(_ trouble: PartTrouble) -> String {
        switch trouble {
        case .noLeader: "no leader was known to ask"
        case .noMatch: "no leader that was asked had a helper"
        case .noReceipt: "a helper was found and never answered"
        case .refused: "the last helper would not take it"
        case .noResult: "a helper took it, and its result did not come in time"
        case .invalidResult: "a result came that could not be used"
        case .localUnfinished: "it stayed here and was not done in time"
        case .unconfirmed: "answers came, and no two agreed"
        }
    }
}
