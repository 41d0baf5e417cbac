import SkeinWire

// Random questions and answers.
extension MessageMaker {
    /// The largest is of the largest sort.
    mutating func question(_ length: Length) -> Question {
        let robot = robot()
        let bytes = Question.bytesMin + UInt32(below(Int(Question.bytesMax - Question.bytesMin) + 1))
        let milliseconds = 1 + UInt32(below(Int(Question.millisecondsMax)))
        let subject: Question.Subject =
            switch length.isLargest ? 3 : below(5) {
            case 0: .way(to: robot)
            case 1: .echo(of: robot)
            case 2: .speed(to: robot, bytes: bytes, milliseconds: milliseconds)
            case 3: .take(object(), bytes: bytes, from: robot, milliseconds: milliseconds)
            default: .enough(u64())
            }
        return Question(number: u64(), subject: subject)
    }

    mutating func answer(_ length: Length) -> Answer {
        let body: Answer.Body =
            switch length.isLargest ? 2 : below(6) {
            case 0: .way(way())
            case 1: .echoed(hops: u8(), roundTripMicroseconds: u32())
            case 2: .giving(object(), sent: u32(), repeated: u32(), allottedKilobits: u32())
            case 3: .took(waitedMicroseconds: u32(), tookMicroseconds: u32())
            case 4: .atWork
            default: .refused(Answer.Refusal.allCases[below(Answer.Refusal.allCases.count)])
            }
        return Answer(number: u64(), body: body)
    }

    private mutating func way() -> Answer.Way {
        let rules = [.none, .itself] + HopRule.allCases.map { Answer.Way.Rule.hop($0) }
        let rule = rules[below(rules.count)]
        return Answer.Way(
            next: rule.hasNext ? robot() : .none, rule: rule, band: flag() ? .data : .control, hops: u8(),
            basis: LinkBasis.allCases[below(LinkBasis.allCases.count)],
            power: PowerField(hundredthsDBm: Int16(bitPattern: u16())), efficiency: EfficiencyField(thousandths: u16()),
            roundTripMicroseconds: flag() ? u32() % .max : nil)
    }
}
