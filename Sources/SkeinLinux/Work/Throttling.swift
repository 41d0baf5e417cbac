/// What heat, a weak supply or a governor leave of this robot's processors. Each state lowers what is lent, none raises it.
///
/// | state | source | left |
/// | --- | --- | --- |
/// | frequency limit | cpufreq scaling_max_freq / cpuinfo_max_freq | that ratio |
/// | frequency under load, or with a governor that fixes it | scaling_cur_freq / cpuinfo_max_freq | that ratio |
/// | undervoltage, throttled | get_throttled bits 0, 2 | nothing: more load browns the robot out, or heats it on |
/// | frequency capped, soft temperature limit | get_throttled bits 1, 3 | half |
/// | a zone above a passive trip point | thermal_zone trip_point_* | half |
/// | a zone above a hot or critical one | | nothing |
///
/// The lowest counts, not the product: they tell of one throttling in several ways. Sources: kernel.org
/// admin-guide/pm/cpufreq.rst, driver-api/thermal/sysfs-api.rst; raspberrypi.com documentation of vcgencmd get_throttled.
struct Throttling: Sendable {
    /// 0 nothing … 1 all.
    private(set) var left = 1.0
    private(set) var notes: [LoadNote] = []
    /// What this machine does not tell.
    private(set) var unseen: [LoadNote] = []

    private static let halved = 0.5
    private static let zonesMax = 32
    private static let tripsMax = 12
    /// Below this of its processors' time a governor is free to choose a low frequency.
    private static let loadedPercent = 95.0
    /// Frequencies are set in steps, and the one reported may miss the maximum by a little.
    private static let fullRatioMin = 0.97
    /// A temperature at which nothing works; firmware without a trip point says -274 °C or 0.
    private static let tripMillidegreesMin: Int64 = 1_000

    /// `busyPercent`: of one processor, since the last look.
    init(_ files: SystemFiles, cores: [Int], busyPercent: Double) {
        readFrequencies(files, cores: cores, busyPercent: busyPercent)
        readFirmware(files)
        readZones(files)
    }

    private mutating func lower(to share: Double, _ note: LoadNote) {
        left = min(left, max(0, share))
        notes.append(note)
    }

    private mutating func readFrequencies(_ files: SystemFiles, cores: [Int], busyPercent: Double) {
        let isLoaded = busyPercent >= Self.loadedPercent / 100 * Double(cores.count) * 100
        var sum = 0.0
        var count = 0
        for core in cores {
            let folder = "/sys/devices/system/cpu/cpu\(core)/cpufreq/"
            guard let maximum = files.number(folder + "cpuinfo_max_freq"), maximum > 0 else { continue }
            var hertz = files.number(folder + "scaling_max_freq") ?? maximum
            let isFixed = ["performance", "userspace"].contains(files.line(folder + "scaling_governor"))
            if isLoaded || isFixed, let now = files.number(folder + "scaling_cur_freq") { hertz = min(hertz, now) }
            sum += min(1, max(0, Double(hertz) / Double(maximum)))
            count += 1
        }
        guard count > 0 else {
            unseen.append(
                .unseen(what: "frequency", path: files.place("/sys/devices/system/cpu/cpu*/cpufreq/cpuinfo_max_freq")))
            return
        }
        let ratio = sum / Double(count)
        if ratio < Self.fullRatioMin { lower(to: ratio, .frequency(percent: ratio * 100)) }
    }

    /// Hexadecimal, without 0x in today's kernels.
    private mutating func readFirmware(_ files: SystemFiles) {
        let path = "/sys/devices/platform/soc/soc:firmware/get_throttled"
        guard let line = files.line(path) else {
            unseen.append(.unseen(what: "a Raspberry Pi's supply", path: files.place(path)))
            return
        }
        let digits = line.hasPrefix("0x") ? line.dropFirst(2) : line[...]
        guard let bits = UInt32(digits, radix: 16) else {
            notes.append(.unreadable(path: files.place(path), found: line))
            return
        }
        if bits & 1 != 0 { lower(to: 0, .undervoltage) }
        if bits & 2 != 0 { lower(to: Self.halved, .frequencyCapped) }
        if bits & 4 != 0 { lower(to: 0, .throttled) }
        if bits & 8 != 0 { lower(to: Self.halved, .softTemperatureLimit) }
    }

    private mutating func readZones(_ files: SystemFiles) {
        var zones = 0
        for zone in 0..<Self.zonesMax {
            let folder = "/sys/class/thermal/thermal_zone\(zone)/"
            guard let temperature = files.number(folder + "temp") else { continue }
            zones += 1
            for trip in 0..<Self.tripsMax {
                guard let kind = files.line(folder + "trip_point_\(trip)_type") else { break }
                guard let limit = files.number(folder + "trip_point_\(trip)_temp"), limit >= Self.tripMillidegreesMin,
                    temperature >= limit, let share = Self.left(above: kind)
                else { continue }
                lower(
                    to: share,
                    .hot(
                        zone: zone, celsius: Double(temperature) / 1_000, trip: kind,
                        tripCelsius: Double(limit) / 1_000))
            }
        }
        if zones == 0 {
            unseen.append(.unseen(what: "heat", path: files.place("/sys/class/thermal/thermal_zone*/temp")))
        }
    }

    /// Nil: a fan's business.
    private static func left(above kind: String) -> Double? {
        switch kind {
        case "passive": halved
        case "hot", "critical": 0
        default: nil
        }
    }
}
