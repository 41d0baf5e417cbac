import SkeinWire

// Random and largest messages about sessions, clocks and jobs.
extension MessageMaker {
    mutating func work(_ kind: MessageKind, _ length: Length) -> Message {
        switch kind {
        case .session:
            .session(Handshake(half: random.bytes(max(1, length(Handshake.bytesMax, &random)))))
        case .clockQuestion: .clockQuestion(ClockQuestion(number: u32()))
        case .clockAnswer: .clockAnswer(clockAnswer())
        case .question: .question(question(length))
        case .answer: .answer(answer(length))
        case .jobUnit: .jobUnit(jobUnit(length))
        case .jobReceipt:
            .jobReceipt(
                JobReceipt(
                    id: jobUnitID(), verdict: JobReceipt.Verdict.allCases[below(JobReceipt.Verdict.allCases.count)],
                    expectedMilliseconds: u32()))
        case .jobResult: .jobResult(jobResult(length))
        case .jobCancel: .jobCancel(JobCancel(id: jobUnitID()))
        case .jobLease:
            .jobLease(
                JobLease(
                    job: task(), attempt: u8(), kernel: kernel(length), costMilliseconds: u32(),
                    periodMilliseconds: max(1, u32()), spanMilliseconds: u32()))
        case .beacon, .hello, .linkReport, .plan, .mission, .sighting, .request, .claim, .claimReply, .match, .unit,
            .unitReceipt, .result, .fixes, .routeRequest, .routeReply, .echo, .introduction, .trustSummary,
            .trustGossip, .stopNotice, .stopReceipt:
            preconditionFailure("\(kind) is made elsewhere")
        }
    }

    mutating func kernel(_ length: Length) -> KernelName {
        let letters = Array("abcxyz019-_.")
        let count = max(1, length(KernelName.nameBytesMax, &random))
        let name = "k" + String((1..<count).map { _ in letters[below(letters.count)] })
        guard let kernel = KernelName(name: name, version: u16()) else { preconditionFailure("no name: \(name)") }
        return kernel
    }

    mutating func kernelWork(_ length: Length) -> KernelWork? {
        guard length.isLargest || below(4) == 0 else { return nil }
        return KernelWork(kernelTag: u64() | 1, costMilliseconds: u32(), deadlineMilliseconds: u32())
    }

    private mutating func clockAnswer() -> ClockAnswer {
        let received = Int64(bitPattern: u64()) % (ClockAnswer.nanosecondsMax / 2)
        return ClockAnswer(
            number: u32(), root: robot(), term: serial(), hops: u8(), receivedNanoseconds: received,
            sentNanoseconds: received + Int64(u32()), boundNanoseconds: u64() % UInt64(ClockAnswer.nanosecondsMax))
    }

    private mutating func jobUnitID() -> JobUnitID { JobUnitID(job: task(), unit: u16(), attempt: u8()) }

    mutating func object() -> ObjectID {
        guard let id = ObjectID(hash: random.bytes(ObjectID.byteCount)) else { preconditionFailure("no hash") }
        return id
    }

    private mutating func objectBytes() -> UInt32 { UInt32(below(ObjectBytes.countMax + 1)) }

    /// The largest fills the inputs' room to the last byte.
    private mutating func jobUnit(_ length: Length) -> JobUnit {
        var inputs: [JobInput] = []
        if length.isLargest {
            inputs = [.inline(random.bytes(JobInput.inlineBytesMax))]
            let left = JobUnit.inputBytesMax - JobInput.inlineBytesMax - 3
            inputs.append(.inline(random.bytes(left - 3)))
        } else {
            for _ in 0..<below(JobUnit.inputsMax + 1) {
                let next: JobInput =
                    flag()
                    ? .object(object(), bytes: objectBytes(), holder: robot()) : .inline(random.bytes(below(200)))
                if JobUnit.fits(inputs + [next]) { inputs.append(next) }
            }
        }
        return JobUnit(
            id: jobUnitID(), isLeased: flag(), kernel: kernel(length), costMilliseconds: u32(),
            deadlineMilliseconds: u32(), inputs: inputs)
    }

    private mutating func jobResult(_ length: Length) -> JobResult {
        let outcome: JobResult.Outcome
        switch length.isLargest ? 0 : below(3) {
        case 0: outcome = .inline(random.bytes(length(JobResult.inlineBytesMax, &random)))
        case 1: outcome = .object(object(), bytes: objectBytes())
        default:
            outcome = .failed(
                JobFailure.allCases[below(JobFailure.allCases.count)],
                String(repeating: "x", count: below(JobResult.textBytesMax + 1)))
        }
        return JobResult(
            id: jobUnitID(), outcome: outcome, isDeterministic: flag(), wasKnown: flag(), queueMilliseconds: u32(),
            computeMilliseconds: u32())
    }
}
