import Glibc
import SkeinPeer
import SkeinWire
import Testing

@testable import SkeinLinux

/// What a robot lends, from a tree of files made up like /proc and /sys.
@Suite struct LoadTests {
    /// Files below a folder of their own; gone with it.
    private final class Tree {
        let root: String
        private var places: [String] = []

        init() {
            var template = Array("/tmp/skein-load-XXXXXX".utf8CString)
            precondition(mkdtemp(&template) != nil, "no temporary folder")
            root = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }

        deinit {
            for place in places.reversed() { remove(place) }
            remove(root)
        }

        func write(_ path: String, _ text: String) {
            var folder = root
            for component in path.split(separator: "/").dropLast() {
                folder += "/" + component
                if mkdir(folder, 0o700) == 0 { places.append(folder) }
            }
            guard let file = fopen(root + path, "w") else { preconditionFailure("cannot write \(path)") }
            fputs(text, file)
            fclose(file)
            if !places.contains(root + path) { places.append(root + path) }
        }

        func delete(_ path: String) { remove(root + path) }
    }

    /// A robot whose processors tick second by second.
    private struct Robot {
        let tree = Tree()
        let cores: Int
        var load: ProcessorLoad
        private var now = Instant.zero
        private var busy: [Double]
        private(set) var unitsTime: Duration = .zero

        init(cores: Int) {
            self.cores = cores
            busy = [Double](repeating: 0, count: cores)
            load = ProcessorLoad(
                .measured(root: tree.root + "/", neededPercent: 120), tuning: CloudTuning(), now: .zero)
            writeStat()
            tree.write("/proc/self/cgroup", "0::/\n")
            _ = load.sample(unitsTime: .zero, now: now)
        }

        private func writeStat() {
            var text = "cpu  1 2 3 4 5 6 7 8 9 10\n"
            for core in 0..<cores {
                let ticks = Int(busy[core])
                let idle = Int(now.seconds * 100) - ticks
                text += "cpu\(core) \(ticks) 0 0 \(max(0, idle)) 0 0 0 0 0 0\n"
            }
            tree.write("/proc/stat", text + "intr 1 2 3\n")
        }

        /// Another second with these loads, percent of each core, units of others included.
        @discardableResult
        mutating func pass(_ percent: [Double], units: Double = 0, seconds: Int = 1) -> LoadReport {
            var report: LoadReport?
            for _ in 0..<seconds {
                now += .seconds(1)
                for core in 0..<cores { busy[core] += percent[core] }
                unitsTime += .fromSeconds(units / 100)
                writeStat()
                report = load.sample(unitsTime: unitsTime, now: now)
            }
            guard let report else { preconditionFailure("no second has passed") }
            return report
        }
    }

    private static let firmware = "/sys/devices/platform/soc/soc:firmware/get_throttled"

    @Test func `an idle processor is lent up to the ceiling, less the base, and never more than one`() {
        var one = Robot(cores: 1)
        var four = Robot(cores: 4)
        #expect(one.pass([0]).sample == CPUSample(idlePercent: 60, neededPercent: 120))
        #expect(four.pass([0, 0, 0, 0]).sample.idlePercent == 100)
    }

    @Test func `load within the base takes nothing, load above it does`() {
        var robot = Robot(cores: 1)
        #expect(robot.pass([29]).sample.idlePercent == 60)
        let report = robot.pass([50], seconds: 20)
        #expect(abs(report.sample.idlePercent - 40) < 5 && abs(report.loadPercent - 50) < 0.1)
        #expect(robot.pass([100], seconds: 20).sample.idlePercent == 0)
    }

    @Test func `units of others are not load`() {
        var robot = Robot(cores: 1)
        let report = robot.pass([80], units: 60, seconds: 10)
        #expect(report.sample.idlePercent == 60 && abs(report.loadPercent - 20) < 0.1)
    }

    @Test func `a step is taken over in about three seconds, and small changes are not told`() {
        var robot = Robot(cores: 1)
        robot.pass([40], seconds: 10)
        let before = robot.pass([40]).sample.idlePercent
        for percent in [43.0, 38, 44, 37, 42] { #expect(robot.pass([percent]).sample.idlePercent == before) }
        let after = robot.pass([80], seconds: 3)
        #expect(after.sample.idlePercent < 20 && after.loadPercent > 70)
    }

    @Test func `a limit of any group above the process counts`() {
        var robot = Robot(cores: 4)
        robot.tree.write("/proc/self/cgroup", "0::/robot.slice/skein.service\n")
        robot.tree.write("/sys/fs/cgroup/robot.slice/skein.service/cpu.max", "max 100000\n")
        robot.tree.write("/sys/fs/cgroup/robot.slice/cpu.max", "50000 100000\n")
        let report = robot.pass([0, 0, 0, 0])
        // 90 % of 50, less 30.
        #expect(report.sample.idlePercent == 15)
        #expect(
            report.notes == [.group(path: robot.tree.root + "/sys/fs/cgroup/robot.slice/cpu.max", percent: 50)])
    }

    @Test func `a group's own use counts against its limit, units excepted`() {
        var robot = Robot(cores: 4)
        let folder = "/sys/fs/cgroup/a"
        robot.tree.write("/proc/self/cgroup", "0::/a\n")
        robot.tree.write(folder + "/cpu.max", "100000 100000\n")
        robot.tree.write(folder + "/cpu.stat", "usage_usec 0\nuser_usec 0\n")
        robot.pass([100, 100, 0, 0], units: 40)
        robot.tree.write(folder + "/cpu.stat", "usage_usec 800000\nuser_usec 0\n")
        // 90 of 100, less 80 that the group took, of which 40 were units.
        #expect(abs(robot.pass([100, 100, 0, 0], units: 40).sample.idlePercent - 50) < 0.1)
    }

    @Test func `a group of version 1 counts, and without accounts the machine's load is its load`() {
        var robot = Robot(cores: 2)
        let folder = "/sys/fs/cgroup/cpu,cpuacct"
        robot.tree.write("/proc/self/cgroup", "5:memory:/a\n4:cpu,cpuacct:/a\n0::/\n")
        robot.tree.write(folder + "/cpu.shares", "1024\n")
        robot.tree.write(folder + "/a/cpu.cfs_quota_us", "80000\n")
        robot.tree.write(folder + "/a/cpu.cfs_period_us", "100000\n")
        robot.tree.write(folder + "/cpu.cfs_quota_us", "-1\n")
        robot.tree.write(folder + "/cpu.cfs_period_us", "100000\n")
        let report = robot.pass([50, 0])
        #expect(abs(report.sample.idlePercent - (72 - 50)) < 0.1 && report.notes.count == 1)
        robot.tree.write(folder + "/a/cpuacct.usage", "0\n")
        robot.pass([50, 0], seconds: 20)
        #expect(abs(robot.pass([50, 0]).sample.idlePercent - (72 - 30)) < 0.1)
    }

    @Test func `in a container the mount's root is the group`() {
        var robot = Robot(cores: 2)
        robot.tree.write("/proc/self/cgroup", "0::/../../docker/1234\n")
        robot.tree.write("/sys/fs/cgroup/cpu.max", "60000 100000\n")
        #expect(robot.pass([0, 0]).sample.idlePercent == 24)
    }

    @Test func `processors this process may not use are not counted`() {
        var robot = Robot(cores: 4)
        robot.tree.write("/proc/self/status", "Name:\tskein\nCpus_allowed_list:\t2\n")
        let report = robot.pass([100, 100, 20, 100])
        #expect(report.sample.idlePercent == 60 && report.notes == [.affinity(cores: 1, of: 4)])
    }

    @Test(arguments: ["", "\n", "cpu", "cpu0 1 2", "cpu0 a b c d e f g h", "cpu-1 1 1 1 1 1 1 1 1", "\u{0}"])
    func `without a readable account of the processors nothing is lent, and it says so`(text: String) {
        var robot = Robot(cores: 1)
        robot.pass([0])
        robot.tree.write("/proc/stat", text)
        let report = robot.load.sample(unitsTime: .zero, now: .zero + .seconds(2))
        #expect(report.sample.idlePercent == 0 && report.notes.count == 1)
        #expect("\(report.notes)".contains("/proc/stat"))
        robot.pass([0])
        #expect(robot.pass([0]).sample.idlePercent >= 0)
    }

    @Test(arguments: [
        "", "max", "50000", "-5 100000", "50000 0", "99999999999999999999 1", "x y", "1 2 3", "\u{0}\u{1}",
    ])
    func `a limit that makes no sense never traps`(text: String) {
        var robot = Robot(cores: 1)
        robot.tree.write("/sys/fs/cgroup/cpu.max", text)
        robot.tree.write(Self.firmware, text)
        robot.tree.write("/proc/self/status", "Cpus_allowed_list:\t\(text)\n")
        robot.tree.write("/sys/class/thermal/thermal_zone0/temp", text)
        robot.tree.write("/sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq", text)
        let report = robot.pass([0])
        #expect((0...60).contains(report.sample.idlePercent))
        #expect(!report.notes.isEmpty)
    }

    @Test func `every kind of throttling lowers what is lent, none raises it`() {
        for (file, text, expected) in Self.throttlings {
            for percent in [0.0, 25, 50, 75, 95, 100] {
                var plain = Robot(cores: 1)
                var throttled = Robot(cores: 1)
                throttled.tree.write("/sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq", "1500000\n")
                throttled.tree.write("/sys/devices/system/cpu/cpu0/cpufreq/scaling_max_freq", "1500000\n")
                throttled.tree.write("/sys/class/thermal/thermal_zone3/temp", "84500\n")
                throttled.tree.write("/sys/class/thermal/thermal_zone3/trip_point_0_type", "critical\n")
                throttled.tree.write("/sys/class/thermal/thermal_zone3/trip_point_0_temp", "110000\n")
                throttled.tree.write("/sys/class/thermal/thermal_zone3/trip_point_1_type", "passive\n")
                throttled.tree.write("/sys/class/thermal/thermal_zone3/trip_point_1_temp", "-274000\n")
                throttled.tree.write(file, text)
                let free = plain.pass([percent]).sample.idlePercent
                let report = throttled.pass([percent])
                #expect(report.sample.idlePercent <= free && !report.notes.isEmpty, "\(file) \(percent)")
                if percent == 0 { #expect(abs(report.sample.idlePercent - expected) < 1e-9, "\(file) \(text)") }
            }
        }
    }

    private static let throttlings: [(file: String, text: String, lentWhenIdle: Double)] = [
        (firmware, "1\n", 0), (firmware, "4\n", 0), (firmware, "0x50005\n", 0), (firmware, "2\n", 15),
        (firmware, "f0008\n", 15),
        ("/sys/class/thermal/thermal_zone3/trip_point_1_temp", "80000\n", 15),
        ("/sys/class/thermal/thermal_zone3/temp", "110000\n", 0),
        ("/sys/devices/system/cpu/cpu0/cpufreq/scaling_max_freq", "750000\n", 15),
    ]

    @Test func `what was is not what is: the firmware's history bits lower nothing`() {
        var robot = Robot(cores: 1)
        robot.tree.write(Self.firmware, "50000\n")
        #expect(robot.pass([0]).sample.idlePercent == 60)
    }

    @Test func `a low frequency is throttling only under load, or where the governor fixes it`() {
        var robot = Robot(cores: 1)
        let folder = "/sys/devices/system/cpu/cpu0/cpufreq/"
        robot.tree.write(folder + "cpuinfo_max_freq", "1500000\n")
        robot.tree.write(folder + "scaling_max_freq", "1500000\n")
        robot.tree.write(folder + "scaling_cur_freq", "600000\n")
        robot.tree.write(folder + "scaling_governor", "ondemand\n")
        #expect(robot.pass([10]).sample.idlePercent == 60)
        // All of it is units' time.
        let loaded = robot.pass([99], units: 99)
        #expect(loaded.notes == [.frequency(percent: 40)] && abs(loaded.sample.idlePercent - 6) < 1e-9)
        var fixed = Robot(cores: 1)
        fixed.tree.write(folder + "cpuinfo_max_freq", "1500000\n")
        fixed.tree.write(folder + "scaling_cur_freq", "750000\n")
        fixed.tree.write(folder + "scaling_governor", "performance\n")
        #expect(fixed.pass([0]).sample.idlePercent == 15)
    }

    @Test func `throttling counts at once, and its end only when it lasts`() {
        var robot = Robot(cores: 1)
        robot.pass([0], seconds: 5)
        robot.tree.write(Self.firmware, "1\n")
        #expect(robot.pass([0]).sample.idlePercent == 0)
        robot.tree.write(Self.firmware, "0\n")
        for _ in 0..<9 { #expect(robot.pass([0]).sample.idlePercent == 0) }
        #expect(robot.pass([0]).sample.idlePercent == 60)
    }

    @Test func `a stated sample is told whatever the machine does`() {
        let stated = CPUSample(idlePercent: 47, neededPercent: 118)
        var load = ProcessorLoad(.stated(stated), tuning: CloudTuning(), now: .zero)
        #expect(load.sample(unitsTime: .seconds(5), now: .zero + .seconds(1)).sample == stated)
    }

    @Test func `looks too close together change nothing`() {
        var robot = Robot(cores: 1)
        robot.pass([0])
        let report = robot.load.sample(unitsTime: .zero, now: .zero + .milliseconds(1_100))
        #expect(report.sample.idlePercent == 60)
    }

    @Test func `this machine itself can be looked at`() {
        var load = ProcessorLoad(.measured(root: "/", neededPercent: 120), tuning: CloudTuning(), now: .zero)
        let first = load.sample(unitsTime: .zero, now: .zero)
        let second = load.sample(unitsTime: .zero, now: .zero + .seconds(1))
        #expect(first.sample.idlePercent == 0 && (0...100).contains(second.sample.idlePercent))
        #expect(!second.notes.contains { if case .unreadable = $0 { true } else { false } })
    }
}
