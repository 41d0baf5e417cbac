import SkeinWire

/// A fully specified message and the exact bytes of its body. The bytes were written by another program (Python's
/// `struct`) from the diagrams in Sources/SkeinWire/Messages; a change of layout must change the protocol's version.
package struct GoldenMessage: Sendable, CustomStringConvertible {
    package let message: Message
    package let body: [UInt8]

    /// `hex` holds the fields in order, spaces and line ends where the reader likes them.
    init(_ message: Message, _ hex: String) {
        self.message = message
        body = hexBytes(hex)
    }

    package var kind: MessageKind { message.kind }
    package var description: String { "\(kind)" }

    /// One of every kind.
    package static let all: [GoldenMessage] = mesh + cloud + trust + clock + probing + stops + work

    static let pose = PoseField(
        xMeters: 12.5, yMeters: -7.25, headingRadians: 1.5,
        covariance: [0.25, 0.125, -0.0625, 0.5, 0.03125, 0.0078125])
    static let task = TaskID(requester: NodeID(0x0107), number: 0xA1B2_C3D4)
}

/// The bytes of a text in hexadecimal; white space is the reader's.
package func hexBytes(_ hex: String) -> [UInt8] {
    let digits = hex.compactMap(\.hexDigitValue)
    precondition(digits.count % 2 == 0, "half a byte in \(hex)")
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}
