import ArgumentParser
import Glibc
import SkeinFiles
import SkeinLinux
import SkeinWire

/// What is wrong with this robot's set-up.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Say what is wrong with this robot's set-up.",
        discussion: """
            Looks at interfaces, radios, who else holds them, ports, key files, the state folder, the line to the body, \
            what the running daemon says of motor controller and satellites, the user's kernels, the processor and the clock: pass, warn or fail, and a line how to mend it. Changes \
            nothing; kernels are started for a moment, without input. As root it sees more of other programs. Without a configuration it shows every interface and asks nothing of them.

            Exit codes: 0 nothing fails (warnings are no failure), 1 something does, 2 the configuration is faulty.

            Examples:
              skein doctor
              skein doctor --json | jq '.checks[] | select(.status != "pass")'
            """)

    @OptionGroup var options: ConfigOptions

    @Flag(help: "As JSON.")
    var json = false

    func run() throws {
        let subject = try subject()
        var wall = timespec()
        clock_gettime(CLOCK_REALTIME, &wall)
        let findings = Doctor.examine(subject, facts: .gather(), tree: .machine, wallSeconds: Int(wall.tv_sec))
        if json {
            try Console.write(DoctorReport.value(findings), to: "-")
        } else {
            let isColoured = isatty(STDOUT_FILENO) == 1 && (Environment.variables["NO_COLOR"] ?? "").isEmpty
            Console.print(DoctorReport.text(findings, isColoured: isColoured))
        }
        if findings.contains(where: { $0.status == .fail }) { throw Exit.failed }
    }

    /// No configuration where none was named and none lies at its place is no fault.
    private func subject() throws -> DoctorSubject {
        var subject = DoctorSubject(userID: geteuid())
        if options.config == nil, options.set.isEmpty, access(PeerPlaces.mine().configFile, F_OK) != 0 {
            return subject
        }
        let reading = options.reading
        guard reading.errors.isEmpty else {
            for error in reading.errors { Console.say("\(error)") }
            throw Exit.usage
        }
        let settings = reading.settings
        for (band, settings) in [(Band.control, settings.control), (.data, settings.data)] {
            // The laboratory's air needs no interface.
            guard let interface = settings.interface, let family = settings.transport?.family else { continue }
            subject.roles.append(
                DoctorSubject.Role(band: band, interface: interface, family: family, port: settings.port))
        }
        subject.stateFolder = settings.stateFolder
        subject.keyFiles = [settings.robotKeyFile, settings.fleetKeyFile]
        subject.serialPort = settings.bridge.device
        if settings.bridge.device != nil { subject.keyFiles.append(settings.bridge.keyFile) }
        if settings.bridge.device != nil || settings.gps.address != nil {
            subject.body = (try? ReportQuery(path: settings.socketPath, within: .seconds(1)))?.body
            subject.asksGps = settings.gps.address != nil
        }
        subject.kernels = KernelTrial.run(
            settings.kernels, hidden: subject.keyFiles + [settings.stateFolder])
        return subject
    }
}

extension BandTransport {
    fileprivate var family: AirFamily? {
        switch self {
        case .ipv6: .ip6
        case .ipv4: .ip4
        case .medium: nil
        }
    }
}
