import SkeinPeer
import SkeinWire

/// The set-up that the doctor examines, as the program read it from the peer's configuration. Empty: a robot without
/// one; then all interfaces are shown, and nothing is asked of them.
package struct DoctorSubject: Sendable {
    /// An interface as a band's.
    package struct Role: Sendable {
        package var band: Band
        package var interface: String
        package var family: AirFamily
        package var port: UInt16

        package init(band: Band, interface: String, family: AirFamily, port: UInt16) {
            self.band = band
            self.interface = interface
            self.family = family
            self.port = port
        }
    }

    package var roles: [Role] = []
    package var stateFolder: String?
    /// Files that nobody else may read.
    package var keyFiles: [String] = []
    /// What came of trying them (`KernelTrial`).
    package var kernels: [RegisteredKernel] = []
    /// The line to the body's motor controller.
    package var serialPort: String?
    /// Whether gpsd is asked for places.
    package var asksGps = false
    /// What the daemon says of motor controller and satellites; nil: no daemon runs here, or none was asked.
    package var body: BodyAccount?
    /// Who will run the daemon: as far as the doctor knows, who runs the doctor.
    package var userID: UInt32

    package init(userID: UInt32) { self.userID = userID }

    /// Those named, each once, in the order of the bands.
    var interfaces: [String] {
        roles.enumerated().filter { index, role in !roles[..<index].contains { $0.interface == role.interface } }
            .map(\.element.interface)
    }

    func roles(of interface: String) -> [Role] { roles.filter { $0.interface == interface } }
}

extension Band {
    /// As the house calls it.
    var frequencyName: String {
        switch self {
        case .control: "2.4 GHz"
        case .data: "5 GHz"
        }
    }

    var roleName: String {
        switch self {
        case .control: "control"
        case .data: "data"
        }
    }

    /// 5 GHz includes its neighbour 6 GHz: near and fast too.
    func includes(frequencyMHz: UInt32) -> Bool {
        switch self {
        case .control: (2_400...2_500).contains(frequencyMHz)
        case .data: (4_900...7_200).contains(frequencyMHz)
        }
    }
}
