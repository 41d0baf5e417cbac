/// What a robot with a camera brings to one step of cooperative localisation (mesh-cloud §7).
package struct EkfStep: Hashable, Sendable {
    /// The own estimate after the last step.
    package var own: PoseEstimate
    /// Of its covariance what nobody has been told yet: `SplitEstimate`.
    package var independent: Symmetric3
    /// The own odometry since.
    package var motion: Motion
    package var camera: EkfCamera
    /// The neighbours seen in this step's picture.
    package var rays: [EkfRay]
    package var compassRadians: Double?
    package var dgps: FieldPoint?

    package init(
        own: PoseEstimate, independent: Symmetric3 = .zero, motion: Motion, camera: EkfCamera, rays: [EkfRay],
        compassRadians: Double? = nil,
        dgps: FieldPoint? = nil
    ) {
        self.own = own
        self.independent = independent
        self.motion = motion
        self.camera = camera
        self.rays = rays
        self.compassRadians = compassRadians
        self.dgps = dgps
    }

    /// What the robot knows by itself: odometry, then compass, then DGPS. `weight` divides what it has told others.
    func alone(weight: Double) -> SplitEstimate {
        var own = own
        own.covariance = (1 / weight) * (own.covariance - independent) + independent
        var split = SplitEstimate(own, independent: independent).propagated(motion)
        // A robot put down on a mark starts without error; a covariance must still have an inverse.
        split = split.widened(position: Self.floor, heading: Self.floor)
        if let compassRadians {
            split = split.updated(compassRadians: compassRadians, variance: PoseEstimate.compassVariance)
        }
        if let dgps { split = split.updated(dgps: dgps, variance: PoseEstimate.dgpsVariance) }
        return split
    }

    /// A hundredth of a millimetre, and of a milliradian, squared.
    private static let floor = 1e-10
}
