import SkeinPeer
import SkeinWire

/// What operators have asked for in a world and been told, and whether it is right: every job that was accepted ends, once for each who
/// waits, with the outputs that its kernel makes.
package struct WorkBook: Sendable {
    package struct Entry: Sendable {
        package let robot: Int
        package let order: JobOrder
        let inputs: [[UInt8]]
        let outputs: [ObjectID]
        package internal(set) var isAccepted = false
        package internal(set) var refusal: JobRefusal?
        package internal(set) var report: JobReport?
        /// Of the robot that it was submitted to last.
        var epoch: UInt32 = 0
        var submissions = 0
        var ends = 0
    }

    package private(set) var entries: [Entry] = []
    /// Breaches, in words.
    package private(set) var faults: [String] = []

    init(_ config: WorkConfig, seed: UInt64) {
        var dice = Dice(seed: seed, stream: .work)
        for (number, order) in config.orders.enumerated() {
            var units: [JobOrder.Unit] = []
            var inputs: [[UInt8]] = []
            var outputs: [[UInt8]] = []
            for unit in 0..<order.units {
                let bytes = (0..<(1 + dice.below(config.inputBytesMax))).map { _ in
                    UInt8(truncatingIfNeeded: dice.word())
                }
                inputs.append(bytes)
                var read = [bytes]
                var names: [JobOrder.Input] = [.object(ObjectID(of: bytes), bytes: bytes.count)]
                if unit > 0, dice.below(3) == 0 {
                    let other = dice.below(unit)
                    names.append(.output(of: other))
                    read.append(outputs[other])
                }
                units.append(JobOrder.Unit(inputs: names))
                outputs.append(config.mix(read))
            }
            let job = JobOrder(
                key: TaskKey(UInt64(number + 1)), kernel: WorkConfig.kernel, units: units, cost: config.cost,
                span: order.span, isDurable: order.isDurable, isHedged: order.isHedged)
            entries.append(
                Entry(robot: order.robot, order: job, inputs: inputs, outputs: outputs.map { ObjectID(of: $0) }))
        }
    }

    /// The commands by which an operator submits it, and the ticket of the last of them.
    mutating func submit(_ number: Int, epoch: UInt32) -> (commands: [JobCommand], ticket: UInt32) {
        entries[number].epoch = epoch
        entries[number].submissions += 1
        let entry = entries[number]
        let gifts = entry.inputs.map { bytes in
            JobCommand.give(
                ObjectPiece(object: ObjectID(of: bytes), objectBytes: bytes.count, index: 0, bytes: bytes))
        }
        return (gifts + [.submit(entry.order)], UInt32(entry.submissions << 16 | number + 1))
    }

    /// Those whose robot has started anew before they were told their end: operators ask again.
    func orphans(of robot: Int, epoch: UInt32) -> [Int] {
        entries.indices.filter { number in
            let entry = entries[number]
            return entry.robot == robot && entry.submissions > 0 && entry.epoch != epoch && entry.report == nil
        }
    }

    mutating func hear(_ reply: JobReply, ticket: UInt32) {
        let number = Int(ticket & 0xFFFF) - 1
        guard entries.indices.contains(number) else { return }
        switch reply {
        case .accepted: entries[number].isAccepted = true
        case .refused(_, let refusal): entries[number].refusal = refusal
        case .ended(_, let report): end(number, report, isOfSubmission: ticket >> 16 != 0)
        case .given(let object, let pieces):
            if pieces != 1 { faults.append("\(object) was given \(pieces) pieces") }
        case .objectRefused(let object, let refusal): faults.append("\(object) was refused: \(refusal)")
        case .piece, .state, .keys, .forgotten, .plan, .notes, .kernels, .streamed: break
        }
    }

    private mutating func end(_ number: Int, _ report: JobReport, isOfSubmission: Bool) {
        let entry = entries[number]
        if let known = entry.report, known != report, !entry.order.isDurable || entry.epoch > 0 {
            if known.units != report.units { faults.append("\(entry.order.key) has ended in two ways") }
        }
        if isOfSubmission { entries[number].ends += 1 }
        if entries[number].ends > entry.submissions { faults.append("\(entry.order.key) has ended twice") }
        entries[number].report = report
        guard report.units.count == entry.outputs.count else {
            return faults.append("\(entry.order.key) has \(report.units.count) units")
        }
        for case (let place, .done(let output)) in report.units.enumerated() where output.object != entry.outputs[place]
        {
            faults.append("\(entry.order.key) unit \(place) is wrong, by \(output.computedBy)")
        }
    }

    package var doneUnits: Int {
        entries.reduce(0) { sum, entry in
            sum
                + (entry.report?.units.count { unit in
                    if case .done = unit { return true }
                    return false
                } ?? 0)
        }
    }

    package var missingUnits: Int { entries.reduce(0) { $0 + ($1.report?.units.count ?? 0) } - doneUnits }

    var isOver: Bool { entries.allSatisfy { $0.report != nil || $0.refusal != nil } }

    mutating func close(open: [String]) { faults += open }
}
