/// What a request or a claim says of work for a registered kernel; without it, the work is a mission's parts.
///
///     kernel's tag u64 | cost_ms u32 | deadline_ms u32 (left)
package struct KernelWork: Hashable, Sendable {
    /// `KernelName.tag`: only members that offer it are of use.
    package var kernelTag: UInt64
    /// Processor time of one unit on a whole core.
    package var costMilliseconds: UInt32
    /// In place of the request's own, which ends at a minute.
    package var deadlineMilliseconds: UInt32

    package init(kernelTag: UInt64, costMilliseconds: UInt32, deadlineMilliseconds: UInt32) {
        precondition(kernelTag != 0, "work for no kernel")
        self.kernelTag = kernelTag
        self.costMilliseconds = costMilliseconds
        self.deadlineMilliseconds = deadlineMilliseconds
    }

    func write(to writer: inout ByteWriter) {
        writer.u64(kernelTag)
        writer.u32(costMilliseconds)
        writer.u32(deadlineMilliseconds)
    }

    init(reading reader: inout ByteReader) throws(WireError) {
        kernelTag = try reader.u64()
        guard kernelTag != 0 else { throw .invalid(.kernel) }
        costMilliseconds = try reader.u32()
        deadlineMilliseconds = try reader.u32()
    }
}
