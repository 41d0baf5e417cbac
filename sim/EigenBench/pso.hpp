// The search of one step with Eigen: two islands of 24 particles and 20 iterations, Skein's rule and Skein's luck.
#pragma once

#include <Eigen/Dense>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

constexpr int samplesCount = 40, particleCount = 24, iterationCount = 20, islandCount = 2;
using Samples = Eigen::Array<float, samplesCount, 1>;
using Eigen::Array2d;

struct PsoCase {
    static constexpr size_t numbers = 8 + 3 * samplesCount;
    uint64_t seed;
    Array2d low, high, guess;
    Samples x, y, squareConcentration;

    explicit PsoCase(const double *from) {
        seed = uint64_t(from[0]) << 32 | uint64_t(from[1]);
        low << from[2], from[3];
        high << from[4], from[5];
        guess << from[6], from[7];
        for (int index = 0; index < samplesCount; ++index) {
            x[index] = float(from[8 + 3 * index]);
            y[index] = float(from[9 + 3 * index]);
            const float concentration = float(from[10 + 3 * index]);
            squareConcentration[index] = concentration * concentration;
        }
    }

    double misfit(const Array2d &at) const {
        const Samples dx = x - float(at[0]), dy = y - float(at[1]);
        const Samples ratio = squareConcentration * (dx * dx + dy * dy).max(1.0f);
        const Samples residual = (ratio - 1.0f) / (ratio + 1.0f);
        return residual.square().sum() / samplesCount;
    }
};

struct PsoResult {
    Array2d best[islandCount];
    double misfit[islandCount];

    void write(std::vector<double> &to) const {
        for (int island = 0; island < islandCount; ++island) {
            to.push_back(best[island][0]);
            to.push_back(best[island][1]);
            to.push_back(misfit[island]);
        }
    }
};

inline uint64_t mixed(uint64_t bits) {
    bits = (bits ^ bits >> 30) * 0xBF58476D1CE4E5B9;
    bits = (bits ^ bits >> 27) * 0x94D049BB133111EB;
    return bits ^ bits >> 31;
}

struct Luck {
    uint64_t key;
    Luck(uint64_t seed, int island) : key(mixed(seed ^ uint64_t(island + 1) * 0xD1B54A32D192ED03)) {}
    std::pair<double, double> at(int iteration, int particle) const {
        const uint64_t counter = uint64_t(iteration) << 32 | uint64_t(particle);
        const uint64_t bits = mixed(key + (counter + 1) * 0x9E3779B97F4A7C15);
        return {double(bits >> 32) * 0x1p-32, double(bits & 0xFFFFFFFF) * 0x1p-32};
    }
};

struct Particle {
    Array2d position, velocity, best;
    double bestMisfit;
};

inline PsoResult psoStep(const PsoCase &c) {
    constexpr int columns = 6, rows = particleCount / columns;
    PsoResult result;
    for (int island = 0; island < islandCount; ++island) {
        const Luck luck(c.seed, island);
        const double speedMax = 0.15 * (c.high - c.low).matrix().norm();
        Particle particles[particleCount];
        Array2d best = Array2d::Zero();
        double bestMisfit = std::numeric_limits<double>::infinity();
        for (int index = 0; index < particleCount; ++index) {
            const auto [u1, u2] = luck.at(0, 2 * index);
            const auto [u3, u4] = luck.at(0, 2 * index + 1);
            Particle &particle = particles[index];
            const Array2d share((index % columns + u1) / columns, (index / columns + u2) / rows);
            particle.position = (c.low + share * (c.high - c.low)).max(c.low).min(c.high);
            if (index == 0) particle.position = c.guess;
            particle.velocity = speedMax / 2 * Array2d(2 * u3 - 1, 2 * u4 - 1);
            particle.best = particle.position;
            particle.bestMisfit = c.misfit(particle.position);
            if (particle.bestMisfit < bestMisfit) {
                bestMisfit = particle.bestMisfit;
                best = particle.position;
            }
        }
        for (int iteration = 1; iteration <= iterationCount; ++iteration) {
            for (int index = 0; index < particleCount; ++index) {
                Particle &particle = particles[index];
                const auto [u1, u2] = luck.at(iteration, index);
                Array2d velocity = 0.6 * particle.velocity + 1.2 * u1 * (particle.best - particle.position)
                    + 1.6 * u2 * (best - particle.position);
                const double speed = velocity.matrix().norm();
                if (speed > speedMax) velocity *= speedMax / speed;
                const Array2d moved = particle.position + velocity;
                particle.position = moved.max(c.low).min(c.high);
                particle.velocity = (particle.position == moved).select(velocity, 0);
                const double here = c.misfit(particle.position);
                if (here < particle.bestMisfit) {
                    particle.bestMisfit = here;
                    particle.best = particle.position;
                }
                if (here < bestMisfit) {
                    bestMisfit = here;
                    best = particle.position;
                }
            }
        }
        result.best[island] = best;
        result.misfit[island] = bestMisfit;
    }
    return result;
}
