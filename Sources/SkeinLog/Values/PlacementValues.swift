import SkeinPeer
import SkeinWire

extension PlacementReason {
    var schema: Skein_Placement {
        var placement = Skein_Placement()
        switch self {
        case .belowLimit(let load):
            placement.rule = .belowLimit
            placement.set(load)
        case .aboveLimit(let load):
            placement.rule = .aboveLimit
            placement.set(load)
        case .noLeader: placement.rule = .noLeader
        case .noHelpers: placement.rule = .noHelpers
        case .deadlineTooNear(let left):
            placement.rule = .deadlineTooNear
            placement.leftNs = left.nanoseconds
        case .sooner(let here, let there):
            placement.rule = .sooner
            placement.hereNs = here.nanoseconds
            if let there { placement.thereNs = there.nanoseconds }
        case .offloaded(let here, let there):
            placement.rule = .offloaded
            if let here { placement.hereNs = here.nanoseconds }
            placement.thereNs = there.nanoseconds
        case .hedged: placement.rule = .hedged
        case .spotCheck: placement.rule = .spotCheck
        case .known: placement.rule = .known
        case .leased: placement.rule = .leased
        }
        return placement
    }

    init(_ placement: Skein_Placement) throws(LogFault) {
        let here = placement.hasHereNs ? try LogCheck.span(placement.hereNs, "placement.here_ns") : nil
        let there = placement.hasThereNs ? try LogCheck.span(placement.thereNs, "placement.there_ns") : nil
        switch placement.rule {
        case .belowLimit: self = .belowLimit(try placement.load())
        case .aboveLimit: self = .aboveLimit(try placement.load())
        case .noLeader: self = .noLeader
        case .noHelpers: self = .noHelpers
        case .deadlineTooNear:
            self = .deadlineTooNear(left: try LogCheck.span(placement.leftNs, "placement.left_ns"))
        case .sooner: self = .sooner(here: here ?? .zero, there: there)
        case .offloaded: self = .offloaded(here: here, there: there ?? .zero)
        case .hedged: self = .hedged
        case .spotCheck: self = .spotCheck
        case .known: self = .known
        case .leased: self = .leased
        case .unspecified, .UNRECOGNIZED: throw .unknown("placement.rule")
        }
    }
}

extension Skein_Placement {
    fileprivate mutating func set(_ load: PlacementReason.Load) {
        loadPercent = load.percent
        limitPercent = load.limitPercent
    }

    fileprivate func load() throws(LogFault) -> PlacementReason.Load {
        PlacementReason.Load(
            percent: try LogCheck.double(loadPercent, "placement.load_percent"),
            limitPercent: try LogCheck.double(limitPercent, "placement.limit_percent"))
    }
}

extension UnitTrouble {
    var schema: Skein_Trouble {
        var trouble = Skein_Trouble()
        switch self {
        case .part(let part): trouble.part = LogEnum.number(part)
        case .job(let job): trouble.set(job)
        }
        return trouble
    }

    init(_ trouble: Skein_Trouble) throws(LogFault) {
        if let part: PartTrouble = try LogEnum.optional(trouble.part, "trouble.part") {
            self = .part(part)
        } else {
            self = .job(try trouble.jobTrouble())
        }
    }
}

extension Skein_Trouble {
    fileprivate mutating func set(_ trouble: JobTrouble) {
        switch trouble {
        case .dependency(let unit):
            job = .dependency
            self.unit = UInt32(clamping: unit)
        case .noLeader: job = .noLeader
        case .noHelper: job = .noHelper
        case .noReceipt: job = .noReceipt
        case .refused(let verdict):
            job = .refused
            self.verdict = LogEnum.number(verdict)
        case .noResult: job = .noResult
        case .resultLost: job = .resultLost
        case .program(let failure, let by, let words):
            job = .program
            self.failure = LogEnum.number(failure)
            if let by = by.present { robot = by }
            lastWords = LogMessage.cut(words)
        case .deadline: job = .deadline
        case .cancelled: job = .cancelled
        case .storage: job = .storage
        }
    }

    fileprivate func jobTrouble() throws(LogFault) -> JobTrouble {
        switch job {
        case .dependency: .dependency(unit: Int(unit))
        case .noLeader: .noLeader
        case .noHelper: .noHelper
        case .noReceipt: .noReceipt
        case .refused: .refused(try LogEnum.value(verdict, "trouble.verdict"))
        case .noResult: .noResult
        case .resultLost: .resultLost
        case .program:
            .program(
                try LogEnum.value(failure, "trouble.failure"),
                by: try LogCheck.node(hasRobot, robot, "trouble.robot"), lastWords)
        case .deadline: .deadline
        case .cancelled: .cancelled
        case .storage: .storage
        case .unspecified, .UNRECOGNIZED: throw .unknown("trouble.job")
        }
    }
}
