import ArgumentParser
import SkeinFiles
import SkeinLinux
import SkeinWire

/// How the two sides of an enrolment reach each other.
struct FleetWay: ParsableArguments {
    @Option(help: ArgumentHelp("A folder that is carried between the two, as a USB stick.", valueName: "folder"))
    var stick: String?

    @Option(help: ArgumentHelp("The interface of a link that both are on, as wlan0.", valueName: "name"))
    var interface: String?

    @Flag(help: "On the link, IPv4 instead of IPv6; the same on both sides.")
    var ipv4 = false

    @Option(help: ArgumentHelp("On the link, the UDP port; the same on both sides.", valueName: "port"))
    var port = EnrolmentLink.port

    /// As the other side types it.
    var text: String {
        guard let interface else { return "--stick FOLDER" }
        return "--interface \(interface)" + (ipv4 ? " --ipv4" : "")
            + (port == EnrolmentLink.port ? "" : " --port \(port)")
    }

    static let usualSeconds = 300
    private static let secondsMax = 86_400

    func validate() throws {
        guard (stick == nil) != (interface == nil) else {
            throw ValidationError("expected --stick FOLDER or --interface NAME, one of them")
        }
        guard port > 0 else { throw ValidationError("--port 0: expected 1…65535") }
    }

    static func check(_ seconds: Int?) throws {
        guard seconds.map({ (0...secondsMax).contains($0) }) ?? true else {
            throw ValidationError("--seconds outside 0…\(secondsMax)")
        }
    }

    func link(listens: Bool) throws(SystemError) -> EnrolmentLink {
        try EnrolmentLink(interface: interface ?? "", family: ipv4 ? .ip4 : .ip6, port: port, listens: listens)
    }

    /// A call of the system that failed ends the command.
    static func opening<Result>(_ body: () throws(SystemError) -> Result) throws -> Result {
        do throws(SystemError) {
            return try body()
        } catch {
            Console.say("\(error)")
            throw error.call == "if_nametoindex" || error.call == "opendir" || error.call == "open"
                ? Exit.usage : Exit.failed
        }
    }
}
