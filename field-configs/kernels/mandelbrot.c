// A tile of the Mandelbrot set: a kernel for Skein in C, and a template for others. Build it with `make kernels`.
//
// Reads one unit from standard input until its end, seven numbers as text:
//
//     X Y SCALE WIDTH HEIGHT ITERATIONS SEED
//
// X and Y are the centre of the first pixel, SCALE the distance of two pixels; SEED is not used but makes equal tiles
// different units where that is wanted. Writes the tile as a picture in PGM (netpbm, P5): black is inside. By hand:
//
//     echo '-2 -1.2 0.01 300 240 200 0' | ./mandelbrot >tile.pgm
//
// What a kernel in C keeps to: read all, check all, say on standard error what is wrong, end with 0 only if the whole result
// has been written.

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static int fail(const char *what) {
    fprintf(stderr, "%s\n", what);
    return 1;
}

/// Steps until the point leaves the circle of radius 2, at most `most`.
static long escape(double x, double y, long most) {
    double a = 0, b = 0;
    long steps = 0;
    while (steps < most && a * a + b * b <= 4) {
        double next = a * a - b * b + x;
        b = 2 * a * b + y;
        a = next;
        steps++;
    }
    return steps;
}

int main(void) {
    char text[512];
    size_t count = fread(text, 1, sizeof text - 1, stdin);
    if (ferror(stdin)) return fail("cannot read the unit");
    if (count == sizeof text - 1) return fail("expected seven numbers, found more text");
    text[count] = 0;

    double x, y, scale;
    long width, height, most, seed;
    char rest;
    int fields = sscanf(text, "%lf %lf %lf %ld %ld %ld %ld %c", &x, &y, &scale, &width, &height, &most, &seed, &rest);
    if (fields != 7) return fail("expected seven numbers: X Y SCALE WIDTH HEIGHT ITERATIONS SEED");
    if (!(scale > 0) || width < 1 || width > 4096 || height < 1 || height > 4096 || most < 1 || most > 1000000)
        return fail("expected a scale above 0, a width and height of 1 to 4096, 1 to 1000000 iterations");

    uint8_t *pixels = malloc((size_t)width * (size_t)height);
    if (!pixels) return fail("out of memory");
    for (long row = 0; row < height; row++)
        for (long column = 0; column < width; column++) {
            long steps = escape(x + scale * (double)column, y + scale * (double)row, most);
            pixels[row * width + column] = (uint8_t)(steps == most ? 0 : 255 - steps * 254 / most);
        }

    printf("P5\n%ld %ld\n255\n", width, height);
    fwrite(pixels, 1, (size_t)width * (size_t)height, stdout);
    free(pixels);
    // A full disk or a closed pipe shows here at the latest.
    if (fflush(stdout) != 0 || ferror(stdout)) return fail("cannot write the result");
    return 0;
}
