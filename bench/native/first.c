/* Plain C rivals, each a straightforward good way. */
#include "first.h"
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

void equalWidth(const double *values, size_t count, double low, double high, size_t bins, double *out) {
  uint32_t *four = calloc(4 * (bins + 2), sizeof(uint32_t));
  const double scale = (double)bins / (high - low);
  for (size_t i = 0; i < count; i++) {
    double x = (values[i] - low) * scale;
    uint32_t at = x < 0 ? 0 : x >= (double)bins ? (uint32_t)bins + 1 : (uint32_t)(int32_t)x + 1;
    four[(i & 3) * (bins + 2) + at]++;
  }
  for (size_t i = 0; i < bins; i++)
    out[i] = (double)four[i + 1] + four[bins + 2 + i + 1] + four[2 * (bins + 2) + i + 1] + four[3 * (bins + 2) + i + 1];
  free(four);
}

void countEdges(const double *values, size_t count, const double *edges, size_t cuts, double *out) {
  memset(out, 0, (cuts + 1) * sizeof(double));
  for (size_t i = 0; i < count; i++) {
    size_t base = 0, length = cuts;
    while (length > 0) {
      size_t half = (length + 1) / 2;
      base += edges[base + half - 1] < values[i] ? half : 0;
      length -= half;
    }
    out[base]++;
  }
}

static uint64_t keyOf(double x) {
  uint64_t bits;
  memcpy(&bits, &x, 8);
  return bits ^ ((uint64_t)((int64_t)bits >> 63) | 0x8000000000000000u);
}
static double valueOf(uint64_t key) {
  uint64_t bits = key ^ (key >> 63 ? 0x8000000000000000u : ~(uint64_t)0);
  double x;
  memcpy(&x, &bits, 8);
  return x;
}

void radixSort(const double *values, size_t count, double *out, double *spare) {
  static uint32_t counts[6][2048];
  uint64_t *from = (uint64_t *)spare, *to = (uint64_t *)out;
  memset(counts, 0, sizeof counts);
  for (size_t i = 0; i < count; i++) {
    uint64_t key = keyOf(values[i]);
    from[i] = key;
    for (int pass = 0; pass < 6; pass++) counts[pass][(key >> (11 * pass)) & 2047]++;
  }
  for (int pass = 0; pass < 6; pass++) {
    uint32_t at = 0;
    for (int digit = 0; digit < 2048; digit++) {
      uint32_t here = counts[pass][digit];
      counts[pass][digit] = at;
      at += here;
    }
    for (size_t i = 0; i < count; i++) to[counts[pass][(from[i] >> (11 * pass)) & 2047]++] = from[i];
    uint64_t *swap = from;
    from = to, to = swap;
  }
  for (size_t i = 0; i < count; i++) out[i] = valueOf(from[i]);
}

double kolmogorovSmirnov(const double *r, size_t n, const double *c, size_t m) {
  double *a = malloc(n * 8), *b = malloc(m * 8), *spare = malloc((n > m ? n : m) * 8);
  radixSort(r, n, a, spare);
  radixSort(c, m, b, spare);
  size_t i = 0, j = 0;
  double most = 0;
  while (i < n && j < m) {
    double x = a[i] < b[j] ? a[i] : b[j];
    while (i < n && a[i] == x) i++;
    while (j < m && b[j] == x) j++;
    double gap = fabs((double)i / (double)n - (double)j / (double)m);
    if (gap > most) most = gap;
  }
  free(a), free(b), free(spare);
  return most;
}

double psi(const double *a, const double *c, size_t cells) {
  double n = 0, m = 0, sum = 0;
  for (size_t i = 0; i < cells; i++) n += a[i], m += c[i];
  n += 0.5 * (double)cells, m += 0.5 * (double)cells;
  for (size_t i = 0; i < cells; i++) {
    double p = (a[i] + 0.5) / n, q = (c[i] + 0.5) / m;
    sum += (p - q) * log(p / q);
  }
  return sum;
}
