/* Sorting by radix, and the exact Kolmogorov-Smirnov statistic without sorting everything. */
#include "rivals.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* More bits a pass write to more pages than the TLB holds: eleven take twice as long at 10^6 values. */
enum { digits = 256, passes = 8, digitBits = 8 };

static inline uint64_t keyOf(double x) {
  uint64_t bits;
  memcpy(&bits, &x, 8);
  return bits ^ ((uint64_t)((int64_t)bits >> 63) | 0x8000000000000000u);
}
static inline double valueOf(uint64_t key) {
  const uint64_t bits = key ^ (key >> 63 ? 0x8000000000000000u : ~(uint64_t)0);
  double x;
  memcpy(&x, &bits, 8);
  return x;
}

/* All digits are counted in one reading; the first pass makes the keys, the last turns them back. */
void radixSort(const double *values, size_t count, double *out, double *spare) {
  static uint32_t places[passes][digits];
  memset(places, 0, sizeof places);
  for (size_t i = 0; i < count; i++) {
    const uint64_t key = keyOf(values[i]);
    for (int pass = 0; pass < passes; pass++) places[pass][(key >> (digitBits * pass)) & (digits - 1)]++;
  }
  for (int pass = 0; pass < passes; pass++) {
    uint32_t next = 0;
    for (int digit = 0; digit < digits; digit++) {
      const uint32_t here = places[pass][digit];
      places[pass][digit] = next;
      next += here;
    }
  }
  uint64_t *from = (uint64_t *)spare, *to = (uint64_t *)out;
  for (size_t i = 0; i < count; i++) {
    const uint64_t key = keyOf(values[i]);
    from[places[0][key & (digits - 1)]++] = key;
  }
  for (int pass = 1; pass < passes - 1; pass++) {
    for (size_t i = 0; i < count; i++) to[places[pass][(from[i] >> (digitBits * pass)) & (digits - 1)]++] = from[i];
    uint64_t *const swap = from;
    from = to, to = swap;
  }
  for (size_t i = 0; i < count; i++) {
    const double value = valueOf(from[i]);
    memcpy(&to[places[passes - 1][from[i] >> (digitBits * (passes - 1))]++], &value, 8);
  }
}

/* A few values, in place. */
static void sortFew(double *values, size_t count, double *spare) {
  if (count > 48) {
    radixSort(values, count, spare, spare + count);
    memcpy(values, spare, count * sizeof(double));
    return;
  }
  for (size_t i = 1; i < count; i++) {
    const double x = values[i];
    size_t j = i;
    for (; j > 0 && values[j - 1] > x; j--) values[j] = values[j - 1];
    values[j] = x;
  }
}

/* In vectors by hand: compilers keep the order of comparisons, and so one after the other. */
static void widen(const double *values, size_t count, double *low, double *high) {
  Doubles least, most;
  for (int lane = 0; lane < 8; lane++) least[lane] = *low, most[lane] = *high;
  size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    const Doubles x = *(const Doubles *)(values + i);
    least = chosen((Longs)(x < least), x, least);
    most = chosen((Longs)(x > most), x, most);
  }
  for (; i < count; i++) least[0] = values[i] < least[0] ? values[i] : least[0], most[0] = values[i] > most[0] ? values[i] : most[0];
  for (int lane = 0; lane < 8; lane++) {
    *low = least[lane] < *low ? least[lane] : *low;
    *high = most[lane] > *high ? most[lane] : *high;
  }
}

static uint32_t *cellsOf(const double *values, size_t count, double low, double scale, uint32_t cells, uint32_t *counts) {
  uint32_t *cell = malloc((count + 1) * sizeof(uint32_t));
  for (size_t i = 0; i < count; i++) {
    const uint32_t at = (uint32_t)(int32_t)((values[i] - low) * scale);
    cell[i] = at < cells ? at : cells - 1;
  }
  for (size_t i = 0; i < count; i++) counts[cell[i]]++;
  return cell;
}

/*
 * Branch and bound: differences at the borders of a fine grid bound the statistic from below; only cells whose own mass
 * could lift the difference above that are gathered, sorted and walked. In whole numbers on the scale of n m.
 */
double kolmogorovSmirnov(const double *r, size_t n, const double *c, size_t m) {
  double low = INFINITY, high = -INFINITY;
  widen(r, n, &low, &high);
  widen(c, m, &low, &high);
  uint32_t cells = 1024;
  while (cells < 16384 && cells * 8 < n + m) cells *= 2;
  const double scale = high > low ? (double)cells / (high - low) : 0;
  uint32_t *inR = calloc(2 * cells, sizeof(uint32_t)), *inC = inR + cells;
  uint32_t *cellR = cellsOf(r, n, low, scale, cells, inR), *cellC = cellsOf(c, m, low, scale, cells, inC);
  int64_t gap = 0, most = 0;
  for (uint32_t cell = 0; cell < cells; cell++) {
    gap += (int64_t)inR[cell] * (int64_t)m - (int64_t)inC[cell] * (int64_t)n;
    most = llabs(gap) > most ? llabs(gap) : most;
  }
  /* Where each gathered cell's values begin; UINT32_MAX for cells that cannot hold the supremum. */
  uint32_t *startR = malloc(2 * cells * sizeof(uint32_t)), *startC = startR + cells;
  int64_t *gapBefore = malloc(cells * sizeof(int64_t));
  uint32_t allR = 0, allC = 0;
  gap = 0;
  for (uint32_t cell = 0; cell < cells; cell++) {
    const int64_t up = (int64_t)inR[cell] * (int64_t)m, down = (int64_t)inC[cell] * (int64_t)n;
    gapBefore[cell] = gap;
    if (up + down > 0 && (gap + up > most || down - gap > most)) {
      startR[cell] = allR, startC[cell] = allC;
      allR += inR[cell], allC += inC[cell];
    } else {
      startR[cell] = startC[cell] = UINT32_MAX;
    }
    gap += up - down;
  }
  double *keptR = malloc((allR + allC + 1) * sizeof(double)), *keptC = keptR + allR;
  double *spare = malloc(2 * (allR + allC + 1) * sizeof(double));
  for (size_t i = 0; i < n; i++)
    if (startR[cellR[i]] != UINT32_MAX) keptR[startR[cellR[i]]++] = r[i];
  for (size_t i = 0; i < m; i++)
    if (startC[cellC[i]] != UINT32_MAX) keptC[startC[cellC[i]]++] = c[i];
  for (uint32_t cell = 0; cell < cells; cell++) {
    if (startR[cell] == UINT32_MAX) continue;
    const uint32_t a = inR[cell], b = inC[cell];
    double *x = keptR + startR[cell] - a, *y = keptC + startC[cell] - b;
    sortFew(x, a, spare);
    sortFew(y, b, spare);
    gap = gapBefore[cell];
    for (uint32_t i = 0, j = 0; i < a || j < b;) {
      const double value = j >= b || (i < a && x[i] < y[j]) ? x[i] : y[j];
      while (i < a && x[i] == value) i++, gap += (int64_t)m;
      while (j < b && y[j] == value) j++, gap -= (int64_t)n;
      most = llabs(gap) > most ? llabs(gap) : most;
    }
  }
  free(inR), free(cellR), free(cellC), free(startR), free(gapBefore), free(keptR), free(spare);
  return (double)most / ((double)n * (double)m);
}
