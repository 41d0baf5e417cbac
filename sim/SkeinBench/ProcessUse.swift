import Glibc

/// What this process has used so far.
package enum ProcessUse {
    /// Of all its threads, user's and kernel's.
    package static func processorSeconds() -> Double {
        var time = timespec()
        guard clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0 else { preconditionFailure("no processor clock") }
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    /// The most memory that was resident since its program was started: VmHWM of proc(5). getrusage(2) counts whoever
    /// started it too.
    package static func residentKilobytesMax() -> Int {
        guard let file = fopen("/proc/self/status", "r") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        while fgets(&line, Int32(line.count), file) != nil {
            let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            guard text.hasPrefix("VmHWM:") else { continue }
            let words = text.split(whereSeparator: \.isWhitespace)
            return words.count > 1 ? Int(words[1]) ?? 0 : 0
        }
        return 0
    }
}
