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
    package func write(to writer: inout ByteWriter) { writer.list(troubles, limit: Self.troublesMax) }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init(troubles: try reader.list(of: BodyTrouble.self, limit: Self.troublesMax))
    }
}
