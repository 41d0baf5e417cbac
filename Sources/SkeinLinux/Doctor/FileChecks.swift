import Glibc

/// The robot's own files: keys that are only its own, a state folder it can write, the line to its body.
struct FileChecks {
    let subject: DoctorSubject
    let tree: SystemTree
    let programs: RunningPrograms

    private static let freeBytesMin: UInt64 = 16 << 20
    private static let freeBytesGood: UInt64 = 256 << 20
    private static let othersMask: mode_t = 0o077

    func findings() -> [DoctorFinding] {
        subject.keyFiles.map(key) + (subject.stateFolder.map { state($0) } ?? [])
            + (subject.serialPort.map { [serial($0)] } ?? [])
    }

    private func key(_ path: String) -> DoctorFinding {
        guard let status = tree.status(path) else {
            return .fail(
                "key", path, "missing, or its folder is not ours to look into", fix: "skein fleet init or enroll")
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            return .fail("key", path, "no ordinary file", fix: "name the file of the key in the configuration")
        }
        return owned("key", path, status, mode: "600") ?? .pass("key", path, Self.mode(status))
    }

    /// Nil when it is ours alone.
    private func owned(_ check: String, _ path: String, _ status: stat, mode: String) -> DoctorFinding? {
        guard status.st_uid == subject.userID else {
            return .fail(
                check, path, "belongs to user \(status.st_uid), not to user \(subject.userID) who asks",
                fix: "chown \(subject.userID) \(path), or run skein as its owner")
        }
        guard status.st_mode & Self.othersMask == 0 else {
            return .fail(check, path, "mode \(Self.mode(status)): open to others", fix: "chmod \(mode) \(path)")
        }
        return nil
    }

    private static func mode(_ status: stat) -> String {
        let digits = String(status.st_mode & 0o7777, radix: 8)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    private func state(_ path: String) -> [DoctorFinding] {
        guard let status = tree.status(path) else {
            return [
                .warn("state", path, "missing: made at the first start", fix: "install -d -m 700 \(path)")
            ]
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            return [.fail("state", path, "no folder", fix: "name a folder as `folder` in [state]")]
        }
        let access =
            owned("state", path, status, mode: "700")
            ?? (tree.allows(path, W_OK | X_OK)
                ? .pass("state", path, "mode \(Self.mode(status)), ours")
                : .fail("state", path, "not writable: a read-only file system?", fix: "mount it read-write"))
        return [access] + (tree.freeBytes(path).map { [space(path, $0)] } ?? [])
    }

    private func space(_ path: String, _ bytes: UInt64) -> DoctorFinding {
        let found = "\(bytes >> 20) MiB free"
        let fix = "remove old logs, or a larger card"
        if bytes < Self.freeBytesMin { return .fail("space", path, found, fix: fix) }
        if bytes < Self.freeBytesGood { return .warn("space", path, found, fix: fix) }
        return .pass("space", path, found)
    }

    private func serial(_ path: String) -> DoctorFinding {
        guard let status = tree.status(path) else {
            return .fail(
                "serial", path, "missing",
                fix: "plug the controller in, or enable the line: raspi-config nonint do_serial_hw 0")
        }
        guard status.st_mode & S_IFMT == S_IFCHR else {
            return .fail("serial", path, "no serial line", fix: "name its device, /dev/serial0 or /dev/ttyACM0")
        }
        guard tree.allows(path, R_OK | W_OK) else {
            return .fail(
                "serial", path, "not ours to read and write", fix: "adduser USER dialout, then log in again")
        }
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let line = tree.link(path)?.split(separator: "/").last.map(String.init) ?? name
        if let getty = programs.all.first(where: { $0.name.contains("getty") && $0.arguments.contains(line) }) {
            return .fail(
                "serial", path, "a login prompt sits on it (\(getty.name), process \(getty.process))",
                fix: "systemctl disable --now serial-getty@\(line)")
        }
        let consoles = (tree.text("/proc/cmdline") ?? "").split(separator: " ").filter { $0.hasPrefix("console=") }
        guard
            !consoles.contains(where: {
                $0.dropFirst(8).split(separator: ",").first.map { [name, line].contains(String($0)) } ?? false
            })
        else {
            return .fail(
                "serial", path, "the kernel's console writes to it",
                fix: "remove console=\(name) from the kernel's command line (/boot/firmware/cmdline.txt)")
        }
        return .pass("serial", path, "present, ours to read and write")
    }
}
