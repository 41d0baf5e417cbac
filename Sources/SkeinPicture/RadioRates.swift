import SkeinPeer
import SkeinSeal
import SkeinWire

/// What a robot has sent, heard and dropped a second between two of its reports of one boot.
struct RadioRates: Sendable {
    struct Flow: Sendable {
        var bytesPerSecond = 0.0
        var datagramsPerSecond = 0.0
        /// Of the time, 0…1.
        var airtimeFraction = 0.0

        init() {}

        init(_ from: RadioAccount.Traffic, _ to: RadioAccount.Traffic, seconds: Double) {
            func rate(_ from: UInt64, _ to: UInt64) -> Double { to > from ? Double(to - from) / seconds : 0 }
            bytesPerSecond = rate(from.bytes, to.bytes)
            datagramsPerSecond = rate(from.datagrams, to.datagrams)
            airtimeFraction = max(0, Double(to.airtimeNanoseconds - from.airtimeNanoseconds) * 1e-9 / seconds)
        }

        static func + (left: Flow, right: Flow) -> Flow {
            var sum = left
            sum.bytesPerSecond += right.bytesPerSecond
            sum.datagramsPerSecond += right.datagramsPerSecond
            sum.airtimeFraction += right.airtimeFraction
            return sum
        }
    }

    /// By band, then class.
    var sent: [[Flow]]
    /// By band.
    var received: [Flow]
    /// A second, in the order of `DropReason`.
    var drops: [Double]

    init?(from: PeerReport, to: PeerReport) {
        let seconds = (to.now - from.now).inSeconds
        guard seconds > 0 else { return nil }
        sent = Band.allCases.map { band in
            TrafficClass.allCases.map { Flow(from.radio[band][$0], to.radio[band][$0], seconds: seconds) }
        }
        received = Band.allCases.map {
            Flow(from.radio[$0].received, to.radio[$0].received, seconds: seconds)
        }
        drops = DropReason.allCases.map {
            Double(max(0, to.status.drops[$0] - from.status.drops[$0])) / seconds
        }
    }

    func sent(on band: Band) -> Flow { sent[Int(band.rawValue)].reduce(Flow(), +) }

    subscript(reason: DropReason) -> Double { drops[Int(reason.rawValue)] }
}
