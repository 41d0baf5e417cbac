import SkeinWire

/// The numbers of work for registered kernels; docs/jobs.md has the reasons at length.
package struct JobTuning: Sendable {
    // MARK: - Objects

    /// Of all objects in memory.
    package var storeMebibytesMax = 128
    /// An ended job's outputs stay in memory this long at least; later they make room for others.
    package var outputHold: Duration = .seconds(120)
    /// A helper keeps an answer, and the object in it, this long after it was last asked for.
    package var answerHold: Duration = .seconds(60)
    /// An object that is given to this robot and stops growing is dropped.
    package var giveTimeout: Duration = .seconds(60)

    // MARK: - The requester

    /// Units of one job at work at once.
    package var windowUnits = 32
    /// A unit stays here unless it would be done elsewhere earlier by this, and by a tenth of its cost.
    package var placementMargin: Duration = .milliseconds(40)
    /// What a helper is thought to lend of whom nothing is known, percent.
    package var unknownIdlePercent = 30.0
    /// A helper at work is asked whether it lives.
    package var keepalive: Duration = .seconds(1)
    /// Units and questions sent to a silent helper before it is doubted.
    package var asksMax = 4
    /// A doubted helper is asked on for a while: it may hold the result.
    package var doubtInterval: Duration = .milliseconds(500)
    package var doubtAsksMax = 8
    /// A unit that is later than its helper's word by this, and by a quarter of it, gets a second helper.
    package var hedgeMargin: Duration = .milliseconds(60)
    /// Before the deadline: what a result takes on its way home.
    package var returnMargin: Duration = .milliseconds(60)
    /// Failures of the program itself before a unit is given up.
    package var programFailuresMax = 3
    /// A helper that would not take a unit, or was silent, is left alone by its job so long.
    package var busyRest: Duration = .milliseconds(400)
    package var silenceRest: Duration = .seconds(5)
    package var unknownRest: Duration = .seconds(60)
    /// Between two tries at one unit, doubled with each up to the second.
    package var retryRest: Duration = .milliseconds(50)
    package var retryRestMax: Duration = .seconds(5)
    /// A reservation that a match has brought is used within this.
    package var spareSpan: Duration = .milliseconds(300)
    /// Cancellations are repeated until the helper says that the unit is gone.
    package var cancelInterval: Duration = .milliseconds(150)
    package var cancelSendsMax = 6
    /// What did not fit into memory is tried again.
    package var loadRetry: Duration = .seconds(1)
    /// Fetches of one result before another helper computes it.
    package var fetchesMax = 3
    /// Longest rest between two rounds of asking leaders.
    package var restMax: Duration = .seconds(2)

    // MARK: - Streams

    package var leaseSpan: Duration = .seconds(3)
    package var leaseRenewal: Duration = .seconds(1)
    /// A leased unit without answer is sent again after its expected time and this.
    package var resendMargin: Duration = .milliseconds(15)
    /// Units in a row that a leased helper owes when it is given up.
    package var missedMax = 3
    /// It has to be silent at least so long.
    package var leaseSilence: Duration = .milliseconds(120)

    // MARK: - The leader

    /// A leader counts a member's part as taken so long after it has given it away: by then the member's hello says so.
    package var holdSpan: Duration = .seconds(2)

    package init() {}

    package var storeBytesMax: Int { storeMebibytesMax << 20 }
}

/// Numbers of jobs, streams and their requests, told from steps' and orders' by two bits; never used before by this robot.
enum JobNumber {
    static let bits: UInt32 = OrderBook.numberBit | OrderBook.numberBit >> 1
    static let countMask: UInt32 = OrderBook.numberBit >> 1 - 1

    static func make(epoch: Epoch, count: UInt32) -> UInt32 { epoch.number << 20 | bits | count & countMask }

    static func isJob(_ number: UInt32) -> Bool { number & bits == bits }
}
