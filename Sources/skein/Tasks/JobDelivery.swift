import ArgumentParser
import SkeinPeer
import SkeinWire

/// Outputs of an ended task on their way to files.
struct JobDelivery {
    let talk: Talk
    let key: TaskKey
    /// Outputs that other units needed may have stayed at a helper.
    var skipsAbsent = false

    /// Where each went, by unit; and how many were not here.
    func write(_ report: JobReport, _ outputs: JobOutputs) throws -> (files: [Int: String], absent: Int) {
        var files: [Int: String] = [:]
        var absent = 0
        for unit in outputs.units {
            guard report.units.indices.contains(unit), case .done(let output) = report.units[unit] else { continue }
            Console.progress("task \(key.number): fetching the output of unit \(unit), \(output.bytes) bytes")
            guard let bytes = try ObjectTalk(talk: talk).fetch(output.object, bytes: output.bytes) else {
                Console.progress("")
                if skipsAbsent {
                    Console.say("the output of unit \(unit) is not at this robot")
                    absent += 1
                    continue
                }
                throw TaskFailure(
                    "the output of unit \(unit) is not at this robot any more; skein task forget \(key.number), and run "
                        + "the task again", Exit.failed)
            }
            if let file = try outputs.write(bytes, of: unit, key: key) { files[unit] = file }
        }
        Console.progress("")
        return (files, absent)
    }
}
