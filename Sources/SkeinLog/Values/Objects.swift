import FoundationEssentials
import SkeinWire

extension ObjectID {
    var data: Data { Data(hash) }

    init(_ data: Data, _ field: String) throws(LogFault) {
        guard let object = ObjectID(hash: Array(data)) else { throw .field(field) }
        self = object
    }
}
