import CLCM
import SkeinLinux
import SkeinWire

/// LCM on its multicast group, and what is subscribed there.
final class LCMLink {
    /// What a handler is given.
    typealias Take = (UnsafeRawBufferPointer) -> Void

    private final class Subscription {
        let take: Take
        init(_ take: @escaping Take) { self.take = take }
    }

    /// More than a member hears in ten seconds: its own default is thirty messages.
    private static let queueMax: Int32 = 2_000

    private let lcm: OpaquePointer
    private var subscriptions: [Subscription] = []

    /// `hops`: 0 stays on this machine.
    init(hops: Int) {
        guard let lcm = lcm_create("udpm://239.255.76.67:7667?ttl=\(hops)") else {
            LCMBench.end("LCM cannot start: is there a route for multicast?")
        }
        self.lcm = lcm
    }

    deinit { lcm_destroy(lcm) }

    func publish(_ bytes: [UInt8], on channel: String) {
        guard lcm_publish(lcm, channel, bytes, UInt32(bytes.count)) == 0 else {
            LCMBench.end("LCM cannot send on \(channel)")
        }
    }

    func subscribe(_ channel: String, _ take: @escaping Take) {
        let subscription = Subscription(take)
        subscriptions.append(subscription)
        let handle = lcm_subscribe(
            lcm, channel,
            { buffer, _, context in
                guard let buffer, let context else { return }
                let bytes = UnsafeRawBufferPointer(start: buffer.pointee.data, count: Int(buffer.pointee.data_size))
                Unmanaged<Subscription>.fromOpaque(context).takeUnretainedValue().take(bytes)
            }, Unmanaged.passUnretained(subscription).toOpaque())
        lcm_subscription_set_queue_capacity(handle, Self.queueMax)
    }

    /// Takes at most one message; false: none came within this span.
    @discardableResult
    func handle(within span: Duration) -> Bool {
        guard Waiting.untilReadable(lcm_get_fileno(lcm), within: span) else { return false }
        return lcm_handle(lcm) == 0
    }
}
