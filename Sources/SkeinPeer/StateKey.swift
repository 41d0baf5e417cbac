/// Whose a persisted record is: the top byte of its key, and of the `PersistID` that it is written under. What a body keeps of
/// its own (the epoch) bears none of these.
enum StateKey: UInt8 {
    case orders = 1
    case trust = 2
    case stops = 3
    case jobs = 4
    case missions = 5

    static func key(_ owner: StateKey, slot: Int) -> UInt64 { UInt64(owner.rawValue) << 56 | UInt64(slot) }

    /// Nil: nobody's here.
    static func owner(_ number: UInt64) -> StateKey? { StateKey(rawValue: UInt8(number >> 56)) }

    /// Nil: another's.
    static func slot(_ key: UInt64, of owner: StateKey) -> Int? {
        guard key >> 56 == UInt64(owner.rawValue) else { return nil }
        return Int(key & 0x00FF_FFFF_FFFF_FFFF)
    }
}
