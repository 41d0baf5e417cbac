import SkeinFiles
import SkeinPeer
import SkeinTasks
import SkeinWire

/// A task for a built-in kernel, from its inputs to its results.
struct OrderRun {
    let kernel: Kernel
    let inputs: [String]
    let key: TaskKey
    let deadlineSeconds: Double
    let isDurable: Bool
    let isDetached: Bool

    func run(_ socket: SocketOption) throws {
        var parts: [[UInt8]] = []
        for file in inputs { parts.append(try InputFile.bytes(of: file)) }
        let order = TaskOrder(
            key: key, kernel: kernel, inputs: parts, span: .fromSeconds(deadlineSeconds), isDurable: isDurable)
        let talk = try socket.connect()
        try Tool.run {
            let names = try talk.names()
            let ticket = try talk.send(.submit(order))
            let patience = Int(deadlineSeconds) + 10
            while let reply = try talk.awaitReply(ticket, seconds: patience) {
                switch reply {
                case .taskAccepted:
                    Console.say("accepted")
                    if isDetached { return }
                case .taskRefused(_, let refusal):
                    Console.say("refused: \(reason(refusal))")
                    throw Exit.failed
                case .taskEnded(_, let report): return try deliver(report, names)
                default: throw TalkError.noSense(talk.path)
                }
            }
            throw TalkError.noAnswer(talk.path, seconds: patience)
        }
    }

    private func reason(_ refusal: TaskRefusal) -> String {
        switch refusal {
        case .input(let part):
            "\(inputs[part]): not an input of \(kernel), or longer than its \(Kernel.inputBytesMax) bytes"
        case .otherOrder: "another task has the key \(key.number); choose another, or forget that one"
        case .tooManyOpen, .full: "too many tasks are open here; wait for one to end, or forget one"
        case .forgetting: "the task \(key.number) is being forgotten; try again"
        case .stillOpen, .left, .parts, .span: "\(refusal)"
        }
    }

    private func deliver(_ report: TaskReport, _ names: FleetNames) throws {
        for (part, outcome) in report.parts.enumerated() {
            switch outcome {
            case .done(let result):
                try JobOutputs.save(result.output, to: inputs[part] + ".result", key: key)
                let milliseconds = (result.computed.inSeconds * 1e3).rounded(to: 1)
                Console.print("part \(part): done by \(names.name(result.computedBy)), \(milliseconds) ms")
            case .missing(let trouble): Console.print("part \(part): not done, \(trouble)")
            }
        }
        guard report.missing > 0 else { return }
        throw report.missing == report.parts.count ? Exit.failed : Exit.partial
    }
}
