/* The float-bits sketch: the bits of a double, but for the low ones, are its cell. */
#include "rivals.h"
#include <stdlib.h>
#include <string.h>

enum { block = 512, ways = 4 };

/* Steps of 2^(52-p) that reach up to the bits of the magnitude; the sign turns them round. Fits 32 bits for p up to 10. */
static void keysOf(const double *values, size_t count, int precision, int32_t *key) {
  const int drop = 52 - precision;
  const int64_t up = ((int64_t)1 << drop) - 1;
  for (size_t i = 0; i < count; i++) {
    int64_t bits;
    memcpy(&bits, values + i, 8);
    const int64_t sign = bits >> 63;
    const int64_t cell = ((bits & INT64_MAX) + up) >> drop;
    key[i] = (int32_t)((cell ^ sign) - sign);
  }
}

size_t sketch(const double *values, size_t count, int precision, double *out) {
  int32_t *keys = malloc((count + 1) * sizeof(int32_t));
  keysOf(values, count, precision, keys);
  int32_t least = 0, most = 0;
  for (size_t i = 0; i < count; i++) {
    least = keys[i] < least ? keys[i] : least;
    most = keys[i] > most ? keys[i] : most;
  }
  const size_t stride = (size_t)(most - least) + 1;
  uint32_t *counters = calloc(ways * stride, sizeof(uint32_t));
  uint32_t *zero = counters - least;
  size_t i = 0;
  for (; i + ways <= count; i += ways)
    for (size_t way = 0; way < ways; way++) zero[(ptrdiff_t)(way * stride) + keys[i + way]]++;
  for (; i < count; i++) zero[keys[i]]++;
  size_t used = 0;
  for (i = 0; i < stride; i++) {
    const uint32_t here = counters[i] + counters[stride + i] + counters[2 * stride + i] + counters[3 * stride + i];
    if (here) out[used++] = here;
  }
  free(keys), free(counters);
  return used;
}

size_t mergeSketches(const double *keysA, const double *countsA, size_t a, const double *keysB,
                     const double *countsB, size_t b, double *keys, double *counts) {
  size_t i = 0, j = 0, used = 0;
  while (i < a && j < b) {
    const int first = keysA[i] <= keysB[j], second = keysB[j] <= keysA[i];
    keys[used] = first ? keysA[i] : keysB[j];
    counts[used++] = (first ? countsA[i] : 0) + (second ? countsB[j] : 0);
    i += (size_t)first, j += (size_t)second;
  }
  for (; i < a; i++) keys[used] = keysA[i], counts[used++] = countsA[i];
  for (; j < b; j++) keys[used] = keysB[j], counts[used++] = countsB[j];
  return used;
}
