import SkeinWire

/// What the air is used for.
enum RadioPanel {
    private static let graphColumns = 10

    static func lines(_ snapshot: Snapshot, columns: Int, _ charset: Charset) -> [InkedLine] {
        guard let radio = snapshot.radio else { return [InkedLine("nothing is known of the air", .faint)] }
        var lines: [InkedLine] = []
        var whose = InkedLine(radio.whose, .bold)
        if Aging.isStale(radio.age) { whose.append("  \(Figures.since(radio.age)) ago", .stale) }
        lines.append(whose)
        lines.append(control(radio, charset))
        lines += radio.bands.flatMap { band($0, columns, charset) }
        lines += classes(radio, columns)
        lines += drops(radio)
        guard Aging.isStale(radio.age) else { return lines }
        // All of it is as old as the account.
        return lines.map { line in
            var grey = InkedLine()
            for piece in line.pieces { grey.append(piece.text, .stale) }
            return grey
        }
    }

    /// `control  1.3% of the air, of 2.0% allowed`.
    private static func control(_ radio: Snapshot.Radio, _ charset: Charset) -> InkedLine {
        var line = InkedLine("control", .label)
        line.pad(to: 9)
        guard let share = radio.controlFraction else {
            line.append("-", .faint)
            return line
        }
        let isOver = radio.controlFractionMax.map { share > $0 } ?? false
        line.append(Figures.percent(share), isOver ? .alarm : .plain)
        line.append(" of the air", .label)
        if let most = radio.controlFractionMax {
            line.append(isOver ? ", over the " : ", of ", isOver ? .alarm : .label)
            line.append(Figures.percent(most))
            line.append(" allowed", .label)
            line.append(" ")
            line.append(
                charset.sparkline(radio.controlHistory.map { $0 / max(most, 1e-9) }, width: graphColumns),
                isOver ? .alarm : .good)
        }
        return line
    }

    private static func band(_ band: Snapshot.Radio.BandLine, _ columns: Int, _ charset: Charset) -> [InkedLine] {
        var line = InkedLine(Lists.word(band.band), .label)
        line.pad(to: 9)
        if let busy = band.busyFraction {
            line.append("busy ", .label)
            line.append(Figures.wholePercent(busy), busy > 0.8 ? .alarm : busy > 0.5 ? .warning : .plain)
            if busy > 0.8 { line.append(" full", .alarm) }
            line.append(" ")
        }
        if let own = band.ownFraction {
            line.append("own ", .label)
            line.append(Figures.percent(own) + " ")
        }
        line.append(charset.sparkline(band.history, width: graphColumns), .good)
        var rates = InkedLine(" sent ", .label)
        rates.append(Figures.short(band.sentBytesPerSecond))
        rates.append(" received ", .label)
        rates.append(Figures.short(band.receivedBytesPerSecond))
        rates.append(" B/s", .label)
        if let neighbours = band.neighbours {
            rates.append("  neighbours ", .label)
            rates.append("\(neighbours)")
        }
        guard line.count + rates.count > columns else {
            line.append(rates)
            return [line]
        }
        var second = InkedLine(String(repeating: " ", count: 8))
        second.append(rates)
        return [line, second]
    }

    private static func classes(_ radio: Snapshot.Radio, _ columns: Int) -> [InkedLine] {
        guard !radio.classes.isEmpty else { return [] }
        let isWide = columns >= 54
        var title = right("sent B/s", 21)
        title += right("recvd B/s", 10)
        if isWide { title += right("sent", 8) + right("recvd", 8) }
        title += right("air", 7)
        return [InkedLine(title, .label)]
            + radio.classes.map { account in
                var line = InkedLine(Lists.word(account.trafficClass), .label)
                line.pad(to: 11)
                line.append(right(Figures.short(account.sentBytesPerSecond), 10))
                line.append(right(account.receivedBytesPerSecond.map { Figures.short($0) } ?? "-", 10))
                if isWide {
                    line.append(right(Figures.short(Double(account.sentBytes)), 8))
                    line.append(right(account.receivedBytes.map { Figures.short(Double($0)) } ?? "-", 8))
                }
                line.append(right(account.airtimeFraction.map(Figures.percent) ?? "-", 7))
                return line
            }
    }

    private static func drops(_ radio: Snapshot.Radio) -> [InkedLine] {
        guard !radio.drops.isEmpty else { return [InkedLine("nothing dropped", .good)] }
        return [InkedLine("dropped", .bold)]
            + radio.drops.map { drop in
                var line = PeersPanel.mark(drop.severity)
                line.append(right(Figures.short(Double(drop.count)), 7), Ink.of(drop.severity))
                line.append(right(drop.perSecond.map { Figures.decimal($0, $0 < 9.95 ? 1 : 0) + "/s" } ?? "", 7))
                line.append("  " + drop.reason, Ink.of(drop.severity))
                return line
            }
    }

    private static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(width - text.count, 0)) + text
    }
}
