import SkeinRadio

/// The air between robots: who hears a frame, how strongly, and whether it is acknowledged. Decides from positions alone.
///
/// Robot K (from 1) has the radios 2(K−1), its 2.4 GHz card, and 2(K−1)+1, its 5 GHz card. The kernel's radios can do both
/// bands; here a card neither sends nor hears outside its own, and the cards of one robot do not hear each other.
///
/// The kernel also tells a medium which addresses a radio listens to (HWSIM_CMD_ADD_MAC_ADDR and DEL_MAC_ADDR). Both are
/// ignored: a scan with a random address adds it and then deletes the interface's own, after which a medium that obeys
/// would acknowledge nothing. A card owns the address that its number gives it, always.
struct Medium {
    /// One radio's share of a frame.
    struct Delivery {
        var receiver: RadioNumber
        /// Whole dBm, as drivers report it.
        var powerDBm: Int32
        /// Index in the band's table of legacy rates.
        var rate: UInt32
    }

    /// What becomes of a frame.
    struct Verdict {
        var deliveries: [Delivery] = []
        var isAcknowledged = false
        /// What the sender is told the acknowledgement was heard with.
        var powerDBm: Int32 = Medium.silenceDBm
    }

    static let silenceDBm: Int32 = -100

    let model = RadioModel()

    /// What becomes of `frame` while the robots stand at `positions`, robot 1 first.
    func verdict(on frame: HwsimFrame, positions: [RobotPosition]) -> Verdict {
        var verdict = Verdict()
        guard let band = HwsimBand(frequencyMHz: frame.frequencyMHz), card(of: frame.transmitter) == band else {
            return verdict
        }
        let sender = frame.transmitter.index / 2
        guard sender < positions.count else { return verdict }
        let destination = frame.isGroupAddressed ? nil : RadioNumber(address: frame.destination)
        for robot in positions.indices where robot != sender {
            let receiver = RadioNumber(index: 2 * robot + (band == .data5GHz ? 1 : 0))
            // Cards drop what is meant for others; leaving it out here saves the guest two thirds of its work.
            if !frame.isGroupAddressed && receiver != destination { continue }
            let powerDBm = power(band: band, from: positions[sender], to: positions[robot])
            guard powerDBm >= model.usablePowerMinDBm else { continue }
            let reported = Int32(powerDBm.rounded())
            verdict.deliveries.append(
                Delivery(receiver: receiver, powerDBm: reported, rate: frame.receiveRate(band: band)))
            if receiver == destination {
                verdict.isAcknowledged = true
                verdict.powerDBm = reported
            }
        }
        return verdict
    }

    private func card(of radio: RadioNumber) -> HwsimBand {
        radio.index.isMultiple(of: 2) ? .control24GHz : .data5GHz
    }

    private func power(band: HwsimBand, from sender: RobotPosition, to receiver: RobotPosition) -> Double {
        let atOneMeterDBm =
            switch band {
            case .control24GHz: model.controlPowerAtOneMeterDBm
            case .data5GHz: model.dataPowerAtOneMeterDBm
            }
        return model.receivedPowerDBm(
            powerAtOneMeterDBm: atOneMeterDBm, distanceMeters: sender.distanceMeters(to: receiver))
    }
}
