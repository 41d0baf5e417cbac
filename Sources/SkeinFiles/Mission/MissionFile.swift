import SkeinPeer
import SkeinTasks

/// A mission file read: the plan it describes, or everything that is wrong with it (docs/missions.md).
package struct MissionFile {
    package let path: String
    /// Nil: something is wrong.
    package private(set) var plan: MissionPlan?
    /// In the file's order.
    package private(set) var faults: [FileError] = []

    package static func read(_ path: String) -> MissionFile {
        do throws(FileError) {
            return MissionFile(text: try InputFile.text(of: path), path: path)
        } catch { return MissionFile(path: path, fault: error) }
    }

    private init(path: String, fault: FileError) {
        self.path = path
        faults = [fault]
    }

    package init(text: String, path: String) {
        self.path = path
        do throws(FileError) {
            var reading = MissionReading(top: try TomlFile.unchecked(text: text, path: path))
            let plan = reading.plan()
            faults = reading.faults
            guard faults.isEmpty else {
                sort()
                return
            }
            if let reason = plan.invalidity {
                faults = [FileError(file: path, message: "the mission cannot be flown: \(reason)")]
            } else {
                check(plan)
            }
        } catch { faults = [error] }
    }

    /// What only its bytes tell.
    private mutating func check(_ plan: MissionPlan) {
        let count = MissionPlanBytes.bytes(of: plan).count
        guard count <= Self.planBytesMax else {
            faults = [
                FileError(
                    file: path,
                    message: "\(count) bytes when compiled, at most \(Self.planBytesMax) travel: fewer corners")
            ]
            return
        }
        self.plan = plan
    }

    /// Of an order's bound, what a signature leaves.
    package static let planBytesMax = 31_000

    private mutating func sort() {
        func place(_ error: FileError) -> (Int, Int) { (error.position?.line ?? 0, error.position?.column ?? 0) }
        faults = faults.enumerated().sorted {
            (place($0.element).0, place($0.element).1, $0.offset) < (
                place($1.element).0, place($1.element).1, $1.offset
            )
        }.map(\.element)
    }

    /// A file that another one names: from the folder that one lies in.
    package static func path(of file: String, besides path: String) -> String {
        guard !file.hasPrefix("/"), let slash = path.lastIndex(of: "/") else { return file }
        return path[...slash] + file
    }
}
