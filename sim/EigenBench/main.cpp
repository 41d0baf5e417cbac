// What `skein bench kernels` measures against: the same steps in C++ with Eigen.
//
//     EigenBench star|dense|pso IN OUT REPEATS
//
// Reads cases, computes all of them REPEATS times, writes the results, and prints the nanoseconds a step took in each
// repetition. The layouts stand at `KernelCases`.

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "ekf.hpp"
#include "pso.hpp"

namespace {

std::vector<double> read(const char *path) {
    std::FILE *file = std::fopen(path, "rb");
    if (!file) return {};
    std::vector<double> numbers;
    double number;
    while (std::fread(&number, sizeof number, 1, file) == 1) numbers.push_back(number);
    std::fclose(file);
    return numbers;
}

bool write(const char *path, const std::vector<double> &numbers) {
    std::FILE *file = std::fopen(path, "wb");
    if (!file) return false;
    const size_t written = std::fwrite(numbers.data(), sizeof(double), numbers.size(), file);
    return std::fclose(file) == 0 && written == numbers.size();
}

template <typename Case, typename Result, typename Step>
int race(const std::vector<double> &in, const char *out, int repeats, Step step) {
    const size_t count = in.size() / Case::numbers;
    if (count == 0 || in.size() % Case::numbers != 0) {
        std::fprintf(stderr, "EigenBench: expected cases of %zu numbers\n", size_t(Case::numbers));
        return 2;
    }
    std::vector<Case> cases;
    for (size_t index = 0; index < count; ++index) cases.emplace_back(&in[index * Case::numbers]);
    std::vector<Result> results(count);
    for (int repeat = 0; repeat < repeats; ++repeat) {
        const auto begun = std::chrono::steady_clock::now();
        for (size_t index = 0; index < count; ++index) results[index] = step(cases[index]);
        const std::chrono::duration<double, std::nano> spent = std::chrono::steady_clock::now() - begun;
        std::printf("%.1f\n", spent.count() / double(count));
    }
    std::vector<double> numbers;
    for (const Result &result : results) result.write(numbers);
    return write(out, numbers) ? 0 : 1;
}

}  // namespace

int main(int count, char **words) {
    if (count != 5) {
        std::fprintf(stderr, "EigenBench: expected star|dense|pso IN OUT REPEATS\n");
        return 2;
    }
    const std::string kernel = words[1];
    const std::vector<double> in = read(words[2]);
    const int repeats = std::atoi(words[4]);
    if (kernel == "star") return race<EkfCase, EkfResult>(in, words[3], repeats, starStep);
    if (kernel == "dense") return race<EkfCase, EkfResult>(in, words[3], repeats, denseStep);
    if (kernel == "pso") return race<PsoCase, PsoResult>(in, words[3], repeats, psoStep);
    std::fprintf(stderr, "EigenBench: expected star, dense or pso, found %s\n", words[1]);
    return 2;
}
