#include <stddef.h>
void equalWidth(const double *values, size_t count, double low, double high, size_t bins, double *out);
void countEdges(const double *values, size_t count, const double *edges, size_t cuts, double *out);
void radixSort(const double *values, size_t count, double *out, double *spare);
double kolmogorovSmirnov(const double *r, size_t n, const double *c, size_t m);
double psi(const double *a, const double *c, size_t cells);
