extension LocalisationFigures {
    /// Between these lies, in 95 % of sweeps, the mean over runs of an estimate that is as good as it says. Robots of one run
    /// share errors, and so do a robot's moments; runs share none. So the runs' own spread is what their mean is held
    /// against: 3 ± t s / √n (Student 1908). Nil: of fewer than five runs nobody knows the spread.
    package static func neesBounds(runs: [Double]) -> (low: Double, high: Double)? {
        guard runs.count >= 5 else { return nil }
        let count = Double(runs.count)
        let mean = runs.reduce(0, +) / count
        let variance = runs.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
        let reach = studentQuantile(degrees: count - 1) * (variance / count).squareRoot()
        let honest = Double(degrees)
        return (honest - reach, honest + reach)
    }

    /// Student's t at 97.5 %, from four degrees on to 1 % (Fisher and Cornish 1960).
    private static func studentQuantile(degrees: Double) -> Double {
        let z = 1.959_964
        let square = z * z
        let first = z * (square + 1) / 4
        let second = z * ((5 * square + 16) * square + 3) / 96
        let third = z * (((3 * square + 19) * square + 17) * square - 15) / 384
        return z + (first + (second + third / degrees) / degrees) / degrees
    }
}
