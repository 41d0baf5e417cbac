import ArgumentParser
import SkeinCodec
import SkeinFiles
import SkeinPeer
import SkeinSeal
import SkeinWire

/// The daemon that hears of what was issued, and tells its neighbours.
struct FleetDaemon {
    let path: String

    /// What became of entries.
    enum Handed: Equatable {
        /// It has them, and they spread.
        case taken
        case unreachable
        /// It would not believe them: another fleet's, or it has not heard who issues.
        case refused(count: Int, reason: String)
    }

    /// What it has heard over the air besides what is in the files; as far as it answers, and none where no daemon does. Who
    /// issues hears of the trouble when the daemon is to be told.
    func entries() -> [TrustEntry] {
        var entries: [TrustEntry] = []
        do throws(TalkError) {
            let talk = try Talk(path: path)
            while entries.count < TrustBook.entriesMax {
                let reply = try talk.ask(.entries(from: UInt32(entries.count)))
                guard case .entries(let page, let count) = reply, !page.isEmpty else { break }
                entries += page
                if entries.count >= Int(count) { break }
            }
        } catch { return entries }
        return entries
    }

    func hand(_ entries: [TrustEntry]) -> Handed {
        var refused = 0
        var reason = ""
        do throws(TalkError) {
            let talk = try Talk(path: path)
            for start in stride(from: 0, to: entries.count, by: OperatorCommand.entriesMax) {
                let some = Array(entries[start..<min(start + OperatorCommand.entriesMax, entries.count)])
                guard case .admitted(let report) = try talk.ask(.admit(some)) else { throw .noSense(path) }
                refused += report.refused.count
                if let first = report.refused.first { reason = Self.text(first.reason) }
            }
        } catch {
            switch error {
            case .local(.unreachable): break
            case .local, .otherVersion, .noSense, .noAnswer, .refused, .forbidden, .left, .whichRobot, .noRobot:
                Console.say("\(error)")
            }
            return .unreachable
        }
        return refused == 0 ? .taken : .refused(count: refused, reason: reason)
    }

    private static func text(_ refusal: TrustBook.Refusal) -> String {
        switch refusal {
        case .known: "known already"
        case .unknownIssuer: "it does not know who issues"
        case .wrongSignature: "not signed by its fleet's authority"
        case .notAllowed: "not allowed"
        case .full: "its book is full"
        }
    }

    /// Hands over what was issued, says what came of it, and what is left to do; true when it spreads.
    func spread(_ issued: [TrustEntry], from office: FleetOffice) -> Bool {
        switch hand(issued) {
        case .taken:
            Console.say("handed to the daemon at \(path): it spreads to every robot in reach")
            return true
        case .unreachable:
            Console.say(
                "stored in \(office.rosterPath), and no robot knows of it yet: no daemon answers at \(path). Carry the file "
                    + "to any robot of the fleet and run there: skein fleet merge \(FleetFolder.rosterName)")
        case .refused(let count, let reason):
            Console.say(
                "stored in \(office.rosterPath), but the daemon at \(path) refused \(count) of \(issued.count): \(reason)"
            )
        }
        return false
    }
}
