import SkeinCodec
import SkeinPeer
import SkeinSeal
import SkeinWire

/// Values about work for registered kernels, of every kind.
extension Samples {
    mutating func object() -> ObjectID {
        guard let object = ObjectID(hash: bytes(ObjectID.byteCount)) else { preconditionFailure("a hash of 32 bytes") }
        return object
    }

    mutating func kernel() -> KernelName {
        let names = ["a", "blur", "0", "a.b-c_d", String(repeating: "x", count: KernelName.nameBytesMax)]
        guard let kernel = KernelName(name: one(of: names), version: UInt16(truncatingIfNeeded: word())) else {
            preconditionFailure("a kernel's name")
        }
        return kernel
    }

    mutating func words() -> String { one(of: ["", "no such picture", "Käfer", "line\nline"]) }

    mutating func unitID() -> JobUnitID {
        JobUnitID(job: task(), unit: UInt16(truncatingIfNeeded: word()), attempt: u8())
    }

    mutating func jobOrder() -> JobOrder {
        JobOrder(
            key: key(), kernel: kernel(),
            units: (0..<below(5)).map { _ in
                JobOrder.Unit(
                    inputs: (0..<below(4)).map { _ in
                        flag() ? .output(of: below(300)) : .object(object(), bytes: below(1 << 26))
                    })
            }, cost: span(), span: span(), isDurable: flag(), isHedged: flag())
    }

    mutating func streamOrder() -> StreamOrder {
        StreamOrder(
            key: key(), kernel: kernel(), cost: span(), period: span(), unitSpan: span(), isHedged: flag())
    }

    mutating func jobCommands() -> [JobCommand] {
        [
            .give(
                ObjectPiece(object: object(), objectBytes: below(1 << 26), index: below(2_000), bytes: bytes(below(90)))
            ),
            .fetch(object(), piece: below(2_000)), .submit(jobOrder()), .state(key()), .list, .cancel(key()),
            .forget(key()),
            .plan(kernel(), inputBytes: below(1 << 26), cost: span(), span: span()),
            .explain(key(), from: below(10_000)), .kernels, .open(streamOrder()),
            .feed(key(), number: u32(), bytes(below(90))), .close(key()),
        ]
    }

    mutating func jobRefusals() -> [JobRefusal] {
        [
            .units(count: below(600)), .inputs(unit: below(256)), .noObject(unit: below(256)), .span(span()),
            .cost(span()), .period(span()), .otherOrder, .unknownKey, .tooManyOpen, .storeFull, .disk, .windowFull,
            .stillOpen, .left, .piece,
        ]
    }

    mutating func troubles() -> [JobTrouble] {
        [
            .dependency(unit: below(256)), .noLeader, .noHelper, .noReceipt,
            .refused(one(of: JobReceipt.Verdict.allCases)), .noResult, .resultLost,
            .program(one(of: JobFailure.allCases), by: node(), words()), .deadline, .cancelled, .storage,
        ]
    }

    mutating func jobReport() -> JobReport {
        let troubles = troubles()
        return JobReport(
            units: (0..<below(6)).map { _ in
                flag()
                    ? .missing(one(of: troubles))
                    : .done(
                        JobReport.Output(
                            object: object(), bytes: below(1 << 26), computedBy: node(), queued: span(),
                            computed: span(), wasKnown: flag()))
            }, took: span())
    }

    mutating func jobStates() -> [JobState] {
        [
            .unknown, .accepted, .running(done: below(256), atWork: below(256), of: below(256)), .ended(jobReport()),
        ]
    }

    mutating func notes() -> [PlacementNote] {
        let whats: [PlacementNote.What] = [
            .ready, .known, .asked(leader: node()), .matched(leader: node(), helpers: below(9)),
            .offered(node(), remote: span(), local: flag() ? span() : nil), .hedged(node()),
            .accepted(node(), expected: span()), .refused(node(), one(of: JobReceipt.Verdict.allCases)),
            .silent(node()),
            .kept(local: span(), remote: flag() ? span() : nil), .computed(node()),
            .fetched(bytes: below(1 << 26), from: node()), .failed(node(), one(of: JobFailure.allCases)),
            .cancelled(node()), .expired,
        ]
        return whats.map { PlacementNote(unit: below(256), at: span(), what: $0) }
    }

    mutating func offer() -> KernelOffer { KernelOffer(name: kernel(), isDeterministic: flag(), cost: span()) }

    mutating func jobPlan() -> JobPlan {
        JobPlan(
            choices: (0..<below(5)).map { _ in
                JobPlan.Choice(
                    robot: node(), finish: flag() ? span() : nil, transfer: span(), compute: span(),
                    idlePercent: double(), offersKernel: flag())
            }, leader: node())
    }

    mutating func jobReplies() -> [JobReply] {
        let pieces = bytes(below(90))
        var replies: [JobReply] = [
            .given(object(), pieces: below(2_000)), .piece(object(), index: below(2_000), nil),
            .piece(object(), index: below(2_000), pieces), .accepted(key()), .ended(key(), jobReport()),
            .keys((0..<below(20)).map { _ in key() }), .forgotten(key()), .plan(jobPlan()),
            .notes(key(), nil, of: 0), .notes(key(), notes(), of: below(10_000)),
            .kernels(
                (0..<below(4)).map { _ in
                    KernelAccount(
                        name: kernel(), here: flag() ? offer() : nil, robots: (0..<below(5)).map { _ in node() })
                }),
            .streamed(key(), number: u32(), .done(bytes(below(90)), by: node(), took: span())),
        ]
        for refusal in jobRefusals() { replies += [.refused(key(), refusal), .objectRefused(object(), refusal)] }
        for state in jobStates() { replies.append(.state(key(), state)) }
        for trouble in troubles() { replies.append(.streamed(key(), number: u32(), .missing(trouble))) }
        return replies
    }

    mutating func jobEvents() -> [JobEvent] {
        let unit = UInt16(truncatingIfNeeded: word())
        return [
            .started(key(), job: u32(), units: below(256)), .ended(key(), missing: below(256)),
            .offered(job: u32(), unit: unit, attempt: u8(), helper: node(), isHedge: flag()),
            .done(job: u32(), unit: unit, by: node()),
            .failed(job: u32(), unit: unit, by: node(), one(of: JobFailure.allCases)),
            .refused(unitID(), one(of: JobReceipt.Verdict.allCases)),
            .objectReceived(object(), bytes: below(1 << 26), from: node()), .objectLost(object(), from: node()),
        ]
    }

    mutating func programOutcomes() -> [ComputationOutcome] {
        let output = bytes(below(200))
        let results: [ProgramOutcome.Result] = [
            .done(object(), ObjectBytes(output)), .done(object(), ObjectBytes()),
            .failed(one(of: JobFailure.allCases), words()),
        ]
        return results.map { .program(ProgramOutcome(result: $0, queued: span(), computed: span())) }
    }
}
