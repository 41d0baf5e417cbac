import SkeinTasks

/// How a robot that is bound elsewhere leaves a place where others gather: by the near rim, not through the middle.
enum CrowdWay {
    /// Nearer to the middle than this part of the radius all ways out are about as long.
    private static let middleShare = 0.35

    /// The direction to take from `here`, inside of the crowd's circle, to a goal outside of it; nil: the straight way leads
    /// out as well as any.
    static func out(of crowd: FieldCircle, from here: FieldPoint, to goal: FieldPoint) -> FieldPoint? {
        let outward = here - crowd.centre
        let way = goal - here
        let distance = outward.lengthMeters
        guard distance > middleShare * crowd.radiusMeters, way.lengthMeters > 0 else { return nil }
        let along = (outward.xMeters * way.xMeters + outward.yMeters * way.yMeters) / (distance * way.lengthMeters)
        guard along < 0 else { return nil }
        // Outward, and round toward the goal as far as it lies to one side.
        let out = (1 / distance) * outward
        let aside = (1 / way.lengthMeters) * way - along * out
        return out + aside
    }
}
