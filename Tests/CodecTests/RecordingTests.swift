import SkeinPeer
import SkeinSeal
import SkeinWire
import Testing

@testable import SkeinCodec

/// A recorded peer decides the same again; where it does not, the place is named.
struct RecordingTests {
    /// Three peers for some seconds, the first of them a camera and the root, recorded.
    private struct Flight: Sendable {
        var bytes: [UInt8]
        var events: [Event]
        var handled: Int
        var verdicts: [SealVerdict]
        var datagrams: [[UInt8]]
        var secrets: [[UInt8]]
        var fleet: FleetID

        init(keepsEffects: Bool) {
            var swarm = RecordedSwarm(
                robots: 3, cameras: 1, seed: 11, recorded: [0], keepsEffects: keepsEffects, troubleFraction: 0.3)
            swarm.fly(.seconds(17))
            bytes = swarm.close(0)
            events = swarm.events[0]
            handled = swarm.handled[0]
            verdicts = swarm.verdicts
            datagrams = swarm.datagrams
            secrets = swarm.secrets
            fleet = swarm.fleet
        }
    }

    private static let hashed = Flight(keepsEffects: false)
    private static let full = Flight(keepsEffects: true)

    /// Where the entries lie, bodies only.
    private static func bodies(of bytes: [UInt8]) -> [Range<Int>] {
        func word(_ place: Int) -> Int { bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) } }
        var place = Recorder.openingBytes + word(12)
        var bodies: [Range<Int>] = []
        while place < bytes.count {
            let start = place + Recorder.entryOpeningBytes
            bodies.append(start..<start + word(place))
            place = start + word(place)
        }
        return bodies
    }

    /// With the checksum of one body made to fit again.
    private static func mended(_ bytes: [UInt8], _ body: Range<Int>) -> [UInt8] {
        var writer = ByteWriter()
        writer.u32(Recorder.checksum(bytes[body]))
        var mended = bytes
        mended.replaceSubrange((body.lowerBound - 4)..<body.lowerBound, with: writer.bytes)
        return mended
    }

    @Test func `a peer that was recorded decides the same again`() throws {
        for flight in [Self.hashed, Self.full] {
            let result = try Replay.run(RecordingReader(flight.bytes))
            #expect(result.difference == nil)
            #expect(result.entries == flight.handled && result.entries > 500)
            #expect(result.events.map(\.event) == flight.events)
            #expect(result.ending == .closed)
            #expect(result.datagrams > 200 && result.effects > 100)
        }
    }

    @Test func `the recorded life had everything in it that can happen`() throws {
        let swarm = Self.hashed
        let bytes = swarm.bytes
        #expect(swarm.verdicts.contains { $0.isTagged == false })
        #expect(swarm.verdicts.contains { $0.isTagged == true && $0.isSigned == false })
        #expect(swarm.verdicts.contains { $0.isTagged == true && $0.isSigned == nil })
        #expect(swarm.verdicts.contains { $0.isSigned == true })
        // Old keys, entries of others that hold and do not, statements of its own.
        #expect(swarm.verdicts.contains { $0.isSigned == true && $0.tagMisses > 0 })
        #expect(swarm.verdicts.contains { $0.stated.contains(true) })
        #expect(swarm.verdicts.contains { $0.stated.contains(false) })
        #expect(swarm.verdicts.contains { !$0.statements.isEmpty })
        for change in [TrustChange.membership, .revocation, .fleetKey] {
            let isLearned = swarm.events.contains { event in
                if case .trustLearned(_, _, change, _) = event { return true }
                return false
            }
            #expect(isLearned, "no \(change) was learned")
        }
        #expect(swarm.events.contains { if case .stopped = $0 { true } else { false } })
        #expect(swarm.events.contains { if case .released = $0 { true } else { false } })
        #expect(swarm.events.contains { if case .expelled = $0 { true } else { false } })
        var kinds: Set<String> = []
        var reader = try RecordingReader(bytes)
        while let entry = try reader.next() {
            switch entry.input {
            case .datagram(let datagram, _):
                if datagram.count < Envelope.overheadBytes { kinds.insert("short") }
                if datagram.count > Envelope.datagramBytesMax { kinds.insert("long") }
            case .cpu: kinds.insert("cpu")
            case .sensors: kinds.insert("sensors")
            case .computed(_, .unit): kinds.insert("unit")
            case .computed(_, .plan): kinds.insert("plan")
            case .command: kinds.insert("command")
            case .persisted: kinds.insert("persisted")
            case .wallClock: kinds.insert("clock")
            case .deadline: kinds.insert("deadline")
            case .kernels, .kept, .loaded, .computed(_, .program): kinds.insert("jobs")
            }
        }
        for kind in ["short", "long", "cpu", "sensors", "unit", "plan", "command", "persisted", "clock", "deadline"] {
            #expect(kinds.contains(kind), "no \(kind)")
        }
    }

    @Test func `a recording holds no secret and no tag`() {
        let swarm = Self.full
        let bytes = swarm.bytes
        func isThere(_ needle: ArraySlice<UInt8>) -> Bool {
            guard let first = needle.first else { return false }
            return bytes.withUnsafeBufferPointer { all in
                var place = 0
                while place + needle.count <= all.count {
                    if all[place] == first, needle.elementsEqual(all[place..<place + needle.count]) { return true }
                    place += 1
                }
                return false
            }
        }
        for secret in swarm.secrets {
            #expect(!isThere(secret[..<16]) && !isThere(secret[16...]))
        }
        #expect(swarm.datagrams.count > 300)
        for datagram in swarm.datagrams.suffix(40) {
            // A signature may be there: it is evidence, and of use to nobody else.
            #expect(!isThere(datagram.suffix(Envelope.tagBytes)))
        }
        // The scan finds what is there: the fleet's name.
        #expect(isThere(swarm.fleet.number.bigEndianBytes[...]))
    }

    @Test func `one bit of an input turned is a difference with a name, a refusal, or of no consequence`() throws {
        let bytes = Self.full.bytes
        let bodies = Self.bodies(of: bytes)
        var samples = Samples(seed: 9)
        var differences = 0
        for _ in 0..<60 {
            // Datagrams, readings and results; a deadline has nothing to turn.
            let number = samples.one(of: bodies.indices.filter { bodies[$0].count > 60 })
            let body = bodies[number]
            var bent = bytes
            bent[body.lowerBound + 8 + samples.below(min(60, body.count - 18))] ^= UInt8(1 << samples.below(8))
            bent = Self.mended(bent, body)
            do {
                let result = try Replay.run(RecordingReader(bent))
                if let difference = result.difference {
                    differences += 1
                    #expect(difference.entry >= number + 1)
                    #expect(!difference.found.isEmpty && !difference.expected.isEmpty && !difference.input.isEmpty)
                }
            } catch {
                #expect("\(error)".contains("entry"))
            }
        }
        #expect(differences > 10)
    }

    @Test func `another verdict is a difference at that very entry`() throws {
        let bytes = Self.full.bytes
        var reader = try RecordingReader(bytes)
        var number = 0
        while let entry = try reader.next() {
            if entry.verdict == SealVerdict(isTagged: true, isSigned: true), !(entry.lines ?? []).isEmpty {
                number = reader.entries
                break
            }
        }
        let body = Self.bodies(of: bytes)[number - 1]
        // After the time and the kind; 6: the tag holds, the signature does not.
        var bent = bytes
        #expect(bent[body.lowerBound + 9] == 0b1010)
        bent[body.lowerBound + 9] = 0b0110
        let difference = try #require(try Replay.run(RecordingReader(Self.mended(bent, body))).difference)
        #expect(difference.entry == number && difference.kind == .effects)
        #expect(difference.expected != difference.found)
        bent[body.lowerBound + 9] = 0
        let unasked = try #require(try Replay.run(RecordingReader(Self.mended(bent, body))).difference)
        #expect(unasked.entry == number)
    }

    @Test func `another hash is a difference at that very entry, with both sides`() throws {
        for bytes in [Self.hashed.bytes, Self.full.bytes] {
            var reader = try RecordingReader(bytes)
            for _ in 0..<100 { _ = try reader.next() }
            let entry = try #require(try reader.next())
            let body = Self.bodies(of: bytes)[100]
            let lines = entry.lines.map { $0.reduce(0) { $0 + 2 + $1.utf8.count } } ?? 0
            var bent = bytes
            bent[body.upperBound - lines - 3] ^= 1
            let difference = try #require(try Replay.run(RecordingReader(Self.mended(bent, body))).difference)
            #expect(difference.entry == 101 && difference.at == entry.at)
            #expect(difference.expected != difference.found)
        }
    }

    @Test func `a flipped bit that nobody mended is damage with a place`() throws {
        let bytes = Self.hashed.bytes
        let body = Self.bodies(of: bytes)[50]
        var bent = bytes
        bent[body.lowerBound + 12] ^= 4
        #expect(throws: RecordingError.damagedEntry(51, offset: body.lowerBound - Recorder.entryOpeningBytes)) {
            try Replay.run(RecordingReader(bent))
        }
    }

    @Test func `a file cut anywhere is read up to its last whole entry`() throws {
        let bytes = Self.hashed.bytes
        let bodies = Self.bodies(of: bytes)
        let first = bodies.count - 6
        for length in bodies[first].upperBound...bytes.count {
            var reader = try RecordingReader(Array(bytes[..<length]))
            while try reader.next() != nil {}
            let whole = bodies.prefix { $0.upperBound <= length }.count
            #expect(reader.entries == min(whole, bodies.count - 1), "cut at \(length)")
            let end = whole == 0 ? 0 : bodies[whole - 1].upperBound
            if length == bytes.count {
                #expect(reader.ending == .closed)
            } else if length == end {
                #expect(reader.ending == .open)
            } else {
                #expect(reader.ending == .cut(offset: end, bytes: length - end))
            }
        }
        // A file system that lost the last blocks gives zeros.
        let zeros = [UInt8](repeating: 0, count: 4_096)
        var reader = try RecordingReader(Array(bytes[..<bodies[first].upperBound]) + zeros)
        while try reader.next() != nil {}
        #expect(reader.ending == .cut(offset: bodies[first].upperBound, bytes: 4_096))
    }

    @Test func `what is no recording is refused with its reason`() throws {
        let bytes = Self.hashed.bytes
        let headerEnd = Self.bodies(of: bytes)[0].lowerBound - Recorder.entryOpeningBytes
        #expect(throws: RecordingError.notARecording) { try RecordingReader([]) }
        #expect(throws: RecordingError.notARecording) { try RecordingReader(Array("robots = 3\n".utf8)) }
        for length in Recorder.magic.count..<headerEnd {
            #expect(throws: RecordingError.damagedHeader) { try RecordingReader(Array(bytes[..<length])) }
        }
        var other = bytes
        other[8] = Recorder.version + 1
        #expect(throws: RecordingError.otherVersion(Recorder.version + 1)) { try RecordingReader(other) }
        var settings = bytes
        settings[Recorder.openingBytes] ^= 1
        settings.replaceSubrange(
            16..<20, with: (Recorder.checksum(settings[Recorder.openingBytes..<headerEnd])).bigEndianBytes)
        #expect(throws: RecordingError.otherConfiguration) { try RecordingReader(settings) }
    }

    @Test func `a header comes back, with all that the peer was restored from`() throws {
        var samples = Samples(seed: 21)
        let members = ([1, 2, 9] as [UInt16]).map { number -> Member in
            var member = samples.member()
            member.id = NodeID(number)
            return member
        }
        let (authority, entries) = (samples.publicKey(), (0..<9).map { _ in samples.entry() })
        let header = RecordingHeader(
            id: samples.robot(), name: "Käfer", epoch: Epoch(7), seed: samples.word(), config: PeerConfig(),
            role: RobotRole(carriesCamera: true, carriesSatelliteReceiver: false),
            start: StartPose(
                xMeters: 1.0 / 3, yMeters: -7, headingRadians: 0.1, positionSigmaMeters: 0.2, headingSigmaRadians: 0),
            restored: samples.records(), roster: Roster(members: members, authority: authority, entries: entries),
            fleet: FleetID(samples.word()), fleetKeys: [1, 3], begunAt: Instant(nanoseconds: 5), keepsEffects: true)
        let again = try RecordingHeader(coded: header.coded)
        #expect("\(again)" == "\(header)" && again.restored == header.restored)
        #expect(again.members == members && again.authority == authority && again.entries == entries)
        #expect(again.fleetKeys == [1, 3])
        for ids in [[NodeID(2), NodeID(1)], [NodeID(1), NodeID(1)], [NodeID(1), NodeID.none]] {
            var other = header
            other.members = zip(ids, members).map { id, member in
                var member = member
                member.id = id
                return member
            }
            #expect(throws: WireError.invalid(.robot)) { try RecordingHeader(coded: other.coded) }
        }
        var keyless = header
        keyless.fleetKeys = []
        #expect(throws: WireError.invalid(.entries)) { try RecordingHeader(coded: keyless.coded) }
        var nowhere = header
        nowhere.start.xMeters = 1e9
        #expect(throws: WireError.invalid(.position)) { try RecordingHeader(coded: nowhere.coded) }
        var anywhere = header
        anywhere.start.headingSigmaRadians = 1e9
        #expect(throws: WireError.invalid(.position)) { try RecordingHeader(coded: anywhere.coded) }
    }

    @Test func `what no body can have said is refused`() throws {
        let bytes = Self.hashed.bytes
        let bodies = Self.bodies(of: bytes)
        var reader = try RecordingReader(bytes)
        var number = 0
        while let entry = try reader.next() {
            if case .computed(_, .plan) = entry.input { number = reader.entries }
        }
        // A unit's refusal in place of the plan.
        let body = bodies[number - 1]
        var writer = ByteWriter()
        writer.raw(Array(bytes[body.lowerBound..<body.lowerBound + 17]))
        ComputationOutcome.unit(output: nil, queued: .zero, computed: .zero).write(to: &writer)
        writer.u64(0)
        writer.u16(0)
        var opening = ByteWriter()
        opening.u32(UInt32(writer.bytes.count))
        opening.u32(Recorder.checksum(writer.bytes[...]))
        let bent =
            Array(bytes[..<(body.lowerBound - 8)]) + opening.bytes + writer.bytes + Array(bytes[body.upperBound...])
        #expect(throws: RecordingError.self) { try Replay.run(RecordingReader(bent)) }
        // Time that runs backwards.
        var early = bytes
        for place in bodies[60].lowerBound..<bodies[60].lowerBound + 8 { early[place] = 0 }
        #expect(throws: RecordingError.self) { try Replay.run(RecordingReader(Self.mended(early, bodies[60]))) }
    }

    @Test func `a swarm of twenty for a minute replays, leader and member alike`() throws {
        var swarm = RecordedSwarm(robots: 20, cameras: 6, seed: 5, recorded: [0, 13])
        swarm.fly(.seconds(60))
        for robot in [0, 13] {
            let bytes = swarm.close(robot)
            let result = try Replay.run(RecordingReader(bytes))
            #expect(result.difference == nil)
            #expect(result.entries == swarm.handled[robot])
            #expect(result.events.map(\.event) == swarm.events[robot])
            #expect(result.entries > 5_000)
            // A disk of a robot takes this for a day.
            #expect(bytes.count / 60 < 200_000, "\(bytes.count / 60) bytes a second")
        }
    }
}

extension FixedWidthInteger {
    var bigEndianBytes: [UInt8] { withUnsafeBytes(of: bigEndian) { Array($0) } }
}
