import SkeinBulk
import SkeinSeal
import SkeinWire
import Testing

@Suite struct TransferTests {
    static let sizes = [1, 2, 1_200, 1_201, 1_280, 1_281, 40_960, 40_961, 100_000, 1_000_000]

    @Test(arguments: [0.0, 0.05, 0.2], [false, true])
    func `an object of any size arrives whole, once, over an air that loses`(loss: Double, sealed: Bool) {
        for seed in 1...UInt64(10) {
            let net = BulkNet(
                2, seed: seed,
                link: .init(loss: loss, doubled: loss / 5, delay: .milliseconds(2), jitter: .milliseconds(1)),
                sealed: sealed)
            net.joinAll()
            for (place, size) in Self.sizes.enumerated() {
                let object = TestObject(size, seed: seed)
                let number = net.send(0, 1, object, class: place % 2 == 0 ? .task : .bulk, about: [UInt8(place)])
                #expect(number != nil)
            }
            net.run(until: .zero + .seconds(120)) { net.robots[0].sent.count < Self.sizes.count }
            #expect(net.robots[0].sent.count == Self.sizes.count, "seed \(seed): \(net.robots[0].failed)")
            for (place, size) in Self.sizes.enumerated() {
                let came = net.robots[1].received.filter { $0.offer.about == [UInt8(place)] }
                #expect(came.count == 1, "seed \(seed), \(size) bytes")
                #expect(came.first?.object == TestObject(size, seed: seed).bytes)
            }
            #expect(net.robots[1].book.receivingCount == 0 && net.robots[1].book.heldBytes == 0)
        }
    }

    @Test(arguments: [(0.0, false), (0.05, true), (0.2, false)])
    func `64 MiB arrive`(loss: Double, sealed: Bool) {
        let net = BulkNet(2, seed: 7, link: .init(loss: loss, delay: .milliseconds(2)), sealed: sealed)
        net.joinAll(bitsPerSecond: 200_000_000)
        let object = TestObject(ObjectBytes.countMax, seed: 7)
        _ = net.send(0, 1, object)
        net.run(until: .zero + .seconds(600)) { net.robots[0].sent.isEmpty }
        #expect(net.robots[1].received.first?.object == object.bytes)
        #expect(net.robots[0].sent.count == 1, "\(net.robots[0].failed)")
    }
}
