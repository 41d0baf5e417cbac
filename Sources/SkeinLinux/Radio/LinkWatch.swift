import SkeinPeer
import SkeinWire

/// What the radios of this robot know of a transmitter, for the loop: `signal(of:on:now:)` never waits.
///
/// Questions to the kernel run on a thread of this type's own, because netlink works a question off inside `send`,
/// under the locks of the drivers, for as long as those take: no descriptor and no poll would keep that from the loop.
/// The worker pool would not do either: a reading behind a long computation is stale when it comes.
///
/// States of an interface:
///
///     unknown → radio | wired          the first answer of the kernel
///     radio: fresh → asked → fresh     asked anew by the first look at a reading older than `refreshInterval`
///     wired                            stays so, and costs a comparison, until `interfacesChanged()`
///
/// The look that asks gets what was known before: one frame late. If the kernel answers with an error the old reading
/// stays and ages until `LinkReading.ageMax`, after which everybody is `.none`. Nothing is read when nobody looks.
package final class LinkWatch: SignalSource {
    /// A reading is asked for anew at most this often.
    package static let refreshInterval = Duration.milliseconds(250)
    package static let interfacesMax = 16

    private let work: LinkWatchWork
    private let thread: Thread

    /// Reads each of these interfaces once; from then on on demand.
    package convenience init(interfaces: [String], clock: @escaping @Sendable () -> Instant) throws(SystemError) {
        try self.init(interfaces: interfaces, clock: clock, makeRead: RadioReader.forThread)
    }

    /// - Parameter makeRead: called once, on the thread; what it returns asks the kernel, or plays it.
    package init(
        interfaces: [String], clock: @escaping @Sendable () -> Instant,
        makeRead: @escaping @Sendable () -> LinkWatchWork.Read
    ) throws(SystemError) {
        precondition(interfaces.count <= Self.interfacesMax, "\(interfaces.count) interfaces to watch")
        let work = try LinkWatchWork(interfaces: interfaces, clock: clock, makeRead: makeRead)
        self.work = work
        thread = try Thread(name: "skein-radio") { work.run() }
        interfacesChanged()
    }

    /// An address on an interface as a signal. For the loop: a lock that is held for microseconds, and at most every
    /// `refreshInterval` a wake-up of the thread.
    package func signal(of address: LinkAddress, on interface: String, now: Instant) -> Signal {
        guard let slot = work.slots.first(where: { $0.name == interface }) else { return .none }
        let (signal, rings) = slot.state.withLock { state -> (Signal, Bool) in
            guard state.kind != .wired else { return (.none, false) }
            if HardwareAddress(interfaceIdentifier: address.number) == nil { state.wantsNeighbours = true }
            return (state.reading?.signal(of: address, now: now) ?? .none, state.asks(now: now))
        }
        if rings { work.ring() }
        return signal
    }

    /// An interface came, went or was exchanged: each is looked at anew.
    package func interfacesChanged() {
        for slot in work.slots { slot.state.withLock { $0.startOver() } }
        work.ring()
    }

    /// Why the last question about an interface failed; nil when it did not.
    package func trouble(on interface: String) -> NetlinkError? {
        work.slots.first { $0.name == interface }?.state.withLock { $0.trouble }
    }

    deinit {
        work.stop()
        // A question under way ends within two seconds.
        thread.join()
    }
}
