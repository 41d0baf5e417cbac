import SkeinWire

/// A kernel of the user's own as one robot has registered it: a program that reads one unit from its standard input until
/// it ends and writes the result to its standard output. Robots that register the same name and version promise the same
/// function; how each of them runs it is its own affair. docs/kernels.md says what a program must keep to.
package struct KernelSpec: Hashable, Sendable {
    /// What stands between the program and the robot.
    package enum Confinement: String, CaseIterable, Sendable {
        /// Namespaces of its own: no network, no other processes, a read-only system (bwrap(1)).
        case bubblewrap
        /// The daemon's user and all that user may do; limits hold.
        case none
    }

    /// A variable of the program's environment.
    package struct Variable: Hashable, Sendable {
        package var name: String
        package var value: String
        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    package static let kernelsMax = 64
    package static let wordsMax = 64
    package static let foldersMax = 32
    package static let variablesMax = 64
    package static let warmMax = 8

    package var name: KernelName
    /// Program and arguments. A program with a slash is a path, which counts from `folder`; without one it is looked for
    /// where the system keeps programs.
    package var command: [String]
    /// Absolute: where the program works, and what it sees of the robot's files beside the system.
    package var folder: String
    /// Absolute: more that it may read.
    package var folders: [String] = []
    package var environment: [Variable] = []
    /// Equal inputs have equal results, byte for byte: they may be kept.
    package var isDeterministic = false
    /// Processor time of one unit on a whole core: what requests reckon with.
    package var cost: Duration = .seconds(1)
    /// Each input is preceded by its length.
    package var isFramed = false
    package var confinement = Confinement.bubblewrap
    /// Address space of each process; /tmp and /dev/shm hold half of it each.
    package var memoryMiB = 256
    /// Nil: the deadline is limit enough.
    package var processorTimeMax: Duration?
    /// From input to exit, however late the unit's own deadline is.
    package var spanMax: Duration = .seconds(60)
    /// Units at once; nil: as many as the robot computes at once.
    package var processes: Int?
    /// Processes and threads of one unit.
    package var threadsMax = 64
    package var outputMiB = 64
    /// Processes started ahead.
    package var warm = 1

    package init(name: KernelName, command: [String], folder: String) {
        precondition(!command.isEmpty, "\(name) has no command")
        self.name = name
        self.command = command
        self.folder = folder
    }

    package var outputBytesMax: Int { min(outputMiB << 20, ObjectBytes.countMax) }

    /// What the program reads: its inputs one after the other, each behind its length (big-endian u32) where it is framed.
    /// Nil: more than an object holds.
    package func input(of parts: [ObjectBytes]) -> ObjectBytes? {
        let lengths = isFramed ? 4 * parts.count : 0
        guard parts.reduce(lengths, { $0 + $1.count }) <= ObjectBytes.countMax else { return nil }
        if !isFramed, parts.count == 1 { return parts[0] }
        var input = ObjectBytes()
        for part in parts {
            if isFramed {
                var length = ByteWriter(capacity: 4)
                length.u32(UInt32(part.count))
                input.append(length.bytes[...])
            }
            for piece in part.pieces { input.append(piece[...]) }
        }
        return input
    }
}
