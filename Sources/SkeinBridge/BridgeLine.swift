import CSkeinBridge
import SkeinPeer

/// One end of a serial line: bytes in, verified messages out; messages in, signed frames out (`skein_link.h`).
///
/// A signature's timestamp may not go beyond what is durably kept (`reservation`, `reserve`): until then nothing is sent, and what
/// has come waits, 4 KiB at most.
package final class BridgeLine {
    /// Who speaks.
    package enum Side: Sendable {
        case peer
        case controller
    }

    package static let keyBytes = Int(SKEIN_LINK_KEY_BYTES)
    /// 2015-01-01 UTC, whence timestamps count.
    private static let epochSeconds: UInt64 = 1_420_070_400
    private static let waitingMax = 4_096

    private let side: Side
    private let link: UnsafeMutablePointer<skein_link>
    private var waiting: [UInt8] = []

    /// `stored`: what was last reserved with this key; 0: nothing ever.
    package init(key: [UInt8], side: Side, stored: UInt64) {
        precondition(key.count == Self.keyBytes, "a bridge key of \(key.count) bytes")
        self.side = side
        link = .allocate(capacity: 1)
        link.initialize(to: skein_link())
        let component =
            switch side {
            case .peer: SKEIN_COMPONENT_PEER
            case .controller: SKEIN_COMPONENT_CONTROLLER
            }
        skein_link_init(link, key, UInt8(SKEIN_SYSTEM_ID), UInt8(component), 0, stored)
    }

    deinit { link.deallocate() }

    /// Half a frame that came before the line was opened anew is none.
    package func flush() {
        waiting.removeAll(keepingCapacity: true)
        skein_link_flush(link)
    }

    // MARK: Timestamps

    /// By the system's clock; one that steps back, or was never set, changes nothing.
    package func setClock(wallSeconds: UInt64) {
        guard wallSeconds > Self.epochSeconds else { return }
        skein_link_clock(link, (wallSeconds - Self.epochSeconds) &* UInt64(SKEIN_LINK_TICKS_PER_SECOND))
    }

    /// What to keep durably now; nil: no need.
    package var reservation: UInt64? {
        let ticks = skein_link_reservation(link)
        return ticks == 0 ? nil : ticks
    }

    /// It is kept.
    package func reserve(_ ticks: UInt64) { skein_link_reserved(link, ticks) }

    // MARK: Bytes

    package func take(_ bytes: ArraySlice<UInt8>, _ handle: (BridgeMessage) -> Void) {
        waiting += bytes.suffix(max(0, Self.waitingMax - waiting.count))
        take(handle)
    }

    /// What waits, after a reservation.
    package func take(_ handle: (BridgeMessage) -> Void) {
        var message = skein_message()
        while true {
            let fed = waiting.withUnsafeBufferPointer { skein_link_feed(link, $0.baseAddress, $0.count) }
            waiting.removeFirst(fed)
            var event = skein_link_next(link, &message)
            while event == SKEIN_LINK_MESSAGE {
                if isPartners(message), let told = BridgeMessage(message) { handle(told) }
                event = skein_link_next(link, &message)
            }
            if event == SKEIN_LINK_RESERVE || waiting.isEmpty || fed == 0 { return }
        }
    }

    /// Whoever else has the key is not this line's other end.
    private func isPartners(_ message: skein_message) -> Bool {
        let partner =
            switch side {
            case .peer: SKEIN_COMPONENT_CONTROLLER
            case .controller: SKEIN_COMPONENT_PEER
            }
        return message.system_id == UInt8(SKEIN_SYSTEM_ID) && message.component_id == UInt8(partner)
    }

    /// Nil: nothing may be sent before something is reserved.
    package func frame(_ message: BridgeMessage) -> [UInt8]? {
        message.encode(as: side) { id, payload in
            var out = [UInt8](repeating: 0, count: Int(SKEIN_LINK_FRAME_BYTES_MAX))
            let count = skein_link_frame(link, id, payload.baseAddress, payload.count, &out, out.count)
            return count == 0 ? nil : Array(out.prefix(count))
        }
    }

    // MARK: Figures

    package var accepted: UInt64 { link.pointee.statistics.accepted }
    package var sent: UInt64 { link.pointee.statistics.sent }
    package var lost: UInt64 { link.pointee.statistics.lost }

    /// In the order of `BridgeDrop.allCases`.
    package var drops: [UInt64] {
        BridgeDrop.allCases.map { skein_link_dropped(link, skein_drop(UInt32($0.rawValue))) }
    }
}
