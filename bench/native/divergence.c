/* Divergences with the system's logarithm. */
#include "rivals.h"
#include <math.h>

/* Half a count to every cell, then the sum of (p - q) log(p / q). */
double psi(const double *a, const double *c, size_t cells) {
  double n = 0, m = 0, sum = 0;
  for (size_t i = 0; i < cells; i++) n += a[i], m += c[i];
  n += 0.5 * (double)cells, m += 0.5 * (double)cells;
  for (size_t i = 0; i < cells; i++) {
    const double p = (a[i] + 0.5) / n, q = (c[i] + 0.5) / m;
    sum += (p - q) * log(p / q);
  }
  return sum;
}
