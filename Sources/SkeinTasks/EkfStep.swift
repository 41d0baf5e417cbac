/// What a robot with a camera brings to one step of cooperative localisation (mesh-cloud §7).
package struct EkfStep: Hashable, Sendable {
    /// The own estimate after the last step.
    package var own: PoseEstimate
    /// The own odometry since.
    package var motion: Motion
    package var camera: EkfCamera
    /// The neighbours seen in this step's picture.
    package var rays: [EkfRay]
    package var compassRadians: Double?
    package var dgps: FieldPoint?

    package init(
        own: PoseEstimate, motion: Motion, camera: EkfCamera, rays: [EkfRay], compassRadians: Double? = nil,
        dgps: FieldPoint? = nil
    ) {
        self.own = own
        self.motion = motion
        self.camera = camera
        self.rays = rays
        self.compassRadians = compassRadians
        self.dgps = dgps
    }

    /// What the robot knows by itself: odometry, then compass, then DGPS. `weight` divides what it has told others.
    func alone(weight: Double) -> PoseEstimate {
        var estimate = own.propagated(motion, weight: weight)
        // A robot put down on a mark starts without error; a covariance must still have an inverse.
        estimate.covariance = estimate.covariance + .diagonal(Self.floor, Self.floor, Self.floor)
        if let compassRadians { estimate = estimate.updated(compassRadians: compassRadians) }
        if let dgps { estimate = estimate.updated(dgps: dgps) }
        return estimate
    }

    /// A hundredth of a millimetre, and of a milliradian, squared.
    private static let floor = 1e-10
}
