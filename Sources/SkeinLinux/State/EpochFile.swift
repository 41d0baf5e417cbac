import SkeinWire

/// The number of this boot, counted up on the disk before the first message leaves (replay windows of the others depend
/// on it). The first is drawn: were it 1, a robot that has lost its disk would say other words under numbers it has used,
/// and a recording of the earlier ones beside them would prove it two-faced. One line: the number and the CRC-32 of its
/// digits, `42 3224b088`.
enum EpochFile {
    private static let bytesMax = 64
    /// The first boot's number is one of these: it leaves three thousand million boots.
    private static let firsts: ClosedRange<UInt32> = 1...1 << 30

    /// Counts up and returns the new epoch, on the disk when this returns. `mayBeFirst`: nothing else is in the folder.
    static func advance(_ path: String, mayBeFirst: Bool) throws(StateError) -> Epoch {
        let epoch: Epoch
        if let last = try read(path) {
            guard last.number < .max else { throw .exhaustedEpoch(path) }
            epoch = Epoch(last.number + 1)
        } else {
            guard mayBeFirst else { throw .missingEpoch(path) }
            epoch = Epoch(UInt32.random(in: firsts))
        }
        try StateError.wrapping { () throws(SystemError) in try Folder.replace(path, with: Array(line(epoch).utf8)) }
        return epoch
    }

    static func read(_ path: String) throws(StateError) -> Epoch? {
        guard let bytes = try StateError.wrapping({ () throws(SystemError) in try Folder.read(path, limit: bytesMax) })
        else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        let number = text.split(separator: " ").first.flatMap { UInt32($0) }
        guard let number, number > 0, line(Epoch(number)) == text else {
            throw .corruptEpoch(path, found: bytes.isEmpty ? "an empty file" : String(text.prefix(32)).debugDescription)
        }
        return Epoch(number)
    }

    private static func line(_ epoch: Epoch) -> String {
        let digits = String(epoch.number)
        let sum = String(Checksum.crc32(Array(digits.utf8)), radix: 16)
        return digits + " " + String(repeating: "0", count: 8 - sum.count) + sum + "\n"
    }
}
