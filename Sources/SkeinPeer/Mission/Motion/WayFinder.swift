import HeapModule
import SkeinTasks

/// The shortest way through a grid's open squares, by A* (Hart, Nilsson, Raphael 1968) with eight neighbours. Bounded:
/// no more than `expansionsMax` squares are opened; then, or where there is no way, it ends at the square that came
/// nearest to the goal.
enum WayFinder {
    static let expansionsMax = 6_000
    /// Corners that a way may have; a robot asks again long before.
    static let cornersMax = 32
    /// How far along the way a corner may be skipped to.
    private static let viewCells = 128

    /// A square that has been seen, and what a way over it costs at least.
    private struct Open: Comparable {
        var cost: Float
        var cell: Int32
        static func < (left: Open, right: Open) -> Bool {
            (left.cost, left.cell) < (right.cost, right.cell)
        }
    }

    /// Corners from the start, which is left out, to the goal or as near as there is a way.
    static func way(from start: FieldPoint, to goal: FieldPoint, grid: FieldGrid) -> [FieldPoint] {
        let first = Int32(grid.cell(at: start))
        let final = Int32(grid.cell(at: goal))
        var search = Search(grid: grid, final: final)
        let end = search.run(from: first)
        // Shut in, as far as the map knows: the ring has the word.
        guard end != first else { return [] }
        var cells = [end]
        while let before = search.before(cells[cells.count - 1]), before != first { cells.append(before) }
        cells.reverse()
        var corners: [FieldPoint] = []
        var from = start
        var index = 0
        // Pulled tight: the farthest square in plain view is the next corner.
        while index < cells.count, corners.count < cornersMax {
            var farthest = index
            for later in index..<min(cells.count, index + viewCells)
            where grid.isOpen(from: from, to: grid.centre(Int(cells[later]))) { farthest = later }
            from = grid.centre(Int(cells[farthest]))
            corners.append(from)
            index = farthest + 1
        }
        if end == final, let last = corners.indices.last { corners[last] = goal }
        return corners
    }

    /// One search, from its start to its end.
    private struct Search {
        let grid: FieldGrid
        let final: Int32
        private var first: Int32 = 0
        var costs: [Float]
        var parents: [Int32]
        var isDone: [Bool]

        init(grid: FieldGrid, final: Int32) {
            self.grid = grid
            self.final = final
            let count = grid.columns * grid.rows
            costs = [Float](repeating: .infinity, count: count)
            parents = [Int32](repeating: -1, count: count)
            isDone = [Bool](repeating: false, count: count)
        }

        func before(_ cell: Int32) -> Int32? { parents[Int(cell)] < 0 ? nil : parents[Int(cell)] }

        /// Eight neighbours' shortest way on an empty grid.
        func least(_ cell: Int32) -> Float {
            let columns = Int32(grid.columns)
            let dx = abs(cell % columns - final % columns)
            let dy = abs(cell / columns - final / columns)
            return Float(max(dx, dy)) + 0.414_213_56 * Float(min(dx, dy))
        }

        mutating func run(from first: Int32) -> Int32 {
            self.first = first
            var heap = Heap<Open>()
            costs[Int(first)] = 0
            heap.insert(Open(cost: least(first), cell: first))
            var nearest = (left: least(first), cell: first)
            var expansions = 0
            while let open = heap.popMin(), expansions < WayFinder.expansionsMax {
                let cell = open.cell
                if isDone[Int(cell)] { continue }
                isDone[Int(cell)] = true
                expansions += 1
                let left = least(cell)
                if left < nearest.left { nearest = (left, cell) }
                if cell == final { return cell }
                expand(cell, &heap)
            }
            return nearest.cell
        }

        /// The goal is reached whatever stands there, and a robot may leave what closes the squares around it, but for what the ring
        /// has found: that would be a way through a thin wall.
        private func isClosed(_ cell: Int32) -> Bool {
            guard cell != final, grid.isClosed(Int(cell)) else { return false }
            if grid.isFound(Int(cell)) { return cell != first }
            let columns = Int32(grid.columns)
            return abs(cell % columns - first % columns) > 1 || abs(cell / columns - first / columns) > 1
        }

        private mutating func expand(_ cell: Int32, _ heap: inout Heap<Open>) {
            let columns = Int32(grid.columns)
            let (x, y) = (cell % columns, cell / columns)
            for dy in Int32(-1)...1 {
                for dx in Int32(-1)...1 where dx != 0 || dy != 0 {
                    let (nx, ny) = (x + dx, y + dy)
                    guard nx >= 0, ny >= 0, nx < columns, ny < Int32(grid.rows) else { continue }
                    let next = ny * columns + nx
                    guard !isDone[Int(next)], !isClosed(next) else { continue }
                    // No squeezing between two closed corners.
                    if dx != 0, dy != 0, isClosed(y * columns + nx) || isClosed(ny * columns + x) {
                        continue
                    }
                    let cost = costs[Int(cell)] + (dx != 0 && dy != 0 ? 1.414_213_56 : 1)
                    guard cost < costs[Int(next)] else { continue }
                    costs[Int(next)] = cost
                    parents[Int(next)] = cell
                    heap.insert(Open(cost: cost + least(next), cell: next))
                }
            }
        }
    }
}
