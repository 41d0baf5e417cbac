import SkeinWire
import Testing

@Suite struct ObjectTests {
    @Test(arguments: [0, 1, 1_279, 1_280, 40_959, 40_960, 40_961, 100_000])
    func `an object is its bytes, however they were appended`(count: Int) throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
        var object = ObjectBytes()
        var place = 0
        while place < count {
            let next = min(count, place + 777)
            object.append(bytes[place..<next])
            place = next
        }
        #expect(object.bytes == bytes)
        #expect(object.count == count)
        #expect(object == ObjectBytes(bytes))
        #expect(ObjectBytes(pieces: object.pieces) == object)
    }

    @Test func `pieces of a wrong size are no object`() {
        #expect(ObjectBytes(pieces: [[1], [2]]) == nil)
        #expect(ObjectBytes(pieces: [[]]) == nil)
        #expect(ObjectBytes(pieces: [[UInt8](repeating: 0, count: ObjectBytes.pieceBytes + 1)]) == nil)
    }

    @Test(arguments: ["", "Blur", "-blur", "a b", "a/b", String(repeating: "a", count: 33)])
    func `a kernel's name is refused`(name: String) {
        #expect(KernelName(name: name, version: 1) == nil)
    }

    @Test func `names and versions have tags of their own`() throws {
        let one = try #require(KernelName(name: "blur", version: 1))
        let two = try #require(KernelName(name: "blur", version: 2))
        #expect(one.tag != two.tag)
        #expect(one.description == "blur@1")
    }
}
