import CSkeinLinux
import Glibc
import SkeinPeer
import SkeinWire

/// One process of a kernel: started, fed, listened to and reaped without ever waiting for it.
///
///     started ──▶ waits for input (warm) ──▶ has input ──▶ ended
///
/// A program that does not read holds up nobody: what its pipe does not take waits here. Nor does one that writes while it
/// still has input: its output is taken whenever there is some, up to the bound. It belongs to the thread that started it,
/// and ends with that thread.
final class BoxProcess {
    /// What its descriptors are called in a `Reactor.Token`'s index, beside its serial number.
    enum Stream: UInt32 {
        case exit, input, output, errors
    }

    /// Taken at once from one stream, so that a torrent does not hold up the others.
    private static let readBytesMax = 256 << 10
    /// A program needs a few dozen; servers' thousands it does not.
    private static let filesMax: UInt64 = 256

    let serial: UInt32
    let spec: KernelSpec
    let process: pid_t
    private let reactor: Reactor
    private let area: UInt32
    private let exit: Descriptor
    private let report: Descriptor
    private var input: Descriptor?
    private var output: Descriptor?
    private var errors: Descriptor?
    private var isInputWatched = false
    private var toWrite = ObjectBytes()
    private var piece = 0
    private var offset = 0
    private(set) var written = ObjectBytes()
    private(set) var isOutputTooLarge = false
    private var words = LastWords()

    /// Nil: its program is not there any more.
    init?(_ command: BoxCommand, serial: UInt32, reactor: Reactor, area: UInt32) throws(SystemError) {
        guard let line = command.words else { return nil }
        self.serial = serial
        spec = command.spec
        self.reactor = reactor
        self.area = area
        let subject = "\(command.spec.name)"
        let inputPipe = try Self.pipe(subject)
        let outputPipe = try Self.pipe(subject)
        let errorPipe = try Self.pipe(subject)
        let reportPipe = try Self.pipe(subject)
        process = try Self.start(
            command, line, [inputPipe.read, outputPipe.write, errorPipe.write, reportPipe.write])
        do throws(SystemError) {
            exit = try Descriptor(skein_open_process(process), from: "pidfd_open", subject)
        } catch {
            // Nothing could tell when it ends; so it ends now.
            Self.endNow(process)
            throw error
        }
        report = reportPipe.read
        input = inputPipe.write
        output = outputPipe.read
        errors = errorPipe.read
        for descriptor in [inputPipe.write, outputPipe.read, errorPipe.read, report] {
            _ = descriptor.use { fcntl($0, F_SETFL, O_NONBLOCK) }
        }
        do throws(SystemError) {
            try reactor.add(exit, token(.exit), for: .reading)
            try reactor.add(outputPipe.read, token(.output), for: .reading)
            try reactor.add(errorPipe.read, token(.errors), for: .reading)
        } catch {
            Self.endNow(process)
            throw error
        }
    }

    /// Killed, it ends before anybody notices the wait.
    private static func endNow(_ process: pid_t) {
        Glibc.kill(-process, SIGKILL)
        Glibc.kill(process, SIGKILL)
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
    }

    private func token(_ stream: Stream) -> Reactor.Token {
        Reactor.Token(area: area, index: serial << 2 | stream.rawValue)
    }

    private static func pipe(_ subject: String) throws(SystemError) -> (read: Descriptor, write: Descriptor) {
        var ends: [Int32] = [-1, -1]
        guard skein_make_pipe(&ends) == 0 else { throw SystemError("pipe2", subject) }
        return (try Descriptor(ends[0], from: "pipe2", subject), try Descriptor(ends[1], from: "pipe2", subject))
    }

    private static func start(
        _ command: BoxCommand, _ words: [String], _ ends: [Descriptor]
    ) throws(SystemError) -> pid_t {
        var arguments = words.map { strdup($0) } + [nil]
        var environment = command.environment.map { strdup($0) } + [nil]
        defer { for text in arguments + environment { free(text) } }
        let spec = command.spec
        let started = words[0].withCString { path in
            // bwrap changes into the folder itself, as the box has it.
            (command.isConfined ? "/" : spec.folder).withCString { folder in
                arguments.withUnsafeMutableBufferPointer { arguments in
                    environment.withUnsafeMutableBufferPointer { environment in
                        var program = skein_program()
                        program.path = path
                        program.folder = folder
                        program.arguments = UnsafePointer(arguments.baseAddress)
                        program.environment = UnsafePointer(environment.baseAddress)
                        program.input = ends[0].number
                        program.output = ends[1].number
                        program.errors = ends[2].number
                        program.report = ends[3].number
                        program.changes_user = command.isConfined && geteuid() == 0 ? 1 : 0
                        program.user = BoxCommand.nobody
                        program.group = BoxCommand.nobody
                        program.memory_bytes_max = UInt64(spec.memoryMiB) << 20
                        program.file_bytes_max = UInt64(command.scratchBytes)
                        program.processor_seconds_max = UInt64(spec.processorTimeMax?.inSeconds.rounded(.up) ?? 0)
                        program.files_max = filesMax
                        return skein_start_program(&program)
                    }
                }
            }
        }
        let number = errno
        withExtendedLifetime(ends) {}
        guard started > 0 else { throw SystemError("fork", words[0], number: number) }
        return started
    }

    // MARK: - Its streams

    /// The unit. Its end is told by closing the pipe.
    func feed(_ bytes: ObjectBytes) {
        precondition(input != nil && toWrite.count == 0, "a second input for \(spec.name)")
        toWrite = bytes
        writeInput()
    }

    func writeInput() {
        guard let input else { return }
        var budget = Self.readBytesMax
        while piece < toWrite.pieces.count {
            let count = toWrite.pieces[piece].withUnsafeBytes { bytes in
                input.use { write($0, bytes.baseAddress.map { $0 + offset }, bytes.count - offset) }
            }
            if count < 0 {
                if errno == EINTR { continue }
                if errno == EAGAIN { return watchInput(input) }
                // Nobody reads any more, which a program may decide.
                return closeInput()
            }
            offset += count
            budget -= count
            if offset == toWrite.pieces[piece].count {
                piece += 1
                offset = 0
            }
            if budget <= 0, piece < toWrite.pieces.count { return watchInput(input) }
        }
        closeInput()
    }

    private func watchInput(_ input: Descriptor) {
        guard !isInputWatched else { return }
        do throws(SystemError) {
            try reactor.add(input, token(.input), for: .writing)
            isInputWatched = true
        } catch {
            // Out of kernel memory: without its input it fails, and is told so.
            closeInput()
        }
    }

    private func closeInput() {
        if let input, isInputWatched { reactor.remove(input) }
        input = nil
        toWrite = ObjectBytes()
        piece = 0
        offset = 0
    }

    /// Up to `isOutputTooLarge`; then its end is closed.
    func readOutput(_ buffer: inout [UInt8]) {
        guard let output else { return }
        let isOpen = drain(output, &buffer) { bytes in
            guard written.count + bytes.count <= spec.outputBytesMax else {
                isOutputTooLarge = true
                return false
            }
            written.append(bytes)
            return true
        }
        if !isOpen { self.output = closed(output) }
    }

    func readErrors(_ buffer: inout [UInt8]) {
        guard let errors else { return }
        let isOpen = drain(errors, &buffer) { bytes in
            words.append(bytes)
            return words.total <= LastWords.totalMax
        }
        if !isOpen { self.errors = closed(errors) }
    }

    private func closed(_ descriptor: Descriptor) -> Descriptor? {
        reactor.remove(descriptor)
        return nil
    }

    /// False: at its end, or no more is wanted.
    private func drain(
        _ descriptor: Descriptor, _ buffer: inout [UInt8], _ take: (ArraySlice<UInt8>) -> Bool
    ) -> Bool {
        var total = 0
        while total < Self.readBytesMax {
            let count = buffer.withUnsafeMutableBytes { bytes in
                descriptor.use { read($0, bytes.baseAddress, bytes.count) }
            }
            if count < 0 {
                if errno == EINTR { continue }
                return errno == EAGAIN
            }
            guard count > 0, take(buffer[..<count]) else { return false }
            total += count
        }
        return true
    }

    // MARK: - Its end

    /// Nil: it runs. Whatever it wrote has been taken, but for what somebody it left behind may still write.
    func reap(_ buffer: inout [UInt8]) -> ProgramEnd? {
        var status: Int32 = 0
        var usage = rusage()
        guard wait4(process, &status, WNOHANG, &usage) == process else { return nil }
        reactor.remove(exit)
        closeInput()
        drainRest(&buffer)
        var number: Int32 = 0
        let told = report.use { read($0, &number, 4) } == 4
        return ProgramEnd(
            status: status, processorTime: Self.duration(usage.ru_utime) + Self.duration(usage.ru_stime),
            peakKiB: usage.ru_maxrss, startError: told ? number : nil, lastWords: words.text)
    }

    /// A pipe holds a megabyte at most, and the bounds hold here too.
    private func drainRest(_ buffer: inout [UInt8]) {
        for _ in 0..<8 {
            readOutput(&buffer)
            readErrors(&buffer)
        }
        output = output.flatMap(closed)
        errors = errors.flatMap(closed)
    }

    private static func duration(_ time: timeval) -> Duration {
        .seconds(time.tv_sec) + .microseconds(Int64(time.tv_usec))
    }

    /// Whether it still runs: a warm one may have ended without our having been told.
    var isRunning: Bool {
        var watched = pollfd(fd: exit.number, events: Int16(POLLIN), revents: 0)
        return withExtendedLifetime(exit) { poll(&watched, 1, 0) == 0 }
    }

    /// The box's first process, so that bwrap sees all of it end and ends last; where bwrap has not made the box yet, or does
    /// not end for that (`isUrgent`), bwrap and all that is of its group. An unconfined program with its group.
    func kill(isUrgent: Bool = false) {
        closeInput()
        output = output.flatMap(closed)
        let children = spec.confinement == .bubblewrap && !isUrgent ? Self.children(of: process) : []
        for child in children { Glibc.kill(child, SIGKILL) }
        if children.isEmpty {
            Glibc.kill(-process, SIGKILL)
            // Before the child has made its group.
            Glibc.kill(process, SIGKILL)
        }
    }

    private static func children(of process: pid_t) -> [pid_t] {
        let text = SystemFiles(root: "/").text("/proc/\(process)/task/\(process)/children") ?? ""
        return text.split(separator: " ").compactMap { pid_t($0) }
    }

    /// Processor time of it and what it has started, as far as /proc shows: for one that runs.
    var processorTime: Duration {
        var all: [pid_t] = [process]
        var ticks: Int64 = 0
        var next = 0
        while next < all.count, all.count < Self.familyMax {
            ticks += Self.ticks(of: all[next])
            all += Self.children(of: all[next])
            next += 1
        }
        return .nanoseconds(ticks * 1_000_000_000 / Int64(max(1, sysconf(Int32(_SC_CLK_TCK)))))
    }

    private static let familyMax = 128

    /// utime, stime and those of children that it has waited for: the 14th to 17th field of /proc/PID/stat (proc(5)); the
    /// second may hold anything, and ends with the last parenthesis.
    private static func ticks(of process: pid_t) -> Int64 {
        guard let text = SystemFiles(root: "/").text("/proc/\(process)/stat"), let end = text.lastIndex(of: ")") else {
            return 0
        }
        let fields = text[end...].split(separator: " ")
        guard fields.count > 15 else { return 0 }
        return fields[12...15].reduce(0) { $0 + (Int64($1) ?? 0) }
    }
}
