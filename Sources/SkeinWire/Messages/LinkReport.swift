/// What a robot tells the root about itself and its links, up the tree; the root plans from these alone.
///
///     version u32 (low 31 bits; 1 in the highest: state) | plan u64 | idle u16 (1/100 %)
///     | n u8 (low 6 bits; 64 camera, 128 satellite receiver)
///     | n × (neighbour u16, control power i16, data power i16, efficiency u16) [1: | state u8 (1 unfit, 2 arrived)]
///
/// What the robot carries and how it fares is what the root gives roles by (docs/missions.md). Fit and on its way, it says
/// nothing of that.
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
    package var state: MissionState
    package var entries: [Entry]

    /// The reporter as roles see it.
    package struct MissionState: Hashable, Sendable {
        package var carriesCamera = false
        package var carriesSatelliteReceiver = false
        /// It can serve no role for now: its battery is low.
        package var isUnfit = false
        /// It has done what its role is.
        package var hasArrived = false

        package init(
            carriesCamera: Bool = false, carriesSatelliteReceiver: Bool = false, isUnfit: Bool = false,
            hasArrived: Bool = false
        ) {
            self.carriesCamera = carriesCamera
            self.carriesSatelliteReceiver = carriesSatelliteReceiver
            self.isUnfit = isUnfit
            self.hasArrived = hasArrived
        }
    }

    /// Versions are serials, which have no use for it.
    private static let stateBit: UInt32 = 0x8000_0000
    private static let unfitBit: UInt8 = 1
    private static let arrivedBit: UInt8 = 2
    private static let countMask: UInt8 = 0x3F
    private static let cameraBit: UInt8 = 0x40
    private static let satelliteBit: UInt8 = 0x80

    package init(
        version: UInt32, plan: PlanNumber, idle: PercentField, state: MissionState = MissionState(), entries: [Entry]
    ) {
        self.version = version
        self.plan = plan
        self.idle = idle
        self.state = state
        self.entries = entries
    }

    func write(to writer: inout ByteWriter) {
        let hasState = state.isUnfit || state.hasArrived
        writer.u32(version | (hasState ? Self.stateBit : 0))
        plan.write(to: &writer)
        writer.u16(idle.hundredths)
        precondition(entries.count <= Self.entriesMax, "\(entries.count) entries of a report")
        writer.u8(
            UInt8(entries.count) | (state.carriesCamera ? Self.cameraBit : 0)
                | (state.carriesSatelliteReceiver ? Self.satelliteBit : 0))
        precondition(
            zip(entries, entries.dropFirst()).allSatisfy { $0.neighbour < $1.neighbour }, "a report out of order")
        for entry in entries {
            writer.node(entry.neighbour)
            writer.i16(entry.controlPower.hundredthsDBm)
            writer.i16(entry.dataPower.hundredthsDBm)
            writer.u16(entry.efficiency.thousandths)
        }
        guard hasState else { return }
        writer.u8((state.isUnfit ? Self.unfitBit : 0) | (state.hasArrived ? Self.arrivedBit : 0))
    }

    init(reading reader: inout ByteReader) throws(WireError) {
        let word = try reader.u32()
        version = word & ~Self.stateBit
        plan = try PlanNumber(reading: &reader)
        idle = PercentField(hundredths: try reader.u16())
        let head = try reader.u8()
        state = MissionState(
            carriesCamera: head & Self.cameraBit != 0, carriesSatelliteReceiver: head & Self.satelliteBit != 0)
        let count = Int(head & Self.countMask)
        guard count <= Self.entriesMax else { throw .tooMany(.entries, count: count, limit: Self.entriesMax) }
        entries = []
        for _ in 0..<count {
            let entry = Entry(
                neighbour: try reader.node(), controlPower: PowerField(hundredthsDBm: try reader.i16()),
                dataPower: PowerField(hundredthsDBm: try reader.i16()),
                efficiency: EfficiencyField(thousandths: try reader.u16()))
            if let last = entries.last, last.neighbour >= entry.neighbour { throw .invalid(.entries) }
            entries.append(entry)
        }
        guard word & Self.stateBit != 0 else { return }
        let bits = try reader.u8()
        guard bits > 0, bits <= Self.unfitBit | Self.arrivedBit else { throw .invalid(.role) }
        state.isUnfit = bits & Self.unfitBit != 0
        state.hasArrived = bits & Self.arrivedBit != 0
    }
}
