/// What a radio has sent: a HWSIM_CMD_FRAME from the kernel.
struct HwsimFrame {
    var transmitter: RadioNumber
    var frequencyMHz: UInt32
    var flags: UInt32
    /// The rates it is to be tried at: four of (index in the band's table, tries), index −1 for none.
    var rates: [UInt8]
    /// By which the kernel knows the frame in our answer.
    var cookie: UInt64
    /// The frame itself, from its 802.11 header on.
    var bytes: [UInt8]

    /// Address 1 of the 802.11 header (IEEE 802.11-2020 §9.3.1): whom it is meant for.
    var destination: ArraySlice<UInt8> { bytes[4..<10] }
    var isGroupAddressed: Bool { bytes[4] & 1 == 1 }

    /// Which of the band's legacy rates a receiver shall report. The kernel drops a frame whose index is not below the
    /// number of rates of the band: 12 on 2.4 GHz, 8 on 5 GHz.
    func receiveRate(band: HwsimBand) -> UInt32 {
        let index = Int(Int8(bitPattern: rates.first ?? 0))
        return UInt32(min(max(index, 0), band.legacyRates - 1))
    }
}

/// The two bands that a robot's two cards are for.
enum HwsimBand {
    case control24GHz
    case data5GHz

    init?(frequencyMHz: UInt32) {
        switch frequencyMHz {
        case 2_400..<2_500: self = .control24GHz
        case 4_900..<5_900: self = .data5GHz
        default: return nil
        }
    }

    /// Entries of the band's rate table in mac80211_hwsim: 1…11 Mb/s CCK on 2.4 GHz only, 6…54 Mb/s on both.
    var legacyRates: Int {
        switch self {
        case .control24GHz: 12
        case .data5GHz: 8
        }
    }
}
