import Glibc

/// The machine below the peer: its clock, processor, supply, randomness and kernel.
struct MachineChecks {
    let tree: SystemTree
    let programs: RunningPrograms
    /// Seconds since 1970 by the wall clock.
    let wallSeconds: Int

    /// 2025-01-01. A board without a battery starts in 1970, or where it was switched off.
    static let wallSecondsMin = 1_735_689_600
    /// Linux 5.4: the oldest that Raspberry Pi OS and Debian still had with these drivers.
    static let kernelMin = (major: 5, minor: 4)
    /// Older kernels count to 4096 and are ready at 128; since 5.18 the count is 256 once ready.
    static let entropyBitsMin = 128

    func findings() -> [DoctorFinding] {
        [kernel(), clock(), governor(), supply()] + heat() + [limit(), random()]
    }

    private func kernel() -> DoctorFinding {
        guard let release = tree.text("/proc/sys/kernel/osrelease") else {
            return .warn("kernel", "Linux", "release unknown", fix: "mount /proc")
        }
        let numbers = release.split { !$0.isNumber }.prefix(2).compactMap { Int($0) }
        let isOld =
            numbers.count == 2 && (numbers[0], numbers[1]) < (Self.kernelMin.major, Self.kernelMin.minor)
        return isOld
            ? .warn(
                "kernel", "Linux", "\(release), older than \(Self.kernelMin.major).\(Self.kernelMin.minor)",
                fix: "apt full-upgrade, or a newer image")
            : .pass("kernel", "Linux", release)
    }

    /// Skein keeps time by its own messages; logs and certificates of other programs go by this one.
    private func clock() -> DoctorFinding {
        guard wallSeconds >= Self.wallSecondsMin else {
            return .warn(
                "clock", "wall clock", "before 2025; Skein does not need it, log files will be dated wrongly",
                fix: "date -s, a clock chip (dtoverlay=i2c-rtc), or chrony")
        }
        if tree.exists("/run/systemd/timesync/synchronized") {
            return .pass("clock", "wall clock", "synchronised by systemd-timesyncd")
        }
        let keepers = ["chronyd", "ntpd", "ptp4l", "gpsd"]
        if let keeper = keepers.first(where: { !programs.named($0).isEmpty }) {
            return .pass("clock", "wall clock", "kept by \(keeper)")
        }
        return .warn(
            "clock", "wall clock", "set by nobody; Skein does not need it, log files of robots will disagree",
            fix: "apt install chrony")
    }

    private func governor() -> DoctorFinding {
        let folder = "/sys/devices/system/cpu"
        let governors = tree.names(folder).compactMap { tree.text("\(folder)/\($0)/cpufreq/scaling_governor") }
        var different: [String] = []
        for governor in governors where !different.contains(governor) { different.append(governor) }
        guard !different.isEmpty else { return .pass("governor", "processor", "no frequency scaling") }
        guard different.contains("powersave") else {
            return .pass("governor", "processor", different.joined(separator: ", "))
        }
        // intel_pstate's and amd-pstate's governor of this name does scale.
        let driver = tree.text("\(folder)/cpu0/cpufreq/scaling_driver") ?? ""
        if driver.hasPrefix("intel_pstate") || driver.hasPrefix("amd-pstate") {
            return .pass("governor", "processor", "powersave (\(driver), scales with load)")
        }
        return .warn(
            "governor", "processor", "powersave: always at the lowest frequency",
            fix: "echo schedutil | tee \(folder)/cpu*/cpufreq/scaling_governor")
    }

    private func supply() -> DoctorFinding {
        let now = tree.text("/sys/devices/platform/soc/soc:firmware/get_throttled").map {
            $0.hasPrefix("0x") ? $0.dropFirst(2) : $0[...]
        }.flatMap { UInt32($0, radix: 16) }
        let alarm = tree.names("/sys/class/hwmon").contains { name in
            tree.text("/sys/class/hwmon/\(name)/name") == "rpi_volt"
                && tree.integer("/sys/class/hwmon/\(name)/in0_lcrit_alarm") == 1
        }
        let fix = "a supply of 5.1 V and 3 A or more, a short thick cable; motors on a supply of their own"
        // Bits 0 and 16 of get_throttled: voltage too low now, and once since the start.
        if (now ?? 0) & 1 != 0 || alarm { return .warn("supply", "voltage", "too low now", fix: fix) }
        if (now ?? 0) & 1 << 16 != 0 {
            return .warn("supply", "voltage", "was too low since the start", fix: fix)
        }
        return .pass("supply", "voltage", now == nil ? "not told by this machine" : "in order")
    }

    private func heat() -> [DoctorFinding] {
        let folder = "/sys/devices/system/cpu"
        let cores = tree.names(folder).filter { $0.hasPrefix("cpu") }.compactMap { Int($0.dropFirst(3)) }
        let notes = Throttling(tree.files, cores: cores, busyPercent: 0).notes.filter { $0 != .undervoltage }
        guard notes.isEmpty else {
            return notes.map {
                .warn(
                    "throttling", "processor", $0.description,
                    fix: "a heat sink or fan; scaling_max_freq back to cpuinfo_max_freq if somebody lowered it")
            }
        }
        let hottest = tree.names("/sys/class/thermal").filter { $0.hasPrefix("thermal_zone") }
            .compactMap { tree.integer("/sys/class/thermal/\($0)/temp") }.max()
        return [.pass("throttling", "processor", hottest.map { "none at \($0 / 1_000) °C" } ?? "none")]
    }

    private func limit() -> DoctorFinding {
        let (groups, _) = ControlGroup.limits(tree.files)
        guard let least = groups.min(by: { $0.capacityPercent < $1.capacityPercent }) else {
            return .pass("cpu-limit", "control group", "none")
        }
        let found = "\(Int(least.capacityPercent)) % of one processor (\(least.path))"
        guard least.capacityPercent < 100 else { return .pass("cpu-limit", "control group", found) }
        return .warn(
            "cpu-limit", "control group", found + ": the peer lends no more than that",
            fix: "CPUQuota= of its unit (systemctl edit skein), or --cpus of its container")
    }

    private func random() -> DoctorFinding {
        guard let bits = tree.integer("/proc/sys/kernel/random/entropy_avail") else {
            return .pass("random", "kernel", "not told")
        }
        guard bits < Self.entropyBitsMin else { return .pass("random", "kernel", "ready") }
        return .warn(
            "random", "kernel", "\(bits) bits: not ready, keys would wait",
            fix: "wait after the start, or enable the board's generator: modprobe bcm2835-rng")
    }
}
