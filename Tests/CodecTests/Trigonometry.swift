import Foundation
import SkeinTasks

// What the tests' bodies turn by.

extension Double {
    var cosine: Double { Foundation.cos(self) }
    var sine: Double { Foundation.sin(self) }
}

extension FieldPoint {
    var directionRadians: Double { atan2(yMeters, xMeters) }
}
