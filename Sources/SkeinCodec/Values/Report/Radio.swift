import SkeinPeer
import SkeinWire

extension RadioAccount: Coded {
    package func write(to writer: inout ByteWriter) {
        control.write(to: &writer)
        data.write(to: &writer)
        writer.double(windowSeconds)
        writer.double(beaconFractionMax)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init(
            control: try BandAccount(reading: &reader), data: try BandAccount(reading: &reader),
            windowSeconds: try reader.double(), beaconFractionMax: try reader.double())
    }
}

extension RadioAccount.BandAccount: Coded {
    package func write(to writer: inout ByteWriter) {
        for traffic in sent { traffic.write(to: &writer) }
        relayed.write(to: &writer)
        received.write(to: &writer)
        writer.double(controlFraction)
        writer.double(busyFraction)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        var sent: [RadioAccount.Traffic] = []
        for _ in TrafficClass.allCases { sent.append(try RadioAccount.Traffic(reading: &reader)) }
        self.init(
            sent: sent, relayed: try RadioAccount.Traffic(reading: &reader),
            received: try RadioAccount.Traffic(reading: &reader), controlFraction: try reader.double(),
            busyFraction: try reader.double())
    }
}

extension RadioAccount.Traffic: Coded {
    package func write(to writer: inout ByteWriter) {
        writer.u64(datagrams)
        writer.u64(bytes)
        writer.i64(airtimeNanoseconds)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init(
            datagrams: try reader.u64(), bytes: try reader.u64(), airtimeNanoseconds: try reader.i64())
        guard airtimeNanoseconds >= 0 else { throw .invalid(.time) }
    }
}
