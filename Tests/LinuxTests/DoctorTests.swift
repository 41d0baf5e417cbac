import CNetlink
import Glibc
import SkeinWire
import Testing

@testable import SkeinLinux

/// A root with the files that a test says, gone when the test is over.
final class FakeRoot {
    let path: String
    var tree: SystemTree { SystemTree(root: path) }

    init() {
        var template = Array("/tmp/skein-doctor-XXXXXX".utf8CString)
        path = mkdtemp(&template).map { String(cString: $0) } ?? "/nowhere"
    }

    deinit { _ = ShellLine.run("rm -rf '\(path)'") }

    func write(_ file: String, _ text: String, mode: mode_t = 0o600) {
        let full = path + file
        _ = ShellLine.run("mkdir -p \"$(dirname '\(full)')\"")
        let descriptor = open(full, O_WRONLY | O_CREAT | O_TRUNC, mode)
        _ = Array(text.utf8).withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        fchmod(descriptor, mode)
        close(descriptor)
    }

    func link(_ file: String, to target: String) {
        _ = ShellLine.run("mkdir -p \"$(dirname '\(path + file)')\"")
        symlink(target, path + file)
    }

    func program(_ process: Int, _ name: String, _ arguments: [String]) {
        write("/proc/\(process)/comm", name + "\n")
        write("/proc/\(process)/cmdline", arguments.joined(separator: "\0") + "\0")
    }
}

/// The doctor's judgement of radios and interfaces.
struct DoctorNetworkTests {
    typealias Samples = NetlinkSamples

    let root = FakeRoot()

    func subject(_ roles: (Band, String)...) -> DoctorSubject {
        var subject = DoctorSubject(userID: geteuid())
        subject.roles = roles.map { DoctorSubject.Role(band: $0, interface: $1, family: .ip6, port: 29_864) }
        return subject
    }

    /// wlan0 in a cell at 2412 MHz, all in order.
    func facts() -> NetworkFacts {
        var facts = NetworkFacts()
        facts.links = [Samples.link("wlan0")]
        facts.addresses = [Samples.linkLocal(identifier: Samples.address(0).interfaceIdentifier)]
        var radio = NetworkFacts.Radio(interface: Samples.interface("wlan0"))
        radio.survey = [Samples.channel(2412, noiseDBm: -92, isInUse: true)]
        radio.isPowerSaving = false
        facts.radios = [radio]
        facts.regulatoryDomain = "DE"
        return facts
    }

    func examine(_ subject: DoctorSubject, _ facts: NetworkFacts) -> [DoctorFinding] {
        Doctor.examine(subject, facts: facts, tree: root.tree, wallSeconds: 1_780_000_000)
    }

    func finding(_ check: String, _ subject: DoctorSubject, _ facts: NetworkFacts) -> DoctorFinding? {
        examine(subject, facts).first { $0.check == check }
    }

    @Test func `a radio in order passes every check of the air`() {
        let checks = ["interface", "address", "mtu", "country", "mode", "channel", "noise", "power-save", "holder"]
        let findings = examine(subject((.control, "wlan0")), facts()).filter { checks.contains($0.check) }
        #expect(findings.map(\.check).sorted() == checks.sorted())
        #expect(findings.allSatisfy { $0.status == .pass && $0.fix == nil }, "\(findings)")
    }

    @Test func `an interface that is not there fails, and those that are there are named`() {
        let found = finding("interface", subject((.control, "wlan1")), facts())
        #expect(found?.status == .fail && found?.found.contains("wlan0") == true && found?.fix != nil)
    }

    @Test func `an interface that is down, or has no address of its kind, fails`() {
        var down = facts()
        down.links = [Samples.link("wlan0", flags: 0)]
        #expect(finding("interface", subject((.control, "wlan0")), down)?.status == .fail)
        var bare = facts()
        bare.addresses = []
        #expect(finding("address", subject((.control, "wlan0")), bare)?.status == .fail)
    }

    @Test func `an address that hides the hardware is a warning`() {
        var facts = facts()
        facts.addresses = [Samples.linkLocal(identifier: 0x1234)]
        #expect(finding("address", subject((.control, "wlan0")), facts)?.status == .warn)
    }

    @Test func `a band at the wrong frequency, and two bands on one radio, are warnings`() {
        let both = subject((.control, "wlan0"), (.data, "wlan0"))
        let channels = examine(both, facts()).filter { $0.check == "channel" }
        #expect(channels.map(\.status) == [.pass, .warn])
        #expect(finding("sharing", both, facts())?.status == .warn)
        #expect(finding("sharing", subject((.control, "wlan0")), facts()) == nil)
    }

    @Test func `an unset country is a warning, and fails a 5 GHz radio that is in no cell`() {
        var facts = facts()
        facts.regulatoryDomain = "00"
        #expect(finding("country", subject((.control, "wlan0")), facts)?.status == .warn)
        facts.radios[0].interface = Samples.interface("wlan0", frequencyMHz: nil)
        #expect(finding("country", subject((.data, "wlan0")), facts)?.status == .fail)
    }

    @Test func `missing noise, power save and forwarding are warnings with a line each`() {
        var facts = facts()
        facts.radios[0].interface = Samples.interface("wlan0", mode: NL80211_IFTYPE_MESH_POINT)
        facts.radios[0].survey = []
        facts.radios[0].isPowerSaving = true
        facts.radios[0].isMeshForwarding = true
        let findings = examine(subject((.control, "wlan0")), facts)
        for check in ["noise", "power-save", "forwarding"] {
            let found = findings.first { $0.check == check }
            #expect(found?.status == .warn && found?.fix?.contains("\n") == false, "\(check)")
        }
    }

    @Test func `whoever else holds the radio is named with its process`() {
        root.program(41, "wpa_supplicant", ["/sbin/wpa_supplicant", "-u", "-i", "wlan0"])
        root.program(42, "NetworkManager", ["/usr/sbin/NetworkManager"])
        root.write("/run/NetworkManager/devices/3", "[device]\nmanaged=true\n")
        root.program(43, "wpa_supplicant", ["/sbin/wpa_supplicant", "-iwlan7"])
        let holders = examine(subject((.control, "wlan0")), facts()).filter { $0.check == "holder" }
        #expect(holders.map(\.status) == [.warn, .warn])
        #expect(holders[0].found.contains("wpa_supplicant") && holders[0].found.contains("41"))
        #expect(holders[1].found.contains("NetworkManager") && holders[1].found.contains("42"))
    }

    @Test func `a wired robot is in order`() {
        var wired = facts()
        wired.radios = []
        wired.wirelessTrouble = .familyMissing("nl80211")
        let findings = examine(subject((.control, "wlan0")), wired)
        let radio = findings.first { $0.check == "radio" }
        #expect(radio?.status == .pass && radio?.found.contains("nl80211") == true)
        #expect(!findings.contains { $0.check == "noise" || $0.check == "country" })
    }

    @Test func `without a configuration every interface is shown`() {
        let findings = examine(DoctorSubject(userID: geteuid()), facts())
        #expect(findings.contains { $0.check == "interface" && $0.subject == "wlan0" && $0.status == .pass })
        #expect(!findings.contains { $0.check == "port" || $0.check == "key" })
    }
}

/// The doctor's judgement of files, ports and the machine.
struct DoctorMachineTests {
    let root = FakeRoot()

    func findings(_ subject: DoctorSubject, wallSeconds: Int = 1_780_000_000) -> [DoctorFinding] {
        Doctor.examine(subject, facts: NetworkFacts(), tree: root.tree, wallSeconds: wallSeconds)
    }

    func status(_ check: String, _ subject: DoctorSubject? = nil, wallSeconds: Int = 1_780_000_000)
        -> DoctorFinding.Status?
    {
        findings(subject ?? DoctorSubject(userID: geteuid()), wallSeconds: wallSeconds)
            .first { $0.check == check }?.status
    }

    @Test func `a key that others may read fails, and so do a missing one and somebody else's`() {
        root.write("/keys/robot.key", "secret")
        var subject = DoctorSubject(userID: geteuid())
        subject.keyFiles = ["/keys/robot.key"]
        #expect(status("key", subject) == .pass)
        root.write("/keys/robot.key", "secret", mode: 0o640)
        #expect(status("key", subject) == .fail)
        subject.keyFiles = ["/keys/fleet.key"]
        #expect(status("key", subject) == .fail)
        root.write("/keys/fleet.key", "secret")
        subject.userID += 1
        let stranger = findings(subject).first { $0.check == "key" }
        #expect(stranger?.status == .fail && stranger?.fix?.contains("chown") == true)
    }

    @Test func `a state folder is ours alone, or is made at the first start`() {
        var subject = DoctorSubject(userID: geteuid())
        subject.stateFolder = "/state"
        #expect(status("state", subject) == .warn)
        root.write("/state/lock", "")
        chmod(root.path + "/state", 0o700)
        #expect(status("state", subject) == .pass)
        #expect(status("space", subject) != nil)
        chmod(root.path + "/state", 0o755)
        #expect(status("state", subject) == .fail)
    }

    @Test func `a serial line must be one, and free of consoles and login prompts`() {
        var subject = DoctorSubject(userID: geteuid())
        subject.serialPort = "/dev/serial0"
        #expect(status("serial", subject) == .fail)
        root.link("/dev/serial0", to: "/dev/null")
        #expect(status("serial", subject) == .pass)
        root.write("/proc/cmdline", "root=/dev/sda1 console=serial0,115200\n")
        #expect(status("serial", subject) == .fail)
        root.write("/proc/cmdline", "root=/dev/sda1\n")
        root.program(7, "agetty", ["/sbin/agetty", "-o", "null", "115200"])
        #expect(status("serial", subject) == .fail)
    }

    @Test func `a port in use names the program, and skein's own is in order`() {
        var subject = DoctorSubject(userID: geteuid())
        subject.roles = [DoctorSubject.Role(band: .control, interface: "wlan0", family: .ip6, port: 29_864)]
        #expect(status("port", subject) == .pass)
        root.write(
            "/proc/net/udp6",
            """
              sl  local_address                         remote_address                        st tx_queue rx_queue tr
              12: 00000000000000000000000000000000:74A8 00000000000000000000000000000000:0000 07 00000000:00000000 \
            00:00000000 00000000     0        0 4711 2 0000000000000000 0

            """)
        #expect(status("port", subject) == .warn)
        root.program(9, "zenohd", ["zenohd"])
        root.link("/proc/9/fd/4", to: "socket:[4711]")
        let taken = findings(subject).first { $0.check == "port" }
        #expect(taken?.status == .fail && taken?.found.contains("zenohd (process 9)") == true)
        root.program(9, "skein", ["skein", "peer"])
        #expect(status("port", subject) == .pass)
    }

    @Test func `a clock before 2025, or one that nobody sets, is a warning only`() {
        #expect(status("clock", wallSeconds: 12_345) == .warn)
        #expect(status("clock") == .warn)
        root.program(5, "chronyd", ["/usr/sbin/chronyd"])
        #expect(status("clock") == .pass)
    }

    @Test func `a governor that never speeds up, low voltage, heat and a quota are warnings`() {
        #expect(["governor", "supply", "throttling", "cpu-limit"].allSatisfy { status($0) == .pass })
        root.write("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "powersave\n")
        root.write("/sys/devices/platform/soc/soc:firmware/get_throttled", "50005\n")
        root.write("/proc/self/cgroup", "0::/a\n")
        root.write("/sys/fs/cgroup/a/cpu.max", "50000 100000\n")
        #expect(["governor", "supply", "throttling", "cpu-limit"].allSatisfy { status($0) == .warn })
    }

    @Test func `a fixed governor of a driver that scales by itself is in order`() {
        root.write("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "powersave\n")
        root.write("/sys/devices/system/cpu/cpu0/cpufreq/scaling_driver", "intel_pstate\n")
        #expect(status("governor") == .pass)
    }

    @Test func `an old kernel and a generator that is not ready are warnings`() {
        root.write("/proc/sys/kernel/osrelease", "4.19.97-v7l+\n")
        root.write("/proc/sys/kernel/random/entropy_avail", "52\n")
        #expect(status("kernel") == .warn && status("random") == .warn)
        root.write("/proc/sys/kernel/osrelease", "6.12.25+rpt-rpi-v8\n")
        root.write("/proc/sys/kernel/random/entropy_avail", "256\n")
        #expect(status("kernel") == .pass && status("random") == .pass)
    }

    @Test func `every finding that is no pass says how to mend it in one line`() {
        root.write("/sys/devices/platform/soc/soc:firmware/get_throttled", "f000f\n")
        var subject = DoctorSubject(userID: geteuid())
        subject.keyFiles = ["/nowhere"]
        subject.serialPort = "/nowhere"
        subject.roles = [DoctorSubject.Role(band: .data, interface: "wlan0", family: .ip4, port: 1)]
        for finding in findings(subject, wallSeconds: 0) {
            #expect((finding.status == .pass) == (finding.fix == nil), "\(finding)")
            #expect(!finding.found.contains("\n") && finding.fix?.contains("\n") != true, "\(finding)")
        }
    }
}
