/*
 * Histograms. Cells of a block of values are computed first, which compilers turn into vectors, then counted into four
 * interleaved histograms, so that equal values in a row do not wait for each other's counter. The same method as the
 * kernel's (equal cells by scale and shift; a grid over the edges with one comparison a value).
 */
#include "rivals.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { block = 512, ways = 4, mostGridCells = 8192 };

static void addWays(const uint32_t *counters, size_t stride, size_t cells, double *out) {
  for (size_t i = 0; i < cells; i++)
    out[i] = (double)counters[i] + counters[stride + i] + counters[2 * stride + i] + counters[3 * stride + i];
}

static void tally(const uint32_t *cell, size_t count, uint32_t *counters, size_t stride) {
  size_t i = 0;
  for (; i + ways <= count; i += ways) {
    counters[cell[i]]++;
    counters[stride + cell[i + 1]]++;
    counters[2 * stride + cell[i + 2]]++;
    counters[3 * stride + cell[i + 3]]++;
  }
  for (; i < count; i++) counters[cell[i]]++;
}

/* Cell 0 takes what is below or missing, the last one what is above. */
void equalWidth(const double *values, size_t count, double low, double high, size_t bins, double *out) {
  const size_t stride = bins + 2;
  uint32_t *counters = calloc(ways * stride, sizeof(uint32_t));
  uint32_t cell[block];
  const double scale = (double)bins / (high - low), most = (double)bins + 1;
  for (size_t from = 0; from < count; from += block) {
    const size_t here = count - from < block ? count - from : block;
    for (size_t i = 0; i < here; i++) {
      double x = (values[from + i] - low) * scale + 1;
      x = x > 0 ? x : 0;
      x = x < most ? x : most;
      cell[i] = (uint32_t)(int32_t)x;
    }
    tally(cell, here, counters, stride);
  }
  addWays(counters + 1, stride, bins, out);
  free(counters);
}

static inline uint32_t gridCell(const Grid *grid, double value) {
  double x = (value - grid->low) * grid->scale;
  x = x > 0 ? x : 0;
  const double most = (double)(grid->cells - 1);
  x = x < most ? x : most;
  return (uint32_t)(int32_t)x;
}

Grid gridOf(const double *edges, size_t cuts) {
  Grid grid = {0, 0, 0, NULL, NULL};
  for (uint32_t cells = 64; cells <= mostGridCells; cells *= 2) {
    grid.low = edges[0];
    grid.scale = cuts > 1 ? (double)(cells - 1) / (edges[cuts - 1] - edges[0]) : 1;
    grid.cells = cells;
    size_t i = 1;
    while (i < cuts && gridCell(&grid, edges[i]) != gridCell(&grid, edges[i - 1])) i++;
    if (i < cuts) continue;
    grid.edge = malloc(cells * sizeof(double));
    grid.before = malloc(cells * sizeof(uint32_t));
    size_t next = 0;
    for (uint32_t cell = 0; cell < cells; cell++) {
      const int holds = next < cuts && gridCell(&grid, edges[next]) == cell;
      grid.before[cell] = (uint32_t)next;
      grid.edge[cell] = holds ? edges[next++] : INFINITY;
    }
    return grid;
  }
  grid.cells = 0;
  return grid;
}

static void cellsOf(const Grid *grid, const double *values, size_t count, uint32_t *cell) {
  for (size_t i = 0; i < count; i++) {
    const uint32_t at = gridCell(grid, values[i]);
    cell[i] = 2 * at + (values[i] > grid->edge[at]);
  }
}

static void fold(const Grid *grid, const uint32_t *counters, size_t stride, double *out) {
  for (uint32_t cell = 0; cell < grid->cells; cell++)
    for (uint32_t way = 0; way < ways; way++) {
      out[grid->before[cell]] += counters[way * stride + 2 * cell];
      const uint32_t above = counters[way * stride + 2 * cell + 1];
      if (above) out[grid->before[cell] + 1] += above;
    }
}

/* Edges that no grid separates: branchless searches, four at a time, since each step of one waits for a load. */
static void search(const double *values, size_t count, const double *edges, size_t cuts, double *out) {
  size_t i = 0;
  for (; i + ways <= count; i += ways) {
    size_t base[ways] = {0}, length = cuts;
    while (length > 0) {
      const size_t half = (length + 1) / 2;
      for (int way = 0; way < ways; way++)
        base[way] += edges[base[way] + half - 1] < values[i + (size_t)way] ? half : 0;
      length -= half;
    }
    for (int way = 0; way < ways; way++) out[base[way]]++;
  }
  for (; i < count; i++) {
    size_t base = 0;
    while (base < cuts && edges[base] < values[i]) base++;
    out[base]++;
  }
}

/* In the order of a search tree, level by level, filled up with infinity: the next step's edges lie side by side. */
static size_t layTree(double *tree, const double *edges, size_t cuts, size_t node, size_t size, size_t next) {
  if (node > size) return next;
  next = layTree(tree, edges, cuts, 2 * node, size, next);
  tree[node] = next < cuts ? edges[next] : INFINITY;
  return layTree(tree, edges, cuts, 2 * node + 1, size, next + 1);
}

/* The same counts by Eytzinger's layout, four descents at a time. */
void countEdgesInTree(const double *values, size_t count, const double *edges, size_t cuts, double *out) {
  memset(out, 0, (cuts + 1) * sizeof(double));
  size_t size = 1;
  int levels = 1;
  while (size < cuts) size = 2 * size + 1, levels++;
  double *tree = malloc((size + 1) * sizeof(double));
  layTree(tree, edges, cuts, 1, size, 0);
  size_t i = 0;
  for (; i + ways <= count; i += ways) {
    size_t node[ways] = {1, 1, 1, 1};
    for (int level = 0; level < levels; level++)
      for (int way = 0; way < ways; way++) node[way] = 2 * node[way] + (tree[node[way]] < values[i + (size_t)way]);
    for (int way = 0; way < ways; way++) out[node[way] - size - 1]++;
  }
  for (; i < count; i++) {
    size_t node = 1;
    for (int level = 0; level < levels; level++) node = 2 * node + (tree[node] < values[i]);
    out[node - size - 1]++;
  }
  free(tree);
}

void countEdges(const double *values, size_t count, const double *edges, size_t cuts, double *out) {
  memset(out, 0, (cuts + 1) * sizeof(double));
  Grid grid = gridOf(edges, cuts);
  if (!grid.cells) {
    search(values, count, edges, cuts, out);
    return;
  }
  const size_t stride = 2 * grid.cells;
  uint32_t *counters = calloc(ways * stride, sizeof(uint32_t));
  uint32_t cell[block];
  for (size_t from = 0; from < count; from += block) {
    const size_t here = count - from < block ? count - from : block;
    cellsOf(&grid, values + from, here, cell);
    tally(cell, here, counters, stride);
  }
  fold(&grid, counters, stride, out);
  free(counters), free(grid.edge), free(grid.before);
}

void profile(const double *values, size_t count, const double *edges, size_t cuts, double *out) {
  double *cells = out + 5;
  memset(cells, 0, (cuts + 1) * sizeof(double));
  Grid grid = gridOf(edges, cuts);
  const size_t stride = 2 * grid.cells;
  uint32_t *counters = calloc(ways * stride, sizeof(uint32_t));
  uint32_t cell[block];
  double shift = 0;
  for (size_t i = 0; i < count; i++)
    if (values[i] == values[i]) {
      shift = values[i];
      break;
    }
  Doubles sum = {0}, squares = {0}, least, most;
  Longs present = {0};
  for (int lane = 0; lane < 8; lane++) least[lane] = INFINITY, most[lane] = -INFINITY;
  double lastSum = 0, lastSquares = 0, lastLeast = INFINITY, lastMost = -INFINITY;
  size_t lastPresent = 0, missingHere = 0;
  for (size_t from = 0; from < count; from += block) {
    const size_t here = count - from < block ? count - from : block;
    size_t i = 0;
    for (; i + 8 <= here; i += 8) {
      const Doubles x = *(const Doubles *)(values + from + i);
      const Longs is = (Longs)(x == x);
      const Doubles d = (Doubles)((Longs)(x - shift) & is);
      present -= is;
      sum += d;
      squares += d * d;
      least = chosen((Longs)(x < least), x, least);
      most = chosen((Longs)(x > most), x, most);
    }
    for (; i < here; i++) {
      const double x = values[from + i];
      if (x != x) continue;
      lastPresent++;
      lastSum += x - shift;
      lastSquares += (x - shift) * (x - shift);
      lastLeast = x < lastLeast ? x : lastLeast;
      lastMost = x > lastMost ? x : lastMost;
    }
    cellsOf(&grid, values + from, here, cell);
    tally(cell, here, counters, stride);
  }
  for (int lane = 0; lane < 8; lane++) {
    lastPresent += (size_t)present[lane];
    lastSum += sum[lane];
    lastSquares += squares[lane];
    lastLeast = least[lane] < lastLeast ? least[lane] : lastLeast;
    lastMost = most[lane] > lastMost ? most[lane] : lastMost;
  }
  fold(&grid, counters, stride, cells);
  /* Missing values fell into cell 0, below its edge. */
  missingHere = count - lastPresent;
  cells[0] -= (double)missingHere;
  const double mean = lastSum / (double)lastPresent;
  out[0] = shift + mean;
  out[1] = lastSquares / (double)lastPresent - mean * mean;
  out[2] = lastLeast, out[3] = lastMost, out[4] = (double)missingHere;
  free(counters), free(grid.edge), free(grid.before);
}
