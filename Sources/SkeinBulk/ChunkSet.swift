import SkeinWire

/// Which chunks of an object are there.
struct ChunkSet {
    private(set) var words: [UInt64]
    let chunks: Int
    private(set) var count = 0
    /// All chunks below it are there.
    private(set) var base = 0

    init(chunks: Int) {
        self.chunks = chunks
        words = [UInt64](repeating: 0, count: (chunks + 63) / 64)
    }

    var isWhole: Bool { count == chunks }

    subscript(chunk: Int) -> Bool { words[chunk >> 6] >> UInt64(chunk & 63) & 1 == 1 }

    /// False: it was there.
    mutating func insert(_ chunk: Int) -> Bool {
        let bit = UInt64(1) << UInt64(chunk & 63)
        guard words[chunk >> 6] & bit == 0 else { return false }
        words[chunk >> 6] |= bit
        count += 1
        if chunk == base { advance() }
        return true
    }

    /// All chunks below this one.
    mutating func insert(below end: Int) {
        precondition(end <= chunks, "\(end) of \(chunks) chunks")
        var chunk = base
        while chunk < end {
            let last = min(end, (chunk | 63) + 1)
            let bits: UInt64 = last - chunk == 64 ? .max : (1 << UInt64(last - chunk)) - 1
            merge(bits << UInt64(chunk & 63), at: chunk >> 6)
            chunk = last
        }
        advance()
    }

    /// 64 chunks from this one on, the first in the lowest bit; what is beyond the end is left out.
    mutating func insert(_ word: UInt64, from first: Int) {
        let shift = UInt64(first & 63)
        merge(word << shift, at: first >> 6)
        if shift > 0 { merge(word >> (64 - shift), at: (first >> 6) + 1) }
        advance()
    }

    /// 64 chunks from this one on.
    func word(from first: Int) -> UInt64 {
        let place = first >> 6
        let shift = UInt64(first & 63)
        guard place < words.count else { return 0 }
        guard shift > 0 else { return words[place] }
        let above = place + 1 < words.count ? words[place + 1] << (64 - shift) : 0
        return words[place] >> shift | above
    }

    /// The first chunk from this one on that is not there; `chunks` if there is none.
    func missing(from first: Int) -> Int {
        var chunk = max(first, base)
        while chunk < chunks {
            let lacking = ~words[chunk >> 6] >> UInt64(chunk & 63)
            if lacking != 0 { return min(chunks, chunk + lacking.trailingZeroBitCount) }
            chunk = (chunk | 63) + 1
        }
        return chunks
    }

    private mutating func merge(_ bits: UInt64, at place: Int) {
        guard place < words.count else { return }
        let inside = chunks - place * 64
        let fresh = bits & (inside < 64 ? (1 << UInt64(inside)) - 1 : .max) & ~words[place]
        guard fresh != 0 else { return }
        words[place] |= fresh
        count += fresh.nonzeroBitCount
    }

    private mutating func advance() { base = missing(from: base) }
}
