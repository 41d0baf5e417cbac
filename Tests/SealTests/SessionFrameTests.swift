import SkeinWire
import Testing
import WireSamples

@testable import SkeinSeal

@Suite struct SessionFrameTests {
    @Test func `a payload of any length comes as it was sent`() throws {
        let pair = SessionPair.joined()
        var dice = SplitMix(seed: 2)
        for count in [1, 2, 15, 16, 17, 63, 64, 65, 1_000, BulkFrame.payloadBytesMax] {
            let payload = dice.bytes(count)
            let frame = try #require(pair.sealed(0, payload))
            #expect(frame.count == count + BulkFrame.overheadBytes && BulkFrame.isFrame(frame))
            #expect(frame.firstRange(of: payload.prefix(8)) == nil || count < 4)
            guard case .payload(let from, let range) = pair.open(1, frame) else {
                Issue.record("\(count) bytes refused")
                continue
            }
            #expect(from == SessionPair.id(0) && range.count == count)
            #expect(pair.payloads[1].last == payload)
        }
    }

    @Test func `a frame changed in any bit is refused, and the true one still taken`() throws {
        let pair = SessionPair.joined()
        let frame = try #require(pair.sealed(0, Array(0..<40)))
        for bit in 0..<frame.count * 8 {
            var changed = frame
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(pair.open(1, changed).isRefused, "bit \(bit)")
        }
        for count in 0..<frame.count {
            #expect(pair.open(1, Array(frame[..<count])).isRefused, "cut to \(count)")
        }
        #expect(pair.open(1, frame + [0]).isRefused)
        #expect(!pair.open(1, frame).isRefused)
        #expect(pair.payloads[1] == [Array(0..<40)])
    }

    @Test func `a frame opens once, in any order`() throws {
        let pair = SessionPair.joined()
        var dice = SplitMix(seed: 9)
        let frames = try (0..<500).map { number in try #require(pair.sealed(0, [UInt8(number & 0xFF), 1])) }
        for frame in frames.shuffled(using: &dice) {
            #expect(!pair.open(1, frame).isRefused)
            #expect(pair.open(1, frame) == .refused(.replayed))
        }
        for frame in frames { #expect(pair.open(1, frame) == .refused(.replayed)) }
        #expect(pair.payloads[1].count == 500)
    }

    @Test func `what lags behind the window is refused as a replay`() throws {
        let pair = SessionPair.joined()
        let old = try #require(pair.sealed(0, [1]))
        let edge = try #require(pair.sealed(0, [2]))
        for _ in 0..<FrameWindow.width - 2 { _ = pair.sealed(0, [3]) }
        #expect(!pair.open(1, try #require(pair.sealed(0, [4]))).isRefused)
        #expect(!pair.open(1, edge).isRefused)
        #expect(!pair.open(1, try #require(pair.sealed(0, [5]))).isRefused)
        #expect(pair.open(1, old) == .refused(.replayed))
    }

    @Test func `a frame comes back to nobody: not to its sender, not to a third, not in another fleet`() throws {
        let pair = SessionPair.joined()
        let frame = try #require(pair.sealed(0, [1, 2, 3]))
        #expect(pair.open(0, frame) == .refused(.otherReceiver))
        var turned = frame
        turned[3] = 3
        #expect(pair.open(0, turned) == .refused(.unknownSession))
        let own = try #require(pair.partner(0)?.current?.localNumber)
        for index in 0..<4 { turned[4 + index] = UInt8(truncatingIfNeeded: own >> UInt32(24 - 8 * index)) }
        #expect(pair.open(0, turned) == .refused(.wrongTag))
        let third = SessionPair.joined(seed: 2)
        #expect(third.open(1, frame).isRefused)
    }

    @Test func `the window agrees with a set that remembers everything`() {
        for seed in 1...20 as ClosedRange<UInt64> {
            var dice = SplitMix(seed: seed)
            var window = FrameWindow()
            var seen: Set<UInt64> = []
            var top: UInt64 = 0
            for _ in 0..<5_000 {
                let leap = dice.next() % 100 == 0 ? dice.next() % 5_000 : dice.next() % 4
                let back = dice.next() % 3 == 0 ? dice.next() % 2_500 : 0
                let counter = top + leap >= back ? top + leap - back : 0
                let isNew =
                    counter > 0 && !seen.contains(counter) && (counter > top || top - counter < FrameWindow.width)
                #expect(window.isNew(counter) == isNew, "seed \(seed), \(counter) under \(top)")
                guard isNew else { continue }
                window.admit(counter)
                seen.insert(counter)
                top = max(top, counter)
            }
        }
    }

    @Test func `random bytes are no frame, and trap nothing`() {
        let pair = SessionPair.joined()
        var dice = SplitMix(seed: 3)
        for count in 0..<1_500 {
            var bytes = dice.bytes(count)
            if count > 0 { bytes[0] = BulkFrame.format }
            if count > 3 { (bytes[1], bytes[2], bytes[3]) = (0, 0, 7) }
            #expect(pair.open(1, bytes).isRefused)
        }
        #expect(pair.books[1].refusals.total == 1_500)
    }
}

extension OpenedFrame {
    var isRefused: Bool {
        switch self {
        case .refused: true
        case .payload, .empty: false
        }
    }
}
