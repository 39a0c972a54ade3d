/* The rivals: each file here is one room of the kernel's, written for gcc or clang at -O3 -march=native. */
#ifndef RIVALS_H
#define RIVALS_H
#include <stddef.h>
#include <stdint.h>

/* Eight doubles; the compiler takes the widest registers that the machine has. */
typedef double Doubles __attribute__((vector_size(64), aligned(8)));
typedef int64_t Longs __attribute__((vector_size(64), aligned(8)));

static inline Doubles chosen(Longs mask, Doubles a, Doubles b) {
  return (Doubles)(((Longs)a & mask) | ((Longs)b & ~mask));
}

typedef struct {
  uint32_t cells; /* a power of two */
  double low, scale;
  double *edge;       /* the only edge in each cell, or infinity */
  uint32_t *before;   /* edges in the cells before */
} Grid;

/* histograms.c */
void equalWidth(const double *values, size_t count, double low, double high, size_t bins, double *out);
/* No cells where a grid that separates the edges would be too large. */
Grid gridOf(const double *edges, size_t cuts);
void countEdges(const double *values, size_t count, const double *edges, size_t cuts, double *out);
void countEdgesInTree(const double *values, size_t count, const double *edges, size_t cuts, double *out);
/* out: mean, variance, smallest, largest, missing, then the cells. */
void profile(const double *values, size_t count, const double *edges, size_t cuts, double *out);

/* sorting.c */
void radixSort(const double *values, size_t count, double *out, double *spare);
double kolmogorovSmirnov(const double *r, size_t n, const double *c, size_t m);

/* sketching.c */
/* Number of cells in use; their counts to out, in the order of the values. */
size_t sketch(const double *values, size_t count, int precision, double *out);
size_t mergeSketches(const double *keysA, const double *countsA, size_t a, const double *keysB,
                     const double *countsB, size_t b, double *keys, double *counts);

/* divergence.c */
double psi(const double *a, const double *c, size_t cells);

/* cells.c */
/* Where each feature begins, and the end; eight values a feature to out. */
void modelDivergences(const double *a, const double *c, const int32_t *offsets, size_t features, double *out);
#endif
