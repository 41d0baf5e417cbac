import SkeinPeer
import SkeinWire

/// Why a kernel cannot be computed here now.
package enum KernelObstacle: Hashable, Sendable, CustomStringConvertible {
    /// It is being found out whether this machine can confine programs.
    case untried
    case noBubblewrap
    /// bwrap is there, but what it needs is not: its own words.
    case noNamespaces(String)
    case noFolder(String)
    case noProgram(String)
    /// Processes started ahead ended before they had any unit, so often in a row; how the last one did.
    case endsAtOnce(times: Int, ProgramFailure)

    package var description: String {
        switch self {
        case .untried: "not tried yet"
        case .noBubblewrap: "bwrap is not there: install bubblewrap"
        case .noNamespaces(let reason): "programs cannot be confined here: \(reason)"
        case .noFolder(let folder): "its folder \(folder) is not there, or may not be entered"
        case .noProgram(let program): "its program \(program) is not there, or may not be executed"
        case .endsAtOnce(let times, let failure):
            "its program ended without waiting for input, \(times) times in a row; \(failure)"
        }
    }

    /// What it means for a unit that comes all the same; nil: it is tried.
    var failure: ProgramFailure? {
        switch self {
        case .untried, .endsAtOnce: nil
        case .noBubblewrap: .noBox("bwrap is not there")
        case .noNamespaces(let reason): .noBox(reason)
        case .noFolder(let folder): .notThere(folder)
        case .noProgram(let program): .notThere(program)
        }
    }
}

/// A registered kernel, and whether it can be computed here now.
package struct RegisteredKernel: Hashable, Sendable {
    package var spec: KernelSpec
    /// Nil: it can.
    package var obstacle: KernelObstacle?
}
