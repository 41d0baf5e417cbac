"""What `skein bench kernels` measures against in Python: the same steps with numpy, and pyswarms.

    kernels.py star|dense|pso|pyswarms IN OUT REPEATS

As EigenBench: reads cases, computes all REPEATS times, writes results, prints the nanoseconds of a step in each
repetition. `star` and `dense` compute what Skein computes; `pso` and `pyswarms` move by the same rule and evaluate the
same misfit as often, by luck of their own.
"""

import logging
import os
import sys
import time

import numpy as np

RAYS, SAMPLES, PARTICLES, ITERATIONS = 24, 40, 24, 20
COMPASS_VARIANCE = np.radians(2) ** 2
UPPER = np.triu_indices(3)


def wrapped(radians):
    return radians - 2 * np.pi * np.rint(radians / (2 * np.pi))


def symmetric(six):
    full = np.empty(six.shape[:-1] + (3, 3))
    full[..., UPPER[0], UPPER[1]] = six
    full[..., UPPER[1], UPPER[0]] = six
    return full


class EkfCase:
    numbers = 19 + RAYS * 17

    def __init__(self, row):
        self.own, self.own_covariance = row[0:3], symmetric(row[3:9])
        self.motion, self.compass = row[9:14], row[14]
        focal, body, pixel_sigma, bearing_sigma = row[15:19]
        rays = row[19:].reshape(RAYS, 17)
        self.pose, self.covariance = rays[:, 0:3], symmetric(rays[:, 3:9])
        self.motions, self.repeated = rays[:, 9:14], rays[:, 14] != 0
        self.bearing, self.depth = rays[:, 15], focal * body / rays[:, 16]
        self.bearing_variance = bearing_sigma**2
        self.depth_variance = (self.depth**2 * pixel_sigma / (focal * body)) ** 2


def propagated(pose, covariance, motion, weight):
    """One pose, or as many as there are rows, all at once."""
    speed, turn, duration, speed_variance, turn_variance = np.moveaxis(motion, -1, 0)
    heading = pose[..., 2] + turn * duration / 2
    cosine, sine, forward = np.cos(heading), np.sin(heading), speed * duration
    f = np.zeros(covariance.shape)
    f[...] = np.eye(3)
    f[..., 0, 2], f[..., 1, 2] = -forward * sine, forward * cosine
    result = f @ covariance @ np.swapaxes(f, -1, -2) / np.asarray(weight)[..., None, None]
    g = np.zeros(covariance.shape[:-1] + (2,))
    g[..., 0, 0], g[..., 1, 0] = duration * cosine, duration * sine
    g[..., 0, 1], g[..., 1, 1], g[..., 2, 1] = -forward * duration / 2 * sine, forward * duration / 2 * cosine, duration
    result += (g * np.stack([speed_variance, turn_variance], -1)[..., None, :]) @ np.swapaxes(g, -1, -2)
    moved = pose + np.stack([forward * cosine, forward * sine, turn * duration], -1)
    moved[..., 2] = wrapped(moved[..., 2])
    return moved, result


def ray_priors(c, weights):
    """As told once more is inflated after its motion, as told anew before it."""
    weights = np.broadcast_to(weights, RAYS)
    before, after = np.where(c.repeated, 1, weights), np.where(c.repeated, weights, 1)
    pose, covariance = propagated(c.pose, c.covariance, c.motions, before)
    return pose, covariance / after[:, None, None]


def shares(c):
    def position(p):
        return (p[..., 0, 0] + p[..., 1, 1]) / 2

    own_told = max(position(c.own_covariance), 1e-12)
    own_root = np.sqrt(own_told)
    own_slope = own_root / max(c.motion[3] * c.motion[2] ** 2 / 2, 1e-12)
    across = c.depth**2 * (c.bearing_variance + min(c.own_covariance[2, 2], COMPASS_VARIANCE))
    motion = c.motions[:, 3] * c.motions[:, 2] ** 2 / 2
    root = np.sqrt(position(c.covariance) + np.where(c.repeated, motion, 0))
    along = c.depth_variance
    slope = root / (2 * along * across / (along + across) + np.where(c.repeated, 0, motion))
    low, high = 0.0, min(own_root + 1 / own_slope, np.min(root + 1 / slope))
    for _ in range(20):
        level = (low + high) / 2
        total = max(level - own_root, 0) * own_slope + np.sum(np.maximum(level - root, 0) * slope)
        if total < 1:
            low = level
        else:
            high = level
    demands = np.maximum(high - root, 0) * slope
    total = max(high - own_root, 0) * own_slope + np.sum(demands)
    scale = (1 - 0.002 * RAYS - 0.5) / total if total > 0 and np.isfinite(total) else 0
    demands = 0.002 + scale * demands
    return 1 - np.sum(demands), demands


def alone(c, weight):
    pose, covariance = propagated(c.own, c.own_covariance, c.motion, weight)
    covariance = covariance + 1e-10 * np.eye(3)
    shared = covariance[:, 2]
    total = shared[2] + COMPASS_VARIANCE
    gain = shared / total
    pose = pose + gain * wrapped(c.compass - pose[2])
    pose[2] = wrapped(pose[2])
    remaining = np.eye(3) - np.outer(gain, [0, 0, 1])
    return pose, remaining @ covariance @ remaining.T + COMPASS_VARIANCE * np.outer(gain, gain)


def prepared(c):
    """Priors, Jacobians, innovations, noises and gates of all rays."""
    own_weight, weights = shares(c)
    pair_weight = max(1 - own_weight, 0.002)
    own, own_covariance = alone(c, own_weight)
    pose, covariance = ray_priors(c, weights)
    pair = ray_priors(c, pair_weight)[1][:, :2, :2]
    dx, dy = pose[:, 0] - own[0], pose[:, 1] - own[1]
    square = dx * dx + dy * dy
    cosine, sine = np.cos(own[2]), np.sin(own[2])
    innovation = np.stack(
        [wrapped(c.bearing - (np.arctan2(dy, dx) - own[2])), c.depth - (dx * cosine + dy * sine)], -1
    )
    a = np.empty((RAYS, 2, 3))
    a[:, 0, 0], a[:, 0, 1], a[:, 0, 2] = dy / square, -dx / square, -1
    a[:, 1, 0], a[:, 1, 1], a[:, 1, 2] = -cosine, -sine, dy * cosine - dx * sine
    b, d = 2 * dx * dy / square**2, (dy * dy - dx * dx) / square**2
    hessian = np.empty((RAYS, 2, 2))
    hessian[:, 0, 0], hessian[:, 0, 1], hessian[:, 1, 0], hessian[:, 1, 1] = b, d, d, -b
    curved = hessian @ (own_covariance[:2, :2] + pair)
    noise = np.stack([c.bearing_variance + np.einsum("nij,nji->n", curved, curved) / 2, c.depth_variance], -1)
    h = -a[:, :, :2]
    spread = a @ own_covariance @ a.transpose(0, 2, 1) + h @ pair @ h.transpose(0, 2, 1)
    spread[:, [0, 1], [0, 1]] += noise
    nis = np.einsum("ni,ni->n", innovation, np.linalg.solve(spread, innovation[..., None])[..., 0])
    used = (square >= 0.01) & (nis <= 13.8)
    return own, own_covariance, pose, covariance, innovation, a, noise, used


def star(c):
    own, own_covariance, pose, covariance, innovation, a, noise, used = prepared(c)
    if not used.any():
        return result(*alone(c, 1), used, pose, covariance)
    h = np.zeros((RAYS, 2, 3))
    h[:, :, :2] = -a[:, :, :2]
    crossed = covariance @ h.transpose(0, 2, 1)
    spread = h @ crossed
    spread[:, [0, 1], [0, 1]] += noise
    inverse = np.linalg.inv(spread)
    weighed = inverse @ a * used[:, None, None]
    information = np.einsum("nij,nik->jk", a, weighed)
    vector = np.einsum("nij,ni->j", weighed, innovation)
    gain = crossed @ inverse
    remaining = np.eye(3) - gain @ h
    given = remaining @ covariance @ remaining.transpose(0, 2, 1) + (gain * noise[:, None, :]) @ gain.transpose(0, 2, 1)
    draw = gain @ a
    lower = np.linalg.cholesky(own_covariance)
    own_covariance = lower @ np.linalg.inv(np.eye(3) + lower.T @ information @ lower) @ lower.T
    delta = own_covariance @ vector
    own = own + delta
    own[2] = wrapped(own[2])
    pose = pose + np.einsum("nij,nj->ni", gain, innovation) - draw @ delta
    pose[:, 2] = wrapped(pose[:, 2])
    return result(own, own_covariance, used, pose, given + draw @ own_covariance @ draw.transpose(0, 2, 1))


def dense(c):
    own, own_covariance, pose, covariance, innovation, a, noise, used = prepared(c)
    if not used.any():
        return result(*alone(c, 1), used, pose, covariance)
    count = 3 + 3 * RAYS
    joint = np.zeros((count, count))
    joint[:3, :3] = own_covariance
    for ray in range(RAYS):
        joint[3 + 3 * ray : 6 + 3 * ray, 3 + 3 * ray : 6 + 3 * ray] = covariance[ray]
    seen = np.flatnonzero(used)
    h = np.zeros((2 * len(seen), count))
    for row, ray in enumerate(seen):
        h[2 * row : 2 * row + 2, :3] = a[ray]
        h[2 * row : 2 * row + 2, 3 + 3 * ray : 5 + 3 * ray] = -a[ray, :, :2]
    r = noise[seen].ravel()
    crossed = h @ joint
    gain = np.linalg.solve(crossed @ h.T + np.diag(r), crossed).T
    state = np.concatenate([own, pose.ravel()]) + gain @ innovation[seen].ravel()
    remaining = np.eye(count) - gain @ h
    posterior = remaining @ joint @ remaining.T + (gain * r) @ gain.T
    state = state.reshape(-1, 3)
    state[:, 2] = wrapped(state[:, 2])
    blocks = np.stack([posterior[i : i + 3, i : i + 3] for i in range(0, count, 3)])
    return result(state[0], blocks[0], used, state[1:], blocks[1:])


def result(own, own_covariance, used, pose, covariance):
    return own, own_covariance, used, pose, covariance


def ekf_numbers(result):
    own, own_covariance, used, pose, covariance = result
    rays = np.zeros((RAYS, 10))
    rays[:, 0] = used
    rays[:, 1:4] = pose * used[:, None]
    rays[:, 4:] = covariance[:, UPPER[0], UPPER[1]] * used[:, None]
    return np.concatenate([own, own_covariance[UPPER], rays.ravel()])


class PsoCase:
    numbers = 8 + 3 * SAMPLES

    def __init__(self, row):
        self.seed = int(row[0]) << 32 | int(row[1])
        self.low, self.high, self.guess = row[2:4], row[4:6], row[6:8]
        samples = row[8:].reshape(SAMPLES, 3).astype(np.float32)
        self.x, self.y, self.square = samples[:, 0], samples[:, 1], samples[:, 2] ** 2
        self.speed_max = 0.15 * np.linalg.norm(self.high - self.low)

    def misfit(self, places):
        at = places.astype(np.float32)
        dx, dy = self.x - at[:, :1], self.y - at[:, 1:]
        ratio = self.square * np.maximum(dx * dx + dy * dy, np.float32(1))
        residual = (ratio - 1) / (ratio + 1)
        return np.mean(residual * residual, axis=1)

    def start(self, random):
        cells = np.stack([np.arange(PARTICLES) % 6, np.arange(PARTICLES) // 6], -1)
        places = self.low + (cells + random.random((PARTICLES, 2))) / [6, 4] * (self.high - self.low)
        places[0] = self.guess
        return places


def pso(c):
    bests = []
    for island in range(2):
        random = np.random.default_rng([c.seed, island])
        places = c.start(random)
        velocities = c.speed_max / 2 * (2 * random.random((PARTICLES, 2)) - 1)
        own, own_misfit = places.copy(), c.misfit(places)
        for _ in range(ITERATIONS):
            best = own[np.argmin(own_misfit)]
            u = random.random((2, PARTICLES, 1))
            velocities = 0.6 * velocities + 1.2 * u[0] * (own - places) + 1.6 * u[1] * (best - places)
            speeds = np.linalg.norm(velocities, axis=1, keepdims=True)
            velocities *= np.minimum(1, c.speed_max / np.maximum(speeds, 1e-300))
            moved = places + velocities
            places = np.clip(moved, c.low, c.high)
            velocities = np.where(places == moved, velocities, 0)
            here = c.misfit(places)
            better = here < own_misfit
            own[better], own_misfit[better] = places[better], here[better]
        index = np.argmin(own_misfit)
        bests.append((*own[index], own_misfit[index]))
    return np.ravel(bests)


def pyswarms(c):
    from pyswarms.single.global_best import GlobalBestPSO

    bests = []
    for island in range(2):
        swarm = GlobalBestPSO(
            n_particles=PARTICLES,
            dimensions=2,
            options={"w": 0.6, "c1": 1.2, "c2": 1.6},
            bounds=(c.low, c.high),
            bh_strategy="nearest",
            velocity_clamp=(-c.speed_max, c.speed_max),
            init_pos=c.start(np.random.default_rng([c.seed, island])),
        )
        misfit, place = swarm.optimize(c.misfit, iters=ITERATIONS + 1, verbose=False)
        bests.append((*place, misfit))
    return np.ravel(bests)


def main():
    if len(sys.argv) != 5 or sys.argv[1] not in ("star", "dense", "pso", "pyswarms"):
        sys.exit("kernels.py: expected star|dense|pso|pyswarms IN OUT REPEATS")
    kernel, source, sink, repeats = sys.argv[1:]
    source, sink = os.path.abspath(source), os.path.abspath(sink)
    # pyswarms leaves a report.log wherever it is imported.
    os.chdir(os.path.dirname(sink))
    step, kind, numbers = {
        "star": (star, EkfCase, ekf_numbers),
        "dense": (dense, EkfCase, ekf_numbers),
        "pso": (pso, PsoCase, lambda numbers: numbers),
        "pyswarms": (pyswarms, PsoCase, lambda numbers: numbers),
    }[kernel]
    logging.disable(logging.CRITICAL)
    cases = [kind(row) for row in np.fromfile(source).reshape(-1, kind.numbers)]
    step(cases[0])
    results = []
    for _ in range(int(repeats)):
        begun = time.perf_counter_ns()
        results = [step(case) for case in cases]
        print(f"{(time.perf_counter_ns() - begun) / len(cases):.1f}", flush=True)
    np.concatenate([numbers(result) for result in results]).tofile(sink)


if __name__ == "__main__":
    main()
