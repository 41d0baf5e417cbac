/// What an MCAP file begins and ends with: MCAP specification, "Magic".
package enum McapMagic {
    package static let bytes: [UInt8] = [0x89, 0x4D, 0x43, 0x41, 0x50, 0x30, 0x0D, 0x0A]
}
