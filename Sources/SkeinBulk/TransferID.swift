import SkeinWire

/// A transfer's number with the robot that sends. The low byte is its place there, so that either side finds it at once;
/// a number in a place is never used twice in one boot.
package struct TransferID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package static let placesMax = 256

    package var number: UInt32

    package init(_ number: UInt32) { self.number = number }

    var place: Int { Int(number & 0xFF) }

    package static func == (left: Self, right: Self) -> Bool { left.number == right.number }
    package static func < (left: Self, right: Self) -> Bool { left.number < right.number }

    package var description: String { "t\(number >> 8).\(place)" }
}

/// The number of this robot's wish for an object.
package struct FetchID: Hashable, Comparable, Sendable {
    package var number: UInt32

    package init(_ number: UInt32) { self.number = number }

    package static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}
