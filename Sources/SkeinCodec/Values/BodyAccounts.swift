import SkeinPeer
import SkeinWire

extension BodyTrouble: Coded {
    package func write(to writer: inout ByteWriter) {
        writer.raw(kind)
        writer.text(text)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init(try reader.raw(Kind.self), try reader.text())
    }
}

extension BodyAccount: Coded {
    package func write(to writer: inout ByteWriter) {
        writer.list(troubles, limit: Self.troublesMax)
        writer.flag(bridge != nil)
        bridge?.write(to: &writer)
        writer.flag(gps != nil)
        gps?.write(to: &writer)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init(
            troubles: try reader.list(of: BodyTrouble.self, limit: Self.troublesMax),
            bridge: try reader.flag() ? try BridgeAccount(reading: &reader) : nil,
            gps: try reader.flag() ? try GpsAccount(reading: &reader) : nil)
    }
}

extension BridgeAccount: Coded {
    package func write(to writer: inout ByteWriter) {
        writer.text(device)
        writer.raw(state)
        writer.flag(isArmed)
        writer.flag(isStopLatched)
        writer.flag(isDeadMan)
        writer.optional(heartbeatAge)
        writer.optional(batteryFraction)
        writer.optional(batteryVolts)
        writer.optional(roundTrip)
        writer.u64(received)
        writer.u64(sent)
        writer.u64(lostSetpoints)
        writer.optional(setpointDelay99)
        writer.u64(openings)
        for reason in BridgeDrop.allCases { writer.u64(drops[Int(reason.rawValue)]) }
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init(device: try reader.text(), state: try reader.raw(State.self))
        isArmed = try reader.flag()
        isStopLatched = try reader.flag()
        isDeadMan = try reader.flag()
        heartbeatAge = try reader.optional(Duration.self)
        batteryFraction = try reader.optional(Double.self)
        batteryVolts = try reader.optional(Double.self)
        roundTrip = try reader.optional(Duration.self)
        received = try reader.u64()
        sent = try reader.u64()
        lostSetpoints = try reader.u64()
        setpointDelay99 = try reader.optional(Duration.self)
        openings = try reader.u64()
        for reason in BridgeDrop.allCases { drops[Int(reason.rawValue)] = try reader.u64() }
    }
}

extension GpsAccount: Coded {
    package func write(to writer: inout ByteWriter) {
        writer.raw(state)
        writer.u16(UInt16(clamping: satellites))
        writer.optional(fixAge)
        writer.optional(sigmaMeters)
        writer.u64(taken)
        writer.u64(refused)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init(state: try reader.raw(State.self), satellites: Int(try reader.u16()))
        fixAge = try reader.optional(Duration.self)
        sigmaMeters = try reader.optional(Double.self)
        taken = try reader.u64()
        refused = try reader.u64()
    }
}
