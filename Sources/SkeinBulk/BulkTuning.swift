import SkeinWire

/// The spans and bounds of bulk transfer.
package struct BulkTuning: Sendable {
    package init() {}
}
