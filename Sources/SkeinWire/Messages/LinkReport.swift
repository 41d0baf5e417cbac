/// What a robot tells the root about itself and its links, up the tree; the root plans from these alone.
///
///     version u32 | plan u64 | idle u16 (1/100 %) | n u8
///     | n × (neighbour u16, control power i16, data power i16, efficiency u16)
///
/// Powers are what the reporter receives from the neighbour; the efficiency is that of the directed 5 GHz link
/// neighbour → reporter. `PowerField.nothing` where a band is out of range. Neighbours stand in ascending order, each
/// once: the root looks them up by halving, and a link told twice would be granted twice.
package struct LinkReport: Hashable, Sendable {
    package static let entriesMax = 48

    package struct Entry: Hashable, Sendable {
        package var neighbour: NodeID
        package var controlPower: PowerField
        package var dataPower: PowerField
        package var efficiency: EfficiencyField
        package init(
            neighbour: NodeID, controlPower: PowerField, dataPower: PowerField, efficiency: EfficiencyField
        ) {
            self.neighbour = neighbour
            self.controlPower = controlPower
            self.dataPower = dataPower
            self.efficiency = efficiency
        }
    }

    package var version: UInt32
    /// The plan the reporter has adopted: its acknowledgement.
    package var plan: PlanNumber
    package var idle: PercentField
    package var entries: [Entry]

    package init(version: UInt32, plan: PlanNumber, idle: PercentField, entries: [Entry]) {
        self.version = version
        self.plan = plan
        self.idle = idle
        self.entries = entries
    }

    func write(to writer: inout ByteWriter) {
        writer.u32(version)
        plan.write(to: &writer)
        writer.u16(idle.hundredths)
        writer.count(entries.count, limit: Self.entriesMax)
        precondition(
            zip(entries, entries.dropFirst()).allSatisfy { $0.neighbour < $1.neighbour }, "a report out of order")
        for entry in entries {
            writer.node(entry.neighbour)
            writer.i16(entry.controlPower.hundredthsDBm)
            writer.i16(entry.dataPower.hundredthsDBm)
            writer.u16(entry.efficiency.thousandths)
        }
    }

    init(reading reader: inout ByteReader) throws(WireError) {
        version = try reader.serial()
        plan = try PlanNumber(reading: &reader)
        idle = PercentField(hundredths: try reader.u16())
        entries = []
        for _ in 0..<(try reader.count(.entries, limit: Self.entriesMax)) {
            let entry = Entry(
                neighbour: try reader.node(), controlPower: PowerField(hundredthsDBm: try reader.i16()),
                dataPower: PowerField(hundredthsDBm: try reader.i16()),
                efficiency: EfficiencyField(thousandths: try reader.u16()))
            if let last = entries.last, last.neighbour >= entry.neighbour { throw .invalid(.entries) }
            entries.append(entry)
        }
    }
}
