// One localisation step (mesh-cloud §7) with Eigen, twice: as the star that Skein computes, in matrices of fixed size, and
// as one dense joint update with the batch gain and Joseph's form. What Skein's step works out once is worked out once
// here too, so that what differs is the language and the library.
#pragma once

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <vector>

using Eigen::Matrix2d;
using Eigen::Matrix3d;
using Eigen::Vector2d;
using Eigen::Vector3d;
using Matrix23d = Eigen::Matrix<double, 2, 3>;
using Matrix32d = Eigen::Matrix<double, 3, 2>;

constexpr int raysCount = 24;
constexpr double gate = 13.8;
constexpr double compassVariance = (2 * M_PI / 180) * (2 * M_PI / 180);

struct Estimate {
    Vector3d pose = Vector3d::Zero();
    Matrix3d covariance = Matrix3d::Zero();
};

struct Motion {
    double speed, turn, duration, speedVariance, turnVariance;
};

// An angle within [−π, π] is its own remainder.
inline double wrapped(double radians) {
    return std::abs(radians) <= M_PI ? radians : std::remainder(radians, 2 * M_PI);
}

inline Estimate readEstimate(const double *&from) {
    Estimate estimate;
    estimate.pose << from[0], from[1], from[2];
    estimate.covariance << from[3], from[4], from[5], from[4], from[6], from[7], from[5], from[7], from[8];
    from += 9;
    return estimate;
}

inline Motion readMotion(const double *&from) {
    const Motion motion{from[0], from[1], from[2], from[3], from[4]};
    from += 5;
    return motion;
}

struct Ray {
    Estimate told;
    Motion motion;
    bool isRepeated;
    double bearing, depth, depthVariance;
};

struct EkfCase {
    static constexpr size_t numbers = 19 + raysCount * 17;
    Estimate own;
    Motion motion;
    double compass, bearingVariance;
    Ray rays[raysCount];

    explicit EkfCase(const double *from) {
        own = readEstimate(from);
        motion = readMotion(from);
        compass = *from++;
        const double focal = from[0], body = from[1], pixelSigma = from[2];
        bearingVariance = from[3] * from[3];
        from += 4;
        for (Ray &ray : rays) {
            ray.told = readEstimate(from);
            ray.motion = readMotion(from);
            ray.isRepeated = from[0] != 0;
            ray.bearing = from[1];
            ray.depth = focal * body / from[2];
            const double sigma = ray.depth * ray.depth * pixelSigma / (focal * body);
            ray.depthVariance = sigma * sigma;
            from += 3;
        }
    }
};

struct EkfResult {
    Estimate own;
    bool used[raysCount] = {};
    Estimate rays[raysCount];

    static void write(const Estimate &e, std::vector<double> &to) {
        for (int index = 0; index < 3; ++index) to.push_back(e.pose[index]);
        for (int row = 0; row < 3; ++row)
            for (int column = row; column < 3; ++column) to.push_back(e.covariance(row, column));
    }

    void write(std::vector<double> &to) const {
        write(own, to);
        for (int index = 0; index < raysCount; ++index) {
            to.push_back(used[index] ? 1 : 0);
            write(used[index] ? rays[index] : Estimate(), to);
        }
    }
};

// F P F' and G Q G' apart, so that one propagation serves any weight.
struct Propagated {
    Vector3d pose;
    Matrix3d told, noise;

    Matrix3d covariance(double weight) const { return told / weight + noise; }
};

inline Propagated propagated(const Estimate &from, const Motion &motion) {
    const double heading = from.pose[2] + motion.turn * motion.duration / 2;
    const double cosine = std::cos(heading), sine = std::sin(heading);
    const double forward = motion.speed * motion.duration, turned = forward * motion.duration / 2;
    Matrix3d f = Matrix3d::Identity();
    f(0, 2) = -forward * sine;
    f(1, 2) = forward * cosine;
    Matrix32d g;
    g << motion.duration * cosine, -turned * sine, motion.duration * sine, turned * cosine, 0, motion.duration;
    const Vector2d q(motion.speedVariance, motion.turnVariance);
    Propagated result;
    result.pose = from.pose + Vector3d(forward * cosine, forward * sine, motion.turn * motion.duration);
    result.pose[2] = wrapped(result.pose[2]);
    result.told.noalias() = f * from.covariance * f.transpose();
    result.noise.noalias() = g * q.asDiagonal() * g.transpose();
    return result;
}

// Of a broadcast that already served a step the motion's noise is divided too.
struct RayPrior {
    Estimate own;   // at the ray's own weight
    Matrix2d pair;  // the position's covariance at the pair's
};

inline RayPrior rayPrior(const Ray &ray, double weight, double pairWeight) {
    const Propagated parts = propagated(ray.told, ray.motion);
    RayPrior prior;
    prior.own.pose = parts.pose;
    if (ray.isRepeated) {
        const Matrix3d all = parts.told + parts.noise;
        prior.own.covariance = all / weight;
        prior.pair = all.topLeftCorner<2, 2>() / pairWeight;
    } else {
        prior.own.covariance = parts.told / weight + parts.noise;
        prior.pair = parts.told.topLeftCorner<2, 2>() / pairWeight + parts.noise.topLeftCorner<2, 2>();
    }
    return prior;
}

// Covariance intersection's shares by water filling.
struct Source {
    double told, independent, root, slope;
    Source() = default;
    Source(double a, double r) : told(a), independent(r), root(std::sqrt(a)), slope(root / r) {}
    double demand(double level) const { return level > root ? (level - root) * slope : 0; }
};

inline double shares(const EkfCase &c, double *weights) {
    constexpr double weightMin = 0.002, ownWeightMin = 0.5;
    const auto position = [](const Matrix3d &p) { return (p(0, 0) + p(1, 1)) / 2; };
    const double ownMotion = c.motion.speedVariance * c.motion.duration * c.motion.duration;
    const Source own(std::max(position(c.own.covariance), 1e-12), std::max(ownMotion / 2, 1e-12));
    const double bearing = c.bearingVariance + std::min(c.own.covariance(2, 2), compassVariance);
    Source sources[raysCount];
    double high = own.root + 1 / own.slope;
    for (int index = 0; index < raysCount; ++index) {
        const Ray &ray = c.rays[index];
        const double across = ray.depth * ray.depth * bearing, along = ray.depthVariance;
        const double motion = ray.motion.speedVariance * ray.motion.duration * ray.motion.duration / 2;
        const double told = position(ray.told.covariance);
        sources[index] = Source(
            ray.isRepeated ? told + motion : told,
            2 * along * across / (along + across) + (ray.isRepeated ? 0 : motion));
        high = std::min(high, sources[index].root + 1 / sources[index].slope);
    }
    // Who would take nothing at the highest level takes nothing at any below it.
    Source asking[raysCount];
    int askingCount = 0;
    for (const Source &source : sources)
        if (source.demand(high) > 0) asking[askingCount++] = source;
    double low = 0;
    for (int step = 0; step < 20; ++step) {
        const double level = (low + high) / 2;
        double sum = own.demand(level);
        for (int index = 0; index < askingCount; ++index) sum += asking[index].demand(level);
        (sum < 1 ? low : high) = level;
    }
    double total = own.demand(high);
    for (int index = 0; index < raysCount; ++index) total += weights[index] = sources[index].demand(high);
    const double spare = 1 - weightMin * raysCount - ownWeightMin;
    const double scale = total > 0 && std::isfinite(total) ? spare / total : 0;
    double sum = 0;
    for (int index = 0; index < raysCount; ++index) sum += weights[index] = weightMin + scale * weights[index];
    return 1 - sum;
}

// The robot in the centre: its heading's cosine and sine serve all rays.
struct Centre {
    Estimate own;
    double cosine, sine;

    explicit Centre(const Estimate &estimate)
        : own(estimate), cosine(std::cos(estimate.pose[2])), sine(std::sin(estimate.pose[2])) {}
};

struct Sight {
    Vector2d innovation;
    Matrix23d own;      // ∂(bearing, depth) by the robot's own pose
    Matrix2d position;  // by the neighbour's position
    Vector2d noise;
};

// Second-order noise of the bearing included, as Skein has it; false if too near or not that neighbour.
inline bool sighted(
    const EkfCase &c, const Ray &ray, const Centre &centre, const RayPrior &prior, Sight &sight) {
    const Estimate &own = centre.own;
    const Matrix2d &pair = prior.pair;
    const double dx = prior.own.pose[0] - own.pose[0], dy = prior.own.pose[1] - own.pose[1];
    const double square = dx * dx + dy * dy;
    if (square < 0.01) return false;
    const double cosine = centre.cosine, sine = centre.sine;
    sight.innovation << wrapped(ray.bearing - (std::atan2(dy, dx) - own.pose[2])), ray.depth - (dx * cosine + dy * sine);
    sight.own << dy / square, -dx / square, -1, -cosine, -sine, dy * cosine - dx * sine;
    sight.position = -sight.own.leftCols<2>();
    const double b = 2 * dx * dy / (square * square), d = (dy * dy - dx * dx) / (square * square);
    Matrix2d hessian;
    hessian << b, d, d, -b;
    const Matrix2d curved = hessian * (own.covariance.topLeftCorner<2, 2>() + pair);
    sight.noise << c.bearingVariance + (curved * curved).trace() / 2, ray.depthVariance;
    Matrix2d spread = sight.own * own.covariance * sight.own.transpose()
        + sight.position * pair * sight.position.transpose();
    spread.diagonal() += sight.noise;
    return sight.innovation.dot(spread.inverse() * sight.innovation) <= gate;
}

inline Estimate alone(const EkfCase &c, double weight) {
    const Propagated parts = propagated(c.own, c.motion);
    Estimate own{parts.pose, parts.covariance(weight)};
    own.covariance.diagonal().array() += 1e-10;
    const Vector3d shared = own.covariance.col(2);
    const double total = shared[2] + compassVariance;
    const Vector3d gain = shared / total;
    own.pose += gain * wrapped(c.compass - own.pose[2]);
    own.pose[2] = wrapped(own.pose[2]);
    Matrix3d remaining = Matrix3d::Identity();
    remaining.col(2) -= gain;
    own.covariance = (remaining * own.covariance * remaining.transpose()
        + gain * compassVariance * gain.transpose()).eval();
    return own;
}

// Neighbours eliminated one by one: an information matrix of 3×3 in the centre.
inline EkfResult starStep(const EkfCase &c) {
    double weights[raysCount];
    const double ownWeight = shares(c, weights), pairWeight = std::max(1 - ownWeight, 0.002);
    const Centre centre(alone(c, ownWeight));
    const Estimate &own = centre.own;
    EkfResult result;
    Matrix3d information = Matrix3d::Zero();
    Vector3d vector = Vector3d::Zero();
    Matrix3d draws[raysCount];
    int used = 0;
    for (int index = 0; index < raysCount; ++index) {
        const RayPrior priors = rayPrior(c.rays[index], weights[index], pairWeight);
        const Estimate &prior = priors.own;
        Sight sight;
        if (!sighted(c, c.rays[index], centre, priors, sight)) continue;
        Matrix23d h = Matrix23d::Zero();
        h.leftCols<2>() = sight.position;
        const Matrix32d crossed = prior.covariance * h.transpose();
        Matrix2d spread = h * crossed;
        spread.diagonal() += sight.noise;
        const Matrix2d inverse = spread.inverse();
        const Matrix23d weighed = inverse * sight.own;
        information.noalias() += sight.own.transpose() * weighed;
        vector.noalias() += weighed.transpose() * sight.innovation;
        const Matrix32d gain = crossed * inverse;
        const Matrix3d remaining = Matrix3d::Identity() - gain * h;
        result.used[index] = true;
        ++used;
        result.rays[index].pose = prior.pose + gain * sight.innovation;
        result.rays[index].covariance.noalias() = remaining * prior.covariance * remaining.transpose()
            + gain * sight.noise.asDiagonal() * gain.transpose();
        draws[index].noalias() = gain * sight.own;
    }
    if (used == 0) {
        result.own = alone(c, 1);
        return result;
    }
    const Matrix3d lower = own.covariance.llt().matrixL();
    const Matrix3d inner = (Matrix3d::Identity() + lower.transpose() * information * lower).inverse();
    result.own.covariance.noalias() = lower * inner * lower.transpose();
    const Vector3d delta = result.own.covariance * vector;
    result.own.pose = own.pose + delta;
    result.own.pose[2] = wrapped(result.own.pose[2]);
    for (int index = 0; index < raysCount; ++index) {
        if (!result.used[index]) continue;
        Estimate &ray = result.rays[index];
        ray.pose -= draws[index] * delta;
        ray.pose[2] = wrapped(ray.pose[2]);
        ray.covariance.noalias() += draws[index] * result.own.covariance * draws[index].transpose();
    }
    return result;
}

// One joint state of 75, batch gain, Joseph's form: the textbook.
inline EkfResult denseStep(const EkfCase &c) {
    constexpr int dimension = 3 + 3 * raysCount;
    double weights[raysCount];
    const double ownWeight = shares(c, weights), pairWeight = std::max(1 - ownWeight, 0.002);
    const Centre centre(alone(c, ownWeight));
    const Estimate &own = centre.own;
    EkfResult result;
    static thread_local Eigen::MatrixXd joint, h, crossed, gain, remaining, posterior;
    joint.setZero(dimension, dimension);
    joint.topLeftCorner<3, 3>() = own.covariance;
    h.setZero(2 * raysCount, dimension);
    Eigen::VectorXd noise(2 * raysCount), innovation(2 * raysCount), pose(dimension);
    pose.head<3>() = own.pose;
    int rows = 0;
    for (int index = 0; index < raysCount; ++index) {
        const int column = 3 + 3 * index;
        const RayPrior priors = rayPrior(c.rays[index], weights[index], pairWeight);
        const Estimate &prior = priors.own;
        pose.segment<3>(column) = prior.pose;
        joint.block<3, 3>(column, column) = prior.covariance;
        Sight sight;
        if (!sighted(c, c.rays[index], centre, priors, sight)) continue;
        result.used[index] = true;
        h.block<2, 3>(rows, 0) = sight.own;
        h.block<2, 2>(rows, column) = sight.position;
        noise.segment<2>(rows) = sight.noise;
        innovation.segment<2>(rows) = sight.innovation;
        rows += 2;
    }
    if (rows == 0) {
        result.own = alone(c, 1);
        return result;
    }
    const auto used = h.topRows(rows);
    crossed.noalias() = used * joint;
    Eigen::MatrixXd spread(rows, rows);
    spread.noalias() = crossed * used.transpose();
    spread.diagonal() += noise.head(rows);
    gain = spread.llt().solve(crossed).transpose();
    pose.noalias() += gain * innovation.head(rows);
    remaining.setIdentity(dimension, dimension);
    remaining.noalias() -= gain * used;
    crossed.noalias() = remaining * joint;
    posterior.noalias() = crossed * remaining.transpose();
    posterior.noalias() += gain * noise.head(rows).asDiagonal() * gain.transpose();
    const auto take = [&](int first) {
        Estimate estimate{pose.segment<3>(first), posterior.block<3, 3>(first, first)};
        estimate.pose[2] = wrapped(estimate.pose[2]);
        return estimate;
    };
    result.own = take(0);
    for (int index = 0; index < raysCount; ++index)
        if (result.used[index]) result.rays[index] = take(3 + 3 * index);
    return result;
}
