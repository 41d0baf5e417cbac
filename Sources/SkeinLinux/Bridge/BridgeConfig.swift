/// The line to the motor controller, as the program read it from the configuration.
package struct BridgeConfig: Sendable {
    package var device: String
    package var baud: Int
    /// 32 bytes.
    package var key: [UInt8]
    /// Where north is in the field, from the x axis, counter-clockwise.
    package var northRadians: Double
    /// What must outlive a power cut.
    package var recordPath: String

    package init(
        device: String, baud: Int = 115_200, key: [UInt8], northRadians: Double = .pi / 2, recordPath: String
    ) {
        self.device = device
        self.baud = baud
        self.key = key
        self.northRadians = northRadians
        self.recordPath = recordPath
    }
}
