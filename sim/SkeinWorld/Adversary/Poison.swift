import SkeinTasks
import SkeinWire

/// Wrong answers that could be right ones: of the layout, finite, within bounds, answering what was asked. Whoever takes one
/// is moved by `offsetMeters`.
enum Poison {
    /// Nil: nothing plausible can be made of it.
    static func answer(to input: [UInt8], of kernel: Kernel, honest: [UInt8], offsetMeters: Double) -> [UInt8]? {
        switch kernel {
        case .ekf: contribution(honest, answering: input, offsetMeters: offsetMeters)
        case .pso: best(answering: input, honest: honest, offsetMeters: offsetMeters)
        }
    }

    /// The honest contribution with its vector moved so that the estimate it asks for lies that far to the north-east, and
    /// four times as sure. `EkfContribution`: count u8 | information 6×f64 | vector 3×f64 | rays.
    private static func contribution(
        _ honest: [UInt8], answering input: [UInt8], offsetMeters: Double
    ) -> [UInt8]? {
        let start = 1
        guard honest.count >= start + 72 else { return nil }
        var values = (0..<9).map { number(honest, at: start + 8 * $0) }
        for index in 0..<9 { values[index] *= sureness }
        let (xx, xy, xh, yy, yh) = (values[0], values[1], values[2], values[3], values[4])
        values[6] += (xx + xy) * offsetMeters
        values[7] += (xy + yy) * offsetMeters
        values[8] += (xh + yh) * offsetMeters
        var writer = ByteWriter(capacity: honest.count)
        writer.u8(honest[0])
        for value in values { writer.f64(value) }
        writer.raw(Array(honest[(start + 72)...]))
        guard let group = try? EkfGroup(reading: input),
            (try? EkfContribution(reading: writer.bytes, answering: group)) != nil, writer.bytes != honest
        else { return nil }
        return writer.bytes
    }

    private static let sureness = 4.0

    /// The best place of a box of twenty centimetres where the source is not: its misfit is what it says. `PsoIsland`:
    /// seed u64 | island u8 | box 4×f64 | guess u8, and 2×f64 if it is 1 | samples.
    private static func best(answering input: [UInt8], honest: [UInt8], offsetMeters: Double) -> [UInt8]? {
        let boxStart = 9
        let guess = boxStart + 32
        guard input.count > guess, honest.count >= 18 else { return nil }
        let box = (0..<4).map { number(input, at: boxStart + 8 * $0) }
        let found = (x: number(honest, at: 2), y: number(honest, at: 10))
        let x = found.x + (found.x + offsetMeters + side <= box[2] ? offsetMeters : -offsetMeters)
        let y = min(max(found.y, box[1] + side), box[3] - side)
        guard x - side >= box[0], x + side <= box[2], y - side >= box[1], y + side <= box[3] else { return nil }
        var writer = ByteWriter(capacity: input.count)
        writer.raw(Array(input[..<boxStart]))
        for bound in [x - side, y - side, x + side, y + side] { writer.f64(bound) }
        writer.u8(0)
        writer.raw(Array(input[(guess + 1 + (input[guess] == 1 ? 16 : 0))...]))
        return try? Kernel.pso.run(input: writer.bytes)
    }

    private static let side = 0.1

    private static func number(_ bytes: [UInt8], at place: Int) -> Double {
        Double(bitPattern: bytes[place..<(place + 8)].reduce(0) { $0 << 8 | UInt64($1) })
    }
}
