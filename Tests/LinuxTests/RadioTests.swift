import CNetlink
import CSkeinLinux
import Glibc
import SkeinPeer
import SkeinWire
import Synchronization
import Testing

@testable import SkeinLinux

/// What the kernel says of a link, and what the peer gets of it.
struct LinkReadingTests {
    typealias Samples = NetlinkSamples

    static let start = Instant(nanoseconds: 100_000_000_000)

    func reading(
        _ stations: [RadioStation], survey: [SurveyChannel] = [], neighbours: [NetworkNeighbour] = [],
        at: Instant = start, previous: LinkReading? = nil
    ) -> LinkReading {
        LinkReading(
            at: at, interface: Samples.interface("wlan0"), stations: stations, survey: survey, neighbours: neighbours,
            previous: previous)
    }

    func signal(_ reading: LinkReading, of number: UInt8, after: Duration = .zero) -> Signal {
        reading.signal(
            of: LinkAddress(Samples.address(number).interfaceIdentifier), now: Self.start + after)
    }

    @Test func `a signal with the noise of the channel in use is measured`() {
        let survey = [
            Samples.channel(2412, noiseDBm: -92, isInUse: true), Samples.channel(2437, noiseDBm: -80),
        ]
        #expect(
            signal(reading([Samples.station(1, Samples.signal(-61))], survey: survey), of: 1)
                == .measured(powerDBm: -61, noiseDBm: -92))
    }

    @Test func `the noise of another channel is none, though it be marked as in use`() {
        let survey = [Samples.channel(2437, noiseDBm: -80, isInUse: true)]
        #expect(signal(reading([Samples.station(1, Samples.signal(-61))], survey: survey), of: 1) == .power(dBm: -61))
    }

    @Test(arguments: [Int8(0), -128, 12]) func `what no receiver can have is no noise`(noise: Int8) {
        let survey = [Samples.channel(2412, noiseDBm: noise, isInUse: true)]
        #expect(signal(reading([Samples.station(1, Samples.signal(-61))], survey: survey), of: 1) == .power(dBm: -61))
    }

    @Test func `without a signal the driver's expected throughput stands in`() {
        let station = Samples.station(1, Samples.signal(0), Samples.expected(kilobits: 24_000))
        #expect(signal(reading([station]), of: 1) == .throughput(bitsPerSecond: 24e6))
    }

    @Test func `one bitrate is a trial, the median of three is believed in part`() {
        var kept: LinkReading?
        for (rate, expected) in [
            (UInt16(60), Signal.none), (540, .none), (120, .throughput(bitsPerSecond: 12e6 / 3)),
            (120, .throughput(bitsPerSecond: 12e6 / 3)),
        ] {
            let next = reading([Samples.station(1, Samples.bitrate(hundredKilobits: rate))], previous: kept)
            #expect(signal(next, of: 1) == expected)
            kept = next
        }
    }

    @Test func `a reading older than three seconds, its station's silence included, is not used`() {
        let kept = reading([Samples.station(1, Samples.signal(-61), Samples.inactive(milliseconds: 1_000))])
        #expect(signal(kept, of: 1, after: .seconds(2)) == .power(dBm: -61))
        #expect(signal(kept, of: 1, after: .milliseconds(2_001)) == .none)
    }

    @Test func `an IPv4 address and a private identifier are found through the kernel's neighbours`() throws {
        let robot = try #require(Samples.neighbour([10, 0, 0, 7], is: 1))
        let link = try #require(
            Samples.neighbour([0xFE, 0x80, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8], is: 2))
        let elsewhere = try #require(Samples.neighbour([10, 0, 0, 8], is: 1, index: 9))
        let kept = reading(
            [Samples.station(1, Samples.signal(-50)), Samples.station(2, Samples.signal(-70))],
            neighbours: [robot, link, elsewhere])
        #expect(kept.signal(of: LinkAddress(0x0A00_0007), now: Self.start) == .power(dBm: -50))
        #expect(kept.signal(of: LinkAddress(0x0102_0304_0506_0708), now: Self.start) == .power(dBm: -70))
        #expect(kept.signal(of: LinkAddress(0x0A00_0008), now: Self.start) == .none)
    }

    @Test func `an interface identifier and the hardware's address tell each other`() {
        // RFC 4291, appendix A: 34-56-78-9A-BC-DE becomes 36-56-78-FF-FE-9A-BC-DE.
        let address = HardwareAddress(0x3456_789A_BCDE)
        #expect(address.interfaceIdentifier == 0x3656_78FF_FE9A_BCDE)
        #expect(HardwareAddress(interfaceIdentifier: 0x3656_78FF_FE9A_BCDE) == address)
        #expect(HardwareAddress(interfaceIdentifier: 0x3656_78FF_009A_BCDE) == nil)
        #expect("\(address)" == "34:56:78:9a:bc:de")
    }
}

/// Attributes as bytes: what is missing is nil, what is broken is nothing worse.
struct NetlinkBytesTests {
    typealias Samples = NetlinkSamples

    static let message =
        Samples.attribute(NL80211_ATTR_IFINDEX.rawValue, UInt32(3))
        + Samples.attribute(NL80211_ATTR_IFNAME.rawValue, "wlan0")
        + Samples.attribute(NL80211_ATTR_MAC.rawValue, Samples.hardware(1))
        + Samples.nest(
            NL80211_ATTR_STA_INFO.rawValue, Samples.signal(-61), Samples.inactive(milliseconds: 40),
            Samples.bitrate(hundredKilobits: 540), Samples.expected(kilobits: 24_000))
        + Samples.nest(
            NL80211_ATTR_SURVEY_INFO.rawValue,
            Samples.attribute(NL80211_SURVEY_INFO_FREQUENCY.rawValue, UInt32(2412)),
            Samples.attribute(NL80211_SURVEY_INFO_NOISE.rawValue, Int8(-92)))

    static func readAll(_ bytes: [UInt8]) {
        let attributes = NetlinkAttributes(bytes)
        _ = RadioInterface(attributes)
        _ = RadioStation(attributes)
        _ = SurveyChannel(attributes)
        _ = RadioHardware.all([attributes])
        _ = NetworkLink(payload: bytes)
        _ = NetworkAddress(payload: bytes)
        _ = NetworkNeighbour(payload: bytes)
    }

    @Test func `a station's figures are read in their units`() {
        let station = RadioStation(NetlinkAttributes(Self.message))
        #expect(station?.hardwareAddress == Samples.address(1))
        #expect(station?.signalDBm == -61)
        #expect(station?.signalAverageDBm == nil)
        #expect(station?.inactive == .milliseconds(40))
        #expect(station?.transmitBitsPerSecond == 54e6)
        #expect(station?.expectedBitsPerSecond == 24e6)
        #expect(station?.beaconLosses == nil)
    }

    /// As Linux 6.1 answered for a mac80211_hwsim radio, up to the traffic classes' figures.
    @Test func `a recorded answer of a kernel is read`() throws {
        let info = Self.unhex(
            """
            080010001c000000080001000c0000000c002a00897db5340400000008000200c656000008000300200000000c001700c656000000000000
            0c00180000020000000000000c00200000000000000000000c002700000000000000000005000700b400000005000d00b400000014000800
            080005001c020000060001001c02000014000e00080005001c020000060001001c020000080009003602000008000a000400000008000b00
            0000000008000c000000000008001b00894c000014000f00050004000000000006000500640000000c001100fe000000aa000000
            """)
        let bytes =
            Samples.attribute(NL80211_ATTR_IFINDEX.rawValue, UInt32(2))
            + Samples.attribute(NL80211_ATTR_MAC.rawValue, Samples.hardware(2))
            + Samples.attribute(NL80211_ATTR_STA_INFO.rawValue, info)
        let station = try #require(RadioStation(NetlinkAttributes(bytes)))
        #expect(station.signalDBm == -76 && station.signalAverageDBm == -76)
        #expect(station.inactive == .milliseconds(12) && station.receivedPackets == 566 && station.sentPackets == 4)
        #expect(station.transmitBitsPerSecond == 54e6 && station.expectedBitsPerSecond == 19_593_000)
        #expect(station.receivedBytes == 22_214 && station.sentBytes == 512)
    }

    private static func unhex(_ text: String) -> [UInt8] {
        let digits = text.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
        return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    @Test func `a card told in several messages is one card`() {
        let first =
            Samples.attribute(NL80211_ATTR_WIPHY.rawValue, UInt32(0))
            + Samples.attribute(NL80211_ATTR_WIPHY_NAME.rawValue, "phy0")
            + Samples.nest(
                NL80211_ATTR_SUPPORTED_IFTYPES.rawValue, Samples.attribute(NL80211_IFTYPE_ADHOC.rawValue, []),
                Samples.attribute(NL80211_IFTYPE_MESH_POINT.rawValue, []))
        let channel = Samples.nest(
            0, Samples.attribute(NL80211_FREQUENCY_ATTR_FREQ.rawValue, UInt32(5260)),
            Samples.attribute(NL80211_FREQUENCY_ATTR_NO_IR.rawValue, []),
            Samples.attribute(NL80211_FREQUENCY_ATTR_RADAR.rawValue, []))
        let second =
            Samples.attribute(NL80211_ATTR_WIPHY.rawValue, UInt32(0))
            + Samples.nest(
                NL80211_ATTR_WIPHY_BANDS.rawValue,
                Samples.nest(1, Samples.nest(NL80211_BAND_ATTR_FREQS.rawValue, channel)))
            + Samples.nest(
                NL80211_ATTR_INTERFACE_COMBINATIONS.rawValue,
                Samples.nest(
                    1, Samples.attribute(NL80211_IFACE_COMB_MAXNUM.rawValue, UInt32(4)),
                    Samples.attribute(NL80211_IFACE_COMB_NUM_CHANNELS.rawValue, UInt32(1))))
        let cards = RadioHardware.all([first, second].map(NetlinkAttributes.init))
        #expect(cards.count == 1 && cards.first?.name == "phy0" && cards.first?.modes == [.ibss, .mesh])
        #expect(
            cards.first?.channels == [
                RadioHardware.Channel(
                    frequencyMHz: 5260, isDisabled: false, isListenOnly: true, needsRadarDetection: true)
            ])
        #expect(cards.first?.combinations == [RadioHardware.Combination(interfacesMax: 4, channelsMax: 1)])
    }

    @Test func `a message cut off anywhere is read without harm`() {
        for length in 0...Self.message.count { Self.readAll(Array(Self.message.prefix(length))) }
    }

    @Test func `a message with any byte wrong is read without harm`() {
        for index in Self.message.indices {
            for value in [UInt8(0), 1, 3, 0x7F, 0x80, 0xFF] {
                var bytes = Self.message
                bytes[index] = value
                Self.readAll(bytes)
            }
        }
    }
}

/// The watch between the loop and the kernel.
struct LinkWatchTests {
    typealias Samples = NetlinkSamples

    /// A kernel that answers when it is let, and counts.
    final class Kernel: Sendable {
        struct State {
            var answer: Result<RadioReader.Answer, NetlinkError> = .success(.absent)
            var questions = 0
        }
        let state = Mutex(State())
        let isOpen = Atomic(true)
        let asked = Atomic(0)

        func read(_ name: String, _ wantsNeighbours: Bool, _ now: Instant) throws(NetlinkError)
            -> RadioReader.Answer
        {
            asked.add(1, ordering: .releasing)
            while !isOpen.load(ordering: .acquiring) { usleep(100) }
            return try state.withLock {
                $0.questions += 1
                return $0.answer
            }.get()
        }

        func heard(_ signal: Int8) {
            state.withLock {
                $0.answer = .success(
                    .heard(Samples.interface("wlan0"), [Samples.station(1, Samples.signal(signal))], [], []))
            }
        }

        var questions: Int { state.withLock { $0.questions } }
    }

    static let start = Instant(nanoseconds: 1_000_000_000)
    static let robot = LinkAddress(Samples.address(1).interfaceIdentifier)

    func watch(_ kernel: Kernel) throws -> LinkWatch {
        try LinkWatch(interfaces: ["wlan0"], clock: { Self.start }) {
            { (name, wantsNeighbours, now) throws(NetlinkError) in try kernel.read(name, wantsNeighbours, now) }
        }
    }

    /// The thread answers when it answers; ten seconds are never needed.
    func comes(_ condition: () -> Bool) -> Bool {
        for _ in 0..<100_000 where !condition() { usleep(100) }
        return condition()
    }

    @Test func `what was read once is told, and asked anew only after a quarter of a second`() throws {
        let kernel = Kernel()
        kernel.heard(-61)
        let watch = try watch(kernel)
        #expect(comes { watch.signal(of: Self.robot, on: "wlan0", now: Self.start) == .power(dBm: -61) })
        let before = kernel.questions
        for _ in 0..<1_000 { _ = watch.signal(of: Self.robot, on: "wlan0", now: Self.start + .milliseconds(249)) }
        #expect(kernel.questions <= before + 1)
        kernel.heard(-70)
        let later = Self.start + .milliseconds(600)
        #expect(comes { watch.signal(of: Self.robot, on: "wlan0", now: later) == .power(dBm: -70) })
    }

    @Test func `the loop never waits for the kernel`() throws {
        let kernel = Kernel()
        kernel.heard(-61)
        kernel.isOpen.store(false, ordering: .releasing)
        let watch = try watch(kernel)
        for _ in 0..<1_000 { #expect(watch.signal(of: Self.robot, on: "wlan0", now: Self.start) == .none) }
        #expect(kernel.questions == 0)
        kernel.isOpen.store(true, ordering: .releasing)
        #expect(comes { watch.signal(of: Self.robot, on: "wlan0", now: Self.start) == .power(dBm: -61) })
    }

    @Test func `an interface that is no radio is asked about once`() throws {
        let kernel = Kernel()
        kernel.state.withLock { $0.answer = .success(.wired) }
        let watch = try watch(kernel)
        #expect(comes { kernel.questions == 1 })
        for second in 0..<100 {
            let now = Self.start + .seconds(second)
            #expect(watch.signal(of: Self.robot, on: "wlan0", now: now) == .none)
        }
        watch.interfacesChanged()
        #expect(comes { kernel.questions >= 2 })
        #expect(kernel.questions <= 3)
    }

    @Test func `news of an interface while the kernel answers are not lost`() throws {
        let kernel = Kernel()
        kernel.state.withLock { $0.answer = .success(.wired) }
        kernel.isOpen.store(false, ordering: .releasing)
        let watch = try watch(kernel)
        #expect(comes { kernel.asked.load(ordering: .acquiring) == 1 })
        // The question under way is still of the interface that was there before.
        watch.interfacesChanged()
        kernel.isOpen.store(true, ordering: .releasing)
        #expect(comes { kernel.questions == 2 })
    }

    @Test func `an error keeps the last reading until it is too old, and is told`() throws {
        let kernel = Kernel()
        kernel.heard(-61)
        let watch = try watch(kernel)
        #expect(comes { watch.signal(of: Self.robot, on: "wlan0", now: Self.start) != .none })
        kernel.state.withLock { $0.answer = .failure(.failed(NLE_BUSY, asked: "stations")) }
        let later = Self.start + .seconds(2)
        #expect(
            comes {
                _ = watch.signal(of: Self.robot, on: "wlan0", now: later)
                return watch.trouble(on: "wlan0") != nil
            })
        #expect(watch.signal(of: Self.robot, on: "wlan0", now: later) == .power(dBm: -61))
        #expect(watch.signal(of: Self.robot, on: "wlan0", now: Self.start + .seconds(4)) == .none)
    }
}

/// The kernel below these tests.
struct KernelTests {
    @Test func `the loopback is known, with its address`() throws {
        let routing = try Rtnetlink()
        let loopback = try #require(try routing.links().first { $0.isLoopback })
        #expect(loopback.name == "lo")
        if loopback.isUp {
            let addresses = try routing.addresses().filter { $0.index == loopback.index }
            #expect(addresses.contains { $0.family == .ip4 && $0.identifier == 0x7F00_0001 })
        }
    }

    @Test func `a kernel without wireless says so, and its interfaces are wired`() throws {
        do throws(NetlinkError) {
            let wireless = try Nl80211()
            _ = try wireless.interfaces()
        } catch {
            #expect(error == .familyMissing("nl80211"))
        }
        var reader = RadioReader()
        guard case .wired = try reader.read("lo", wantsNeighbours: true, now: .zero) else {
            Issue.record("the loopback is no radio")
            return
        }
        guard case .absent = try reader.read("nowhere0", wantsNeighbours: false, now: .zero) else {
            Issue.record("there is no interface nowhere0")
            return
        }
    }

    /// In a network namespace of this thread's own; without the right to make one there is nothing to prove.
    @Test(.enabled(if: geteuid() == 0)) func `neighbours of a namespace are read with their hardware`() throws {
        let found = Mutex<(isAlone: Bool, links: [NetworkLink], neighbours: [NetworkNeighbour])>((false, [], []))
        try Thread(name: "namespace") {
            guard skein_unshare_network() == 0 else { return }
            found.withLock { $0.isAlone = true }
            let isMade = ShellLine.run(
                """
                ip link add v0 address 02:00:00:00:00:0a type veth peer name v1 && ip link set v0 up &&
                ip address add 10.9.0.1/24 dev v0 && ip neigh add 10.9.0.2 lladdr 02:00:00:00:00:0b dev v0 &&
                ip neigh add fe80::1 lladdr 02:00:00:00:00:0c dev v0
                """)
            guard isMade, let routing = try? Rtnetlink(), let links = try? routing.links(),
                let neighbours = try? routing.neighbours()
            else { return }
            found.withLock {
                $0.links = links
                $0.neighbours = neighbours
            }
        }.join()
        let (isAlone, links, neighbours) = found.withLock { $0 }
        guard isAlone else { return }
        let link = try #require(links.first { $0.name == "v0" })
        #expect(link.hardwareAddress == HardwareAddress(0x0200_0000_000A) && link.isUp && link.mtuBytes == 1500)
        #expect(
            neighbours.contains {
                $0.index == link.index && $0.family == .ip4 && $0.identifier == 0x0A09_0002
                    && $0.hardwareAddress == HardwareAddress(0x0200_0000_000B)
            })
        #expect(
            neighbours.contains {
                $0.family == .ip6 && $0.isLinkLocal && $0.identifier == 1
                    && $0.hardwareAddress == HardwareAddress(0x0200_0000_000C)
            })
    }
}
