/// What waits to be sent to one tool. Events are news: when they do not fit, the oldest go first and are counted.
/// Replies are owed: they are never dropped, and a tool that cannot even take those is given up.
struct LocalQueue {
    private struct Item {
        var message: [UInt8]
        var isEvent: Bool
    }

    static let itemsMax = 512
    static let bytesMax = 1 << 20

    /// Oldest first. Short enough that taking the first costs little.
    private var items: [Item] = []
    private(set) var bytes = 0
    private(set) var events = 0
    /// Dropped since the tool was last told.
    private(set) var lost: UInt32 = 0
    /// Dropped ever.
    private(set) var lostTotal: UInt64 = 0

    var isEmpty: Bool { items.isEmpty && lost == 0 }
    var count: Int { items.count }

    /// False when a reply does not fit, all events dropped.
    mutating func append(_ message: [UInt8], isEvent: Bool) -> Bool {
        while items.count >= Self.itemsMax || bytes + message.count > Self.bytesMax {
            guard dropOldestEvent() else {
                guard isEvent else { return false }
                countLost()
                return true
            }
        }
        items.append(Item(message: message, isEvent: isEvent))
        bytes += message.count
        if isEvent { events += 1 }
        return true
    }

    /// What is to be sent next. News of a loss comes before the next event, in the place of what was lost; `lossMessage`
    /// makes it.
    func next(lossMessage: (UInt32) -> [UInt8]) -> [UInt8]? {
        if lost > 0, items.first?.isEvent ?? true { return lossMessage(lost) }
        return items.first?.message
    }

    /// What `next` gave was sent.
    mutating func advance() {
        if lost > 0, items.first?.isEvent ?? true {
            lost = 0
            return
        }
        guard !items.isEmpty else { return }
        let item = items.removeFirst()
        bytes -= item.message.count
        if item.isEvent { events -= 1 }
    }

    private mutating func dropOldestEvent() -> Bool {
        guard events > 0, let index = items.firstIndex(where: { $0.isEvent }) else { return false }
        bytes -= items.remove(at: index).message.count
        events -= 1
        countLost()
        return true
    }

    private mutating func countLost() {
        lost = lost == .max ? lost : lost + 1
        lostTotal += 1
    }
}
