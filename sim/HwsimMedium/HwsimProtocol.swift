/// The generic netlink protocol of Linux's simulated radios, as far as a medium speaks it. Debian's headers lack it; the
/// numbers are those of drivers/net/wireless/mac80211_hwsim.h, Linux 6.1, where they are frozen as user-space ABI.
enum HwsimProtocol {
    static let family = "MAC80211_HWSIM"
    static let version: UInt8 = 1

    /// A medium says that it exists; from then on every frame of the namespace's radios comes to it, and to it alone.
    static let commandRegister: UInt8 = 1
    /// To us: a radio has sent this. From us: this radio hears that.
    static let commandFrame: UInt8 = 2
    /// From us: what became of a frame. Without it the frame waits in the kernel for ever.
    static let commandTransmissionInfo: UInt8 = 3

    static let attributeReceiver: Int32 = 1
    static let attributeTransmitter: Int32 = 2
    static let attributeFrame: Int32 = 3
    static let attributeFlags: Int32 = 4
    static let attributeReceiveRate: Int32 = 5
    static let attributeSignal: Int32 = 6
    static let attributeTransmissionInfo: Int32 = 7
    static let attributeCookie: Int32 = 8
    static let attributeFrequency: Int32 = 19
    /// Highest attribute of 6.1 that a message to us may bear; what lies above is skipped.
    static let attributeMax: Int32 = 27

    /// HWSIM_TX_STAT_ACK: the receiver has acknowledged.
    static let flagAcknowledged: UInt32 = 1 << 2

    /// Bytes of HWSIM_ATTR_TX_INFO: four of struct hwsim_tx_rate { s8 idx; u8 count; }.
    static let ratesBytes = 8
    /// hwsim_cloned_frame_received_nl drops what is shorter than a header with three addresses.
    static let frameBytesMin = 24
}

/// A radio's number as the kernel module counts them from 0; its two addresses are made of it.
struct RadioNumber: Hashable {
    var index: Int

    /// `42:00:00:hh:ll:00`, by which the protocol names a radio; hh:ll is the number.
    var protocolAddress: [UInt8] { [0x42, 0, 0, UInt8(index >> 8 & 0xFF), UInt8(index & 0xFF), 0] }

    /// The radio with this address, its own (42:…) or its interface's (02:…); nil for any other.
    init?(address: some Collection<UInt8>) {
        let bytes = Array(address)
        guard bytes.count == 6, bytes[0] == 0x42 || bytes[0] == 0x02, bytes[1] == 0, bytes[2] == 0, bytes[5] == 0 else {
            return nil
        }
        index = Int(bytes[3]) << 8 | Int(bytes[4])
    }

    init(index: Int) { self.index = index }
}
