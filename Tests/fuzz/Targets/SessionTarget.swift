import SkeinWire
import WireSamples

@testable import SkeinSeal

/// Two robots' sessions and the air between them in the fuzzer's hands: handshakes and frames are delivered, kept, repeated
/// and changed, robots start again, and time passes. A payload comes out as it went in, and once.
///
///     steps, each: what u8 and its fields, see `step`
enum SessionTarget: FuzzTarget {
    static let name = "sessions"
    private static let fleet = FleetID(0x1122_3344)
    private static let keys = [1, 2].map { number in
        SigningKey(seed: [UInt8](repeating: number, count: SigningKey.seedBytes))
    }
    private static let ids = [NodeID(3), NodeID(7)]
    private static let stepsMax = 48
    private static let overheardMax = 24

    private static func book(_ robot: Int, epoch: UInt32) -> SessionBook {
        SessionBook(
            id: ids[robot], epoch: Epoch(epoch), identity: keys[robot].publicKey, fleet: fleet,
            signer: KeySigner(keys[robot]), verifier: SodiumVerifier(),
            secrets: SeededSecrets(seed: UInt64(epoch) << 1 | UInt64(robot)))
    }

    private struct Flight {
        var to: Int
        var isFrame: Bool
        var bytes: [UInt8]
        /// What a frame holds, as it was sealed.
        var payload: [UInt8]?
        var isTaken = false
        /// Of both robots when it was said: a session of another boot is none.
        var epochs: [UInt32]
    }

    private struct Bench {
        var books: [SessionBook]
        var now = Instant.zero
        var overheard: [Flight] = []

        var epochs: [UInt32] { books.map(\.epoch.number) }

        mutating func perform(_ actions: [SessionAction], of robot: Int) {
            for action in actions {
                switch action {
                case .say(let message, let to):
                    must(to == SessionTarget.ids[1 - robot], "a message to nobody")
                    note(Flight(to: 1 - robot, isFrame: false, bytes: message.bytes, epochs: epochs))
                case .transmit(let frame, _):
                    note(Flight(to: 1 - robot, isFrame: true, bytes: frame, epochs: epochs))
                case .ready, .ended: break
                }
            }
        }

        mutating func note(_ flight: Flight) {
            must(flight.bytes.count <= Envelope.datagramBytesMax, "\(flight.bytes.count) bytes for the air")
            if overheard.count == SessionTarget.overheardMax { overheard.removeFirst() }
            overheard.append(flight)
        }

        mutating func deliver(_ place: Int, damage: (place: Int, bits: UInt8)?) {
            var flight = overheard[place]
            var bytes = flight.bytes
            if let damage { bytes[damage.place % bytes.count] ^= damage.bits }
            guard flight.isFrame else { return message(bytes, to: flight.to) }
            guard case .payload(let from, let range) = frame(&bytes, to: flight.to) else { return }
            must(damage == nil && !flight.isTaken, "a changed or repeated frame was opened")
            must(Array(bytes[range]) == flight.payload, "another payload than was sealed")
            must(from == SessionTarget.ids[1 - flight.to], "a frame from another")
            flight.isTaken = true
            overheard[place] = flight
        }

        mutating func message(_ bytes: [UInt8], to robot: Int) {
            var reader = ByteReader(bytes)
            guard let message = try? SessionMessage(reading: &reader), reader.remaining == 0 else { return }
            must(message.bytes == bytes, "a handshake is not written as it was read")
            var actions: [SessionAction] = []
            _ = books[robot].handle(
                message, from: SessionTarget.ids[1 - robot], key: SessionTarget.keys[1 - robot].publicKey, now: now,
                actions: &actions)
            perform(actions, of: robot)
        }

        mutating func frame(_ bytes: inout [UInt8], to robot: Int) -> OpenedFrame {
            var actions: [SessionAction] = []
            let opened = books[robot].open(&bytes, now: now, actions: &actions)
            perform(actions, of: robot)
            return opened
        }

        mutating func pass(_ span: Duration) {
            now += span
            for robot in books.indices {
                var rounds = 0
                while books[robot].nextDeadline <= now {
                    var actions: [SessionAction] = []
                    books[robot].deadlinePassed(now: now, actions: &actions)
                    rounds += 1
                    must(rounds < 64, "a deadline that stays due")
                    perform(actions, of: robot)
                }
            }
        }
    }

    static func run(_ bytes: [UInt8]) {
        var input = FuzzInput(bytes)
        var bench = Bench(books: [book(0, epoch: 1), book(1, epoch: 1)])
        if input.u8() & 1 == 0 { join(&bench) }
        var steps = 0
        while !input.isEmpty, steps < stepsMax {
            step(&input, &bench)
            steps += 1
        }
        object(bytes)
    }

    private static func join(_ bench: inout Bench) {
        var actions: [SessionAction] = []
        bench.books[0].want(ids[1], key: keys[1].publicKey, now: bench.now, actions: &actions)
        bench.perform(actions, of: 0)
        for place in 0..<3 where place < bench.overheard.count { bench.deliver(place, damage: nil) }
        must(bench.books[1].isReady(ids[0], now: bench.now), "no session without any loss")
    }

    private static func step(_ input: inout FuzzInput, _ bench: inout Bench) {
        let what = input.u8()
        let robot = what & 0x80 == 0 ? 0 : 1
        switch what % 8 {
        case 0, 1:
            guard !bench.overheard.isEmpty else { return }
            let place = bench.overheard.count - 1 - input.below(bench.overheard.count)
            let bits = what % 8 == 0 ? 0 : input.u8()
            bench.deliver(place, damage: bits == 0 ? nil : (Int(input.u16()), bits))
        case 2:
            var frame = input.chunk()
            if case .payload = bench.frame(&frame, to: robot) { broken("a forged frame was opened") }
        case 3: signed(&input, &bench, to: robot)
        case 4:
            var actions: [SessionAction] = []
            bench.books[robot].want(ids[1 - robot], key: keys[1 - robot].publicKey, now: bench.now, actions: &actions)
            bench.perform(actions, of: robot)
        case 5:
            let payload = [UInt8](repeating: input.u8(), count: 1 + Int(input.u16()) % BulkFrame.payloadBytesMax)
            var actions: [SessionAction] = []
            let frame = bench.books[robot].seal(payload[...], to: ids[1 - robot], now: bench.now, actions: &actions)
            if let frame {
                bench.note(
                    Flight(to: 1 - robot, isFrame: true, bytes: frame, payload: payload, epochs: bench.epochs))
            }
            bench.perform(actions, of: robot)
        case 6: bench.pass(.milliseconds(Int(input.u16()) * (what & 0x40 == 0 ? 1 : 20)))
        default: restart(&input, &bench, robot)
        }
    }

    private static func restart(_ input: inout FuzzInput, _ bench: inout Bench, _ robot: Int) {
        var actions: [SessionAction] = []
        switch input.u8() % 3 {
        case 0: bench.books[robot] = book(robot, epoch: bench.books[robot].epoch.number + 1)
        case 1:
            bench.books[robot].note(Epoch(UInt32(input.below(4))), of: ids[1 - robot], actions: &actions)
        default: bench.books[robot].close(ids[1 - robot], actions: &actions)
        }
        bench.perform(actions, of: robot)
    }

    /// A handshake as the fuzzer has it, signed by the partner.
    private static func signed(_ input: inout FuzzInput, _ bench: inout Bench, to robot: Int) {
        let none = [UInt8](repeating: 0, count: Envelope.signatureBytes)
        var reader = ByteReader(input.chunk() + none)
        guard let message = try? SessionMessage(reading: &reader) else { return }
        let signer = KeySigner(keys[1 - robot])
        switch message {
        case .open(var open):
            open.signature = signer.signature(over: Statement.bytes(.session, fleet: fleet, open.stated))
            bench.message(SessionMessage.open(open).bytes, to: robot)
        case .accept(let accept): bench.message(SessionMessage.accept(accept).bytes, to: robot)
        }
    }

    private static func object(_ bytes: [UInt8]) {
        var reader = ByteReader(bytes)
        guard let seal = try? ObjectSeal(reading: &reader) else { return }
        var writer = ByteWriter()
        seal.write(to: &writer)
        must(writer.bytes == Array(bytes.dropLast(reader.remaining)), "an object's seal is not written as read")
        _ = seal.isSigned(by: keys[0].publicKey, fleet: fleet, verifier: SodiumVerifier())
    }

    static var seeds: [Seed] {
        var open = ByteWriter()
        open.raw([3])
        open.chunk(
            Array(
                SessionMessage.open(
                    SessionOpen(
                        initiator: ids[1], responder: ids[0], epoch: Epoch(1), number: 1, session: 0x0102_0300,
                        ephemeral: EphemeralKey(from: SeededSecrets(seed: 9)).publicBytes)
                ).bytes))
        let talk: [UInt8] = [0, 5, 9, 0, 200, 0, 0, 0x85, 7, 1, 0, 0, 0, 1, 0, 3, 0, 5, 6, 0, 20]
        let renewal: [UInt8] = [0, 0x46, 0x18, 0, 5, 1, 0, 9, 0, 0, 0, 0, 0, 0, 0x46, 0x0C, 0, 5, 1, 0, 9, 0, 0]
        let restarts: [UInt8] = [0, 5, 1, 0, 9, 0x87, 0, 0, 0, 4, 0, 0, 0, 0, 0x84, 0, 0, 7, 2, 6, 0x10, 0]
        var forged = ByteWriter()
        forged.raw([0, 2])
        forged.chunk([BulkFrame.format, 0, 0, 3, 0, 0, 0, 0] + [UInt8](repeating: 1, count: 40))
        let object = ObjectSeal(
            producer: NodeID(3), objectBytes: 12, hash: [UInt8](repeating: 4, count: ObjectHash.byteCount),
            about: [1, 2, 3], fleet: fleet, signer: KeySigner(keys[0]))
        var objectBytes = ByteWriter()
        object.write(to: &objectBytes)
        return [
            Seed(name: "open", bytes: [1] + open.bytes), Seed(name: "talk", bytes: talk),
            Seed(name: "renewal", bytes: renewal), Seed(name: "restarts", bytes: restarts),
            Seed(name: "forged", bytes: forged.bytes), Seed(name: "object", bytes: objectBytes.bytes),
        ]
    }
}
