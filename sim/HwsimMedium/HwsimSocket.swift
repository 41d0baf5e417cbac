import CNetlink
import Glibc

/// A call of libnl that failed.
struct HwsimError: Error {
    var call: String
    var reason: String

    init(_ call: String, _ code: Int32) {
        self.call = call
        reason = String(cString: nl_geterror(code))
    }
}

/// The generic netlink socket to the kernel's simulated radios.
///
/// It belongs to the namespace that the radios were made in; they stay reachable through it when they move to others. When
/// it closes, the kernel goes back to a medium of its own in which everybody hears everybody, and tells nobody.
final class HwsimSocket {
    /// Frames that came and wait to be judged, oldest first.
    fileprivate(set) var arrived: [HwsimFrame] = []
    /// Messages of the kernel that were no frame: refusals of deliveries to cards that are down or on another channel.
    fileprivate(set) var refusals = 0
    /// Messages that were not understood.
    fileprivate(set) var malformed = 0
    /// Times at which the kernel had frames for us and no room to leave them in.
    private(set) var overruns = 0

    private let socket: OpaquePointer
    private let family: Int32

    /// Room for some thousand frames; the kernel gives at most net.core.rmem_max.
    private static let receiveBytes: Int32 = 8 << 20

    init() throws(HwsimError) {
        guard let socket = nl_socket_alloc() else { throw HwsimError("nl_socket_alloc", -NLE_NOMEM) }
        self.socket = socket
        try Self.check("genl_connect", genl_connect(socket))
        // An acknowledgement for each delivery would double the traffic; refusals come all the same.
        nl_socket_disable_auto_ack(socket)
        nl_socket_disable_seq_check(socket)
        try Self.check("nl_socket_set_buffer_size", nl_socket_set_buffer_size(socket, Self.receiveBytes, 1 << 20))
        family = try Self.check(
            "genl_ctrl_resolve \(HwsimProtocol.family)", genl_ctrl_resolve(socket, HwsimProtocol.family))
        let own = Unmanaged.passUnretained(self).toOpaque()
        try Self.check(
            "nl_socket_modify_cb",
            nl_socket_modify_cb(
                socket, NL_CB_VALID, NL_CB_CUSTOM,
                { message, own in
                    Unmanaged<HwsimSocket>.fromOpaque(own!).takeUnretainedValue().take(message)
                    return Int32(NL_OK.rawValue)
                }, own))
        try Self.check(
            "nl_socket_modify_err_cb",
            nl_socket_modify_err_cb(
                socket, NL_CB_CUSTOM,
                { _, _, own in
                    Unmanaged<HwsimSocket>.fromOpaque(own!).takeUnretainedValue().refusals += 1
                    return Int32(NL_SKIP.rawValue)
                }, own))
        try send(HwsimProtocol.commandRegister) { _ in }
    }

    deinit { nl_socket_free(socket) }

    var descriptor: Int32 { nl_socket_get_fd(socket) }

    /// Reads what is there; frames go to `arrived`.
    func receive() throws(HwsimError) {
        let code = nl_recvmsgs_default(socket)
        // libnl says ENOBUFS, the kernel's word for an overrun, as NLE_NOMEM.
        if code == -NLE_NOMEM { overruns += 1 } else if code != -NLE_AGAIN { try Self.check("nl_recvmsgs", code) }
    }

    func takeArrived() -> [HwsimFrame] {
        defer { arrived.removeAll(keepingCapacity: true) }
        return arrived
    }

    /// Its receiver hears the frame.
    func deliver(_ frame: HwsimFrame, _ delivery: Medium.Delivery) throws(HwsimError) {
        try send(HwsimProtocol.commandFrame) { message in
            Self.put(message, HwsimProtocol.attributeReceiver, delivery.receiver.protocolAddress)
            Self.put(message, HwsimProtocol.attributeFrame, frame.bytes)
            nla_put_u32(message, HwsimProtocol.attributeReceiveRate, delivery.rate)
            nla_put_u32(message, HwsimProtocol.attributeSignal, UInt32(bitPattern: delivery.powerDBm))
            // With the frequency given the kernel drops the frame at cards that are on another channel.
            nla_put_u32(message, HwsimProtocol.attributeFrequency, frame.frequencyMHz)
        }
    }

    /// The sender learns what became of the frame: at the first rate if somebody acknowledged, else at all of them in vain.
    func answer(_ frame: HwsimFrame, with verdict: Medium.Verdict) throws(HwsimError) {
        var rates = frame.rates
        if verdict.isAcknowledged {
            rates[1] = 1
            rates[2] = UInt8(bitPattern: -1)
            rates[3] = 0
        }
        let flags = frame.flags | (verdict.isAcknowledged ? HwsimProtocol.flagAcknowledged : 0)
        try send(HwsimProtocol.commandTransmissionInfo) { message in
            Self.put(message, HwsimProtocol.attributeTransmitter, frame.transmitter.protocolAddress)
            nla_put_u32(message, HwsimProtocol.attributeFlags, flags)
            nla_put_u32(message, HwsimProtocol.attributeSignal, UInt32(bitPattern: verdict.powerDBm))
            Self.put(message, HwsimProtocol.attributeTransmissionInfo, rates)
            nla_put_u64(message, HwsimProtocol.attributeCookie, frame.cookie)
        }
    }

    private func send(_ command: UInt8, _ fill: (OpaquePointer) -> Void) throws(HwsimError) {
        guard let message = nlmsg_alloc() else { throw HwsimError("nlmsg_alloc", -NLE_NOMEM) }
        defer { nlmsg_free(message) }
        guard genlmsg_put(message, 0, 0, family, 0, 0, command, HwsimProtocol.version) != nil else {
            throw HwsimError("genlmsg_put", -NLE_NOMEM)
        }
        fill(message)
        try Self.check("nl_send_auto", nl_send_auto(socket, message))
    }

    private static func put(_ message: OpaquePointer, _ attribute: Int32, _ bytes: [UInt8]) {
        _ = bytes.withUnsafeBytes { nla_put(message, attribute, Int32($0.count), $0.baseAddress) }
    }

    @discardableResult
    private static func check(_ call: String, _ code: Int32) throws(HwsimError) -> Int32 {
        if code < 0 { throw HwsimError(call, code) }
        return code
    }
}

extension HwsimSocket {
    /// One message of the kernel.
    fileprivate func take(_ message: OpaquePointer?) {
        guard let header = nlmsg_hdr(message), let generic = genlmsg_hdr(header) else { return }
        // The radios' additions and deletions of addresses are of no interest: see Medium.
        guard generic.pointee.cmd == HwsimProtocol.commandFrame else { return }
        if let frame = Self.frame(in: generic) { arrived.append(frame) } else { malformed += 1 }
    }

    private static func frame(in generic: UnsafeMutablePointer<genlmsghdr>) -> HwsimFrame? {
        var attributes = [Int32: [UInt8]]()
        var attribute = genlmsg_attrdata(generic, 0)
        var remaining = genlmsg_attrlen(generic, 0)
        while let one = attribute, nla_ok(one, remaining) != 0 {
            let kind = nla_type(one)
            if kind <= HwsimProtocol.attributeMax, let data = nla_data(one) {
                attributes[kind] = Array(UnsafeRawBufferPointer(start: data, count: Int(nla_len(one))))
            }
            attribute = nla_next(one, &remaining)
        }
        guard let transmitter = attributes[HwsimProtocol.attributeTransmitter].flatMap(RadioNumber.init(address:)),
            let frequencyMHz = attributes[HwsimProtocol.attributeFrequency].flatMap({ number($0, bytes: 4) }),
            let flags = attributes[HwsimProtocol.attributeFlags].flatMap({ number($0, bytes: 4) }),
            let cookie = attributes[HwsimProtocol.attributeCookie].flatMap({ number($0, bytes: 8) }),
            let rates = attributes[HwsimProtocol.attributeTransmissionInfo], rates.count == HwsimProtocol.ratesBytes,
            let bytes = attributes[HwsimProtocol.attributeFrame], bytes.count >= HwsimProtocol.frameBytesMin
        else { return nil }
        return HwsimFrame(
            transmitter: transmitter, frequencyMHz: UInt32(frequencyMHz), flags: UInt32(flags), rates: rates,
            cookie: cookie, bytes: bytes)
    }

    /// Netlink is in the machine's own byte order; both kinds of machine that Skein runs on are little-endian.
    private static func number(_ data: [UInt8], bytes: Int) -> UInt64? {
        guard data.count == bytes else { return nil }
        return data.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
