import RealModule

/// A dense matrix by rows, for the undivided update only. Products skip zeros of the left factor, which is what the
/// block-diagonal prior and the star's Jacobian mostly are.
struct EkfMatrix: Hashable, Sendable {
    let rows: Int
    let columns: Int
    private(set) var elements: [Double]

    init(rows: Int, columns: Int) {
        self.rows = rows
        self.columns = columns
        elements = [Double](repeating: 0, count: rows * columns)
    }

    static func identity(_ count: Int) -> EkfMatrix {
        var result = EkfMatrix(rows: count, columns: count)
        for index in 0..<count { result[index, index] = 1 }
        return result
    }

    subscript(row: Int, column: Int) -> Double {
        get { elements[row * columns + column] }
        set { elements[row * columns + column] = newValue }
    }

    var transposed: EkfMatrix {
        var result = EkfMatrix(rows: columns, columns: rows)
        for row in 0..<rows {
            for column in 0..<columns { result[column, row] = self[row, column] }
        }
        return result
    }

    static func + (left: EkfMatrix, right: EkfMatrix) -> EkfMatrix {
        precondition(left.rows == right.rows && left.columns == right.columns, "sizes differ")
        var result = left
        for index in result.elements.indices { result.elements[index] += right.elements[index] }
        return result
    }

    static func - (left: EkfMatrix, right: EkfMatrix) -> EkfMatrix {
        precondition(left.rows == right.rows && left.columns == right.columns, "sizes differ")
        var result = left
        for index in result.elements.indices { result.elements[index] -= right.elements[index] }
        return result
    }

    static func * (left: EkfMatrix, right: EkfMatrix) -> EkfMatrix {
        precondition(left.columns == right.rows, "\(left.columns) columns times \(right.rows) rows")
        var result = EkfMatrix(rows: left.rows, columns: right.columns)
        let width = right.columns
        result.elements.withUnsafeMutableBufferPointer { out in
            right.elements.withUnsafeBufferPointer { source in
                for row in 0..<left.rows {
                    for inner in 0..<left.columns {
                        let factor = left.elements[row * left.columns + inner]
                        guard factor != 0 else { continue }
                        for column in 0..<width {
                            out[row * width + column] += factor * source[inner * width + column]
                        }
                    }
                }
            }
        }
        return result
    }

    /// Rows and columns of a symmetric 3×3 block on the diagonal.
    mutating func setBlock(at first: Int, _ block: Symmetric3) {
        let values = [block.xx, block.xy, block.xh, block.xy, block.yy, block.yh, block.xh, block.yh, block.hh]
        for row in 0..<3 {
            for column in 0..<3 { self[first + row, first + column] = values[row * 3 + column] }
        }
    }

    func block(at first: Int) -> Symmetric3 {
        Symmetric3(
            xx: self[first, first], xy: self[first, first + 1], xh: self[first, first + 2],
            yy: self[first + 1, first + 1], yh: self[first + 1, first + 2], hh: self[first + 2, first + 2])
    }

    /// X with this · X = `right`, this being symmetric and positive definite (Cholesky); nil if it is not.
    func solve(_ right: EkfMatrix) -> EkfMatrix? {
        precondition(rows == columns && rows == right.rows, "sizes differ")
        var lower = self
        for column in 0..<columns {
            for row in column..<rows {
                var sum = self[row, column]
                for inner in 0..<column { sum -= lower[row, inner] * lower[column, inner] }
                if row == column {
                    guard sum > 0 else { return nil }
                    lower[row, column] = Double.sqrt(sum)
                } else {
                    lower[row, column] = sum / lower[column, column]
                }
            }
        }
        var result = right
        for row in 0..<rows {
            for inner in 0..<row { result.subtract(lower[row, inner], row: inner, from: row) }
            result.scale(row: row, by: 1 / lower[row, row])
        }
        for row in (0..<rows).reversed() {
            for inner in row + 1..<max(rows, row + 1) { result.subtract(lower[inner, row], row: inner, from: row) }
            result.scale(row: row, by: 1 / lower[row, row])
        }
        return result
    }

    private mutating func subtract(_ factor: Double, row source: Int, from target: Int) {
        guard factor != 0 else { return }
        for column in 0..<columns {
            elements[target * columns + column] -= factor * elements[source * columns + column]
        }
    }

    private mutating func scale(row: Int, by factor: Double) {
        for column in 0..<columns { elements[row * columns + column] *= factor }
    }
}
