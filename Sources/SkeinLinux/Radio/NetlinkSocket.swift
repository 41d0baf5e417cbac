import CNetlink
import Glibc

/// A netlink socket: one question, all its answers, then the next.
///
/// The kernel works a question off inside `send`, in the caller's time and under the locks of its drivers (the
/// rtnetlink mutex, a wiphy's mutex; a full-MAC driver asks its firmware over SDIO). A descriptor that does not block
/// changes nothing about that: **never ask from the loop's thread**. `LinkWatch` has a thread for it.
package struct NetlinkSocket: ~Copyable {
    private let socket: OpaquePointer

    /// Longer waits for an answer end in an error. Answers of the kernel lie ready when `send` returns.
    private static let waitSecondsMax = 2
    /// More messages than this in one answer are left unread: a dump of 4096 neighbours or stations.
    package static let messagesMax = 4096

    /// - Parameter family: NETLINK_ROUTE or NETLINK_GENERIC.
    package init(family: Int32) throws(NetlinkError) {
        guard let socket = nl_socket_alloc() else { throw .failed(NLE_NOMEM, asked: "netlink socket") }
        let failure = nl_connect(socket, family)
        guard failure >= 0 else {
            nl_socket_free(socket)
            throw .failed(-failure, asked: "netlink socket")
        }
        self.socket = socket
        // The acknowledgement of a question that was not a dump trips libnl's check; this socket asks one at a time.
        nl_socket_disable_seq_check(socket)
        var wait = timeval(tv_sec: Self.waitSecondsMax, tv_usec: 0)
        setsockopt(nl_socket_get_fd(socket), SOL_SOCKET, SO_RCVTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { nl_socket_free(socket) }

    /// The number of a generic netlink family in this kernel.
    package func resolve(_ name: String) throws(NetlinkError) -> Int32 {
        let number = genl_ctrl_resolve(socket, name)
        guard number >= 0 else {
            throw number == -NLE_OBJ_NOTFOUND ? .familyMissing(name) : .failed(-number, asked: name)
        }
        return number
    }

    /// An rtnetlink question: the payloads of all answers, without `nlmsghdr`.
    package func ask(_ type: Int, flags: Int32, header: [UInt8], asked: String) throws(NetlinkError) -> [[UInt8]] {
        guard let message = nlmsg_alloc_simple(Int32(type), NLM_F_REQUEST | flags) else {
            throw .failed(NLE_NOMEM, asked: asked)
        }
        defer { nlmsg_free(message) }
        var header = header
        let failure = nlmsg_append(message, &header, header.count, 4)
        guard failure >= 0 else { throw .failed(-failure, asked: asked) }
        return try exchange(message, asked: asked)
    }

    /// A generic netlink question: the attributes of all answers.
    package func ask(
        family: Int32, command: UInt8, flags: Int32, integers: [(type: UInt32, value: UInt32)],
        marks: [UInt32] = [], asked: String
    ) throws(NetlinkError) -> [NetlinkAttributes] {
        guard let message = nlmsg_alloc() else { throw .failed(NLE_NOMEM, asked: asked) }
        defer { nlmsg_free(message) }
        guard genlmsg_put(message, 0, 0, family, 0, NLM_F_REQUEST | flags, command, 0) != nil else {
            throw .failed(NLE_NOMEM, asked: asked)
        }
        for (type, value) in integers {
            let failure = nla_put_u32(message, Int32(type), value)
            guard failure >= 0 else { throw .failed(-failure, asked: asked) }
        }
        for type in marks {
            let failure = nla_put_flag(message, Int32(type))
            guard failure >= 0 else { throw .failed(-failure, asked: asked) }
        }
        return try exchange(message, asked: asked).map {
            NetlinkAttributes(Array($0.dropFirst(MemoryLayout<genlmsghdr>.size)))
        }
    }

    /// Collects payloads until the kernel says that was all.
    private final class Answer {
        var payloads: [[UInt8]] = []
        var isComplete = false
    }

    private func exchange(_ message: OpaquePointer, asked: String) throws(NetlinkError) -> [[UInt8]] {
        let answer = Answer()
        let context = Unmanaged.passUnretained(answer).toOpaque()
        nl_socket_modify_cb(
            socket, NL_CB_VALID, NL_CB_CUSTOM,
            { message, context in
                let answer = Unmanaged<Answer>.fromOpaque(context!).takeUnretainedValue()
                guard let header = nlmsg_hdr(message), answer.payloads.count < NetlinkSocket.messagesMax else {
                    return Int32(NL_SKIP.rawValue)
                }
                let length = Int(max(0, nlmsg_datalen(header)))
                answer.payloads.append(Array(UnsafeRawBufferPointer(start: nlmsg_data(header), count: length)))
                return Int32(NL_OK.rawValue)
            }, context)
        // End of a dump; acknowledgement of anything else.
        for kind in [NL_CB_FINISH, NL_CB_ACK] {
            nl_socket_modify_cb(
                socket, kind, NL_CB_CUSTOM,
                { _, context in
                    Unmanaged<Answer>.fromOpaque(context!).takeUnretainedValue().isComplete = true
                    return Int32(NL_STOP.rawValue)
                }, context)
        }
        // A table that changed while it was dumped is good enough: whoever was missed is there the next time.
        nl_socket_modify_cb(socket, NL_CB_DUMP_INTR, NL_CB_CUSTOM, { _, _ in Int32(NL_OK.rawValue) }, nil)
        let failure = nl_send_auto(socket, message)
        guard failure >= 0 else { throw .failed(-failure, asked: asked) }
        while !answer.isComplete {
            let failure = nl_recvmsgs_default(socket)
            guard failure >= 0 else { throw .failed(-failure, asked: asked) }
        }
        return withExtendedLifetime(answer) { answer.payloads }
    }
}
