import SkeinFiles

/// What a member of the load test prints at its end: one line of JSON.
package struct MemberLine: Hashable, Sendable {
    package var statusSent: Int
    package var statusReceived: Int
    package var taskSent: Int
    package var taskReceived: Int
    package var resultReceived: Int
    /// Of all its threads, user's and kernel's.
    package var processorSeconds: Double
    /// The most memory it has had resident.
    package var residentKilobytes: Int

    package init(_ tally: LoadTally, processorSeconds: Double, residentKilobytes: Int) {
        statusSent = tally.statusSent
        statusReceived = tally.statusNanoseconds.count
        taskSent = tally.taskSent
        taskReceived = tally.taskNanoseconds.count
        resultReceived = tally.resultNanoseconds.count
        self.processorSeconds = processorSeconds
        self.residentKilobytes = residentKilobytes
    }

    private static let keys = [
        "status_tx", "status_rx", "task_tx", "task_rx", "result_rx", "cpu_s", "hwm_kb",
    ]

    package var text: String {
        let values = [
            "\(statusSent)", "\(statusReceived)", "\(taskSent)", "\(taskReceived)", "\(resultReceived)",
            "\(processorSeconds)", "\(residentKilobytes)",
        ]
        return "{" + zip(Self.keys, values).map { "\"\($0)\": \($1)" }.joined(separator: ", ") + "}"
    }

    /// Nil: not such a line.
    package init?(_ text: String) {
        guard let value = try? JSONReader.read(text, file: "member"), case .object(let members) = value else {
            return nil
        }
        let numbers = Self.keys.map { key in members.first { $0.key == key }.flatMap { Self.number($0.value) } }
        guard numbers.allSatisfy({ $0.map { $0 >= 0 && $0 < 1e15 } ?? false }) else { return nil }
        let found = numbers.compactMap(\.self)
        statusSent = Int(found[0])
        statusReceived = Int(found[1])
        taskSent = Int(found[2])
        taskReceived = Int(found[3])
        resultReceived = Int(found[4])
        processorSeconds = found[5]
        residentKilobytes = Int(found[6])
    }

    private static func number(_ value: JSONValue) -> Double? {
        switch value {
        case .integer(let number): Double(number)
        case .number(let number): number
        case .null, .bool, .string, .array, .object: nil
        }
    }
}
