import SkeinLinux
import SkeinSeal
import SkeinWire

/// What a slow neighbour costs the others: one robot sends objects of class task to four on loopback, each a next hop with its
/// own rate, so many a second to each; in turns with one of them at its full rate and at a hundredth of it.
package struct NeighbourFigures: Sendable {
    /// From an object's offer until it was there whole, for those that are never slow.
    package var allFast: LoadFigures.Latencies
    package var oneSlow: LoadFigures.Latencies
    /// Of what was offered to the slow one while it was slow.
    package var slowOffered = 0
    package var slowRefused = 0
    package var slowArrived = 0

    /// Of the 99th percentiles; nil: nothing arrived.
    package var ratioP99: Double? {
        guard let fast = allFast.milliseconds(0.99), let slow = oneSlow.milliseconds(0.99) else { return nil }
        return slow / fast
    }
}

/// Runs it, in one thread: what is measured is what waits for what.
package final class NeighbourRace {
    private static let neighbours = 4
    private static let bitsPerSecond = 4e6
    private static let slowShare = 0.01
    private static let objectBytes = 10_000
    /// To each neighbour: four tenths of its rate.
    private static let objectSpan: Duration = .milliseconds(50)
    private static let deadlineSpan: Duration = .seconds(2)
    private static let bufferBytes: Int32 = 1 << 20

    private let blocks: Int
    private let blockSeconds: Int
    private let reactor: Reactor
    private var sender: BulkPost
    private var receivers: [BulkPost]
    private var pairs: [(near: LoopbackSocket, far: LoopbackSocket)] = []
    private var buffer = [UInt8](repeating: 0, count: Envelope.datagramBytesMax)
    private var number = 0
    private var fast: [UInt64] = []
    private var slow: [UInt64] = []
    private var figures = NeighbourFigures(allFast: .init([]), oneSlow: .init([]))
    private var isSlow = false

    package init(blocks: Int, blockSeconds: Int) throws(BenchError) {
        self.blocks = blocks
        self.blockSeconds = blockSeconds
        reactor = try BenchError.wrap { () throws(SystemError) in try Reactor() }
        func post(_ number: Int) -> BulkPost {
            BulkPost(id: NodeID(UInt16(number)), fleet: MemberVoice.fleet, signingKey: MemberVoice.key(of: number)) {
                MemberVoice.key(of: Int($0.number)).publicKey
            }
        }
        sender = post(0)
        receivers = (1...Self.neighbours).map(post)
        for index in 0..<Self.neighbours {
            let pair = try LoopbackSocket.pair(bufferBytes: Self.bufferBytes)
            pairs.append(pair)
            try BenchError.wrap { () throws(SystemError) in
                try reactor.add(pair.near.descriptor, Reactor.Token(area: 1, index: UInt32(index)), for: .reading)
                try reactor.add(pair.far.descriptor, Reactor.Token(area: 2, index: UInt32(index)), for: .reading)
            }
        }
        for index in receivers.indices { BulkPost.greet(&sender, &receivers[index], now: MonotonicClock.now()) }
    }

    package func run(isOver: () -> Bool, show: (String) -> Void) throws(BenchError) -> NeighbourFigures {
        for block in 0..<2 * blocks {
            guard !isOver() else { throw .interrupted }
            show("block \(block + 1)/\(2 * blocks)")
            // Slow first in every second pair.
            isSlow = (block + block / 2) % 2 == 1
            play(.seconds(blockSeconds))
        }
        figures.allFast = .init(fast)
        figures.oneSlow = .init(slow)
        return figures
    }

    /// One block, and as long as anything of it may still arrive.
    private func play(_ span: Duration) {
        let start = MonotonicClock.now()
        setPaths(now: start)
        var offers = [Int](repeating: 0, count: Self.neighbours)
        var now = start
        while now < start + span + Self.deadlineSpan {
            var next = start + span + Self.deadlineSpan
            for index in offers.indices {
                // Not all at once.
                let phase = Self.objectSpan.nanoseconds * Int64(index) / Int64(Self.neighbours)
                var at = start + .nanoseconds(Self.objectSpan.nanoseconds * Int64(offers[index]) + phase)
                while at <= now, at < start + span {
                    offer(index, now: now)
                    offers[index] += 1
                    at += Self.objectSpan
                }
                if at < start + span { next = min(next, at) }
            }
            turn(now: now)
            let own = receivers.reduce(sender.nextDeadline) { min($0, $1.nextDeadline) }
            reactor.wait(until: min(next, own)) { _ in }
            now = MonotonicClock.now()
        }
    }

    private func setPaths(now: Instant) {
        for index in receivers.indices {
            let rate = Self.bitsPerSecond * (isSlow && index == 0 ? Self.slowShare : 1)
            sender.setPath(
                to: receivers[index].id, over: receivers[index].id, bitsPerSecond: rate,
                overheadBytes: BulkFrame.overheadBytes, now: now)
            receivers[index].setPath(
                to: sender.id, over: sender.id, bitsPerSecond: rate, overheadBytes: BulkFrame.overheadBytes, now: now)
        }
    }

    private func offer(_ index: Int, now: Instant) {
        number += 1
        let bytes = LoadStamp(sender: 0, number: number, said: now).bytes(filledTo: Self.objectBytes)
        guard let id = ObjectID(hash: ObjectHash.of(bytes)) else { preconditionFailure("a hash of another size") }
        let isTaken = sender.send(
            ObjectBytes(bytes), id: id, to: receivers[index].id, class: .task, deadline: now + Self.deadlineSpan,
            now: now)
        guard index == 0, isSlow else { return }
        if isTaken { figures.slowOffered += 1 } else { figures.slowRefused += 1 }
    }

    private func turn(now: Instant) {
        for index in receivers.indices {
            Self.receive(from: pairs[index].near, &buffer, &sender, now: now)
            Self.receive(from: pairs[index].far, &buffer, &receivers[index], now: now)
            receivers[index].deadlinePassed(now: now)
            while let datagram = receivers[index].next(now: now) {
                _ = datagram.bytes.withUnsafeBytes { pairs[index].far.send($0) }
            }
            for arrival in receivers[index].takeArrivals() {
                count(LoadStamp(arrival.object.bytes[...]), of: index, now: MonotonicClock.now())
            }
        }
        sender.deadlinePassed(now: now)
        while let datagram = sender.next(now: now) {
            let index = Int(datagram.to.number) - 1
            _ = datagram.bytes.withUnsafeBytes { pairs[index].near.send($0) }
        }
    }

    private static func receive(
        from socket: LoopbackSocket, _ buffer: inout [UInt8], _ post: inout BulkPost, now: Instant
    ) {
        while let count = buffer.withUnsafeMutableBytes({ socket.receive(into: $0) }) {
            var datagram = Array(buffer[..<count])
            post.open(&datagram, now: now)
        }
    }

    private func count(_ stamp: LoadStamp?, of index: Int, now: Instant) {
        guard let stamp else { return }
        let age = UInt64(max(0, (now - stamp.said).nanoseconds))
        switch (index, isSlow) {
        case (0, true): figures.slowArrived += 1
        case (0, false): break
        case (_, true): slow.append(age)
        case (_, false): fast.append(age)
        }
    }
}
