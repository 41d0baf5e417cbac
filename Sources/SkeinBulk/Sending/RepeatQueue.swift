/// Chunks that have been lost, in the order in which that was seen.
struct RepeatQueue {
    private var chunks: [UInt16] = []
    private var head = 0

    var isEmpty: Bool { head == chunks.count }
    var first: Int? { isEmpty ? nil : Int(chunks[head]) }

    mutating func append(_ chunk: UInt16) { chunks.append(chunk) }

    mutating func removeFirst() {
        head += 1
        if head == chunks.count {
            chunks.removeAll(keepingCapacity: true)
            head = 0
        } else if head >= 512 {
            chunks.removeFirst(head)
            head = 0
        }
    }

    mutating func removeAll() {
        chunks.removeAll(keepingCapacity: true)
        head = 0
    }
}
