import SkeinPeer
import SkeinWire

extension Skein_Event {
    mutating func set(_ job: JobEvent) {
        switch job {
        case .started(let key, let job, let units):
            kind = .jobStarted
            self.key = key.number
            task = job
            count = UInt32(clamping: units)
        case .ended(let key, let missing):
            kind = .jobEnded
            self.key = key.number
            self.missing = UInt32(clamping: missing)
        case .offered(let job, let unit, let attempt, let helper, let isHedge):
            kind = .jobUnitOffered
            task = job
            self.unit = UInt32(unit)
            self.attempt = UInt32(attempt)
            set(robot: helper)
            hedge = isHedge
        case .done(let job, let unit, let by):
            kind = .jobUnitDone
            task = job
            self.unit = UInt32(unit)
            set(robot: by)
        case .failed(let job, let unit, let by, let failure):
            kind = .jobUnitFailed
            task = job
            self.unit = UInt32(unit)
            set(robot: by)
            jobFailure = LogEnum.number(failure)
        case .refused(let id, let verdict):
            kind = .jobUnitRefused
            set(robot: id.job.requester)
            task = id.job.number
            unit = UInt32(id.unit)
            attempt = UInt32(id.attempt)
            jobVerdict = LogEnum.number(verdict)
        case .objectReceived(let object, let bytes, let from):
            kind = .objectReceived
            self.object = object.data
            objectBytes = UInt64(clamping: bytes)
            set(robot: from)
        case .objectLost(let object, let from):
            kind = .objectLost
            self.object = object.data
            set(robot: from)
        }
    }

    func jobEvent() throws(LogFault) -> JobEvent {
        switch kind {
        case .jobStarted: return .started(TaskKey(key), job: task, units: Int(count))
        case .jobEnded: return .ended(TaskKey(key), missing: Int(missing))
        case .jobUnitOffered:
            return .offered(
                job: task, unit: try unitNumber(), attempt: try LogCheck.fitting(attempt, "attempt"),
                helper: try node(), isHedge: hedge)
        case .jobUnitDone: return .done(job: task, unit: try unitNumber(), by: try node())
        case .jobUnitFailed:
            return .failed(
                job: task, unit: try unitNumber(), by: try node(), try LogEnum.value(jobFailure, "job_failure"))
        case .jobUnitRefused:
            let id = JobUnitID(
                job: TaskID(requester: try node(), number: task), unit: try unitNumber(),
                attempt: try LogCheck.fitting(attempt, "attempt"))
            return .refused(id, try LogEnum.value(jobVerdict, "job_verdict"))
        case .objectReceived:
            return .objectReceived(
                try objectID(), bytes: try LogCheck.count(objectBytes, "object_bytes"), from: try node())
        case .objectLost: return .objectLost(try objectID(), from: try node())
        default: throw .unknown("kind")
        }
    }

    private func unitNumber() throws(LogFault) -> UInt16 { try LogCheck.fitting(unit, "unit") }

    private func objectID() throws(LogFault) -> ObjectID { try ObjectID(object, "object") }
}
