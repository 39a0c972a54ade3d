/* The tasks by their names in rows/: which inputs they take, which rival does the work, what is its answer. */
#include "tasks.h"
#include "rivals.h"

static double *values, *edges, *other, *sorted;
static size_t count, cuts, otherCount;
static double low, high;
static size_t bins;

static void loadValues(void) {
  values = doublesOf("values.f64", &count);
}

static void loadEqualWidth(void) {
  size_t length;
  loadValues();
  double *range = doublesOf("range.f64", &length);
  low = range[0], high = range[1], bins = (size_t)range[2];
  answer = room(bins * sizeof(double));
  answerLength = bins;
}
static void runEqualWidth(void) {
  equalWidth(values, count, low, high, bins, answer);
}

static void loadEdges(void) {
  loadValues();
  edges = doublesOf("edges.f64", &cuts);
  answer = room((cuts + 1) * sizeof(double));
  answerLength = cuts + 1;
}
static void runEdges(void) {
  countEdges(values, count, edges, cuts, answer);
}
static void runEdgesInTree(void) {
  countEdgesInTree(values, count, edges, cuts, answer);
}

static void loadProfile(void) {
  loadEdges();
  answer = room((cuts + 6) * sizeof(double));
  answerLength = cuts + 6;
}
static void runProfile(void) {
  profile(values, count, edges, cuts, answer);
}

static void loadSketch(void) {
  loadValues();
  answer = room((count + 1) * sizeof(double));
}
static void runSketch(void) {
  answerLength = sketch(values, count, 5, answer);
}

static double *countsA, *countsB, *mergedKeys;
static void loadSketches(void) {
  values = doublesOf("keys.f64", &count);
  countsA = doublesOf("counts.f64", &count);
  other = doublesOf("other-keys.f64", &otherCount);
  countsB = doublesOf("other-counts.f64", &otherCount);
  mergedKeys = room((count + otherCount) * sizeof(double));
  answer = room((count + otherCount) * sizeof(double));
}
static void runMerge(void) {
  answerLength = mergeSketches(values, countsA, count, other, countsB, otherCount, mergedKeys, answer);
}

static void loadSort(void) {
  loadValues();
  answer = room(count * sizeof(double));
  sorted = room(count * sizeof(double));
  answerLength = count;
}
static void runSort(void) {
  radixSort(values, count, answer, sorted);
}

static void loadPair(void) {
  loadValues();
  other = doublesOf("other.f64", &otherCount);
  answer = room(sizeof(double));
  answerLength = 1;
}
static void runKs(void) {
  answer[0] = kolmogorovSmirnov(values, count, other, otherCount);
}

static void loadCells(void) {
  size_t length;
  loadPair();
  bins = (size_t)doublesOf("cells.f64", &length)[0];
  answerLength = count / bins;
  answer = room(answerLength * sizeof(double));
}
static void runPsi(void) {
  for (size_t i = 0; i < answerLength; i++) answer[i] = psi(values + i * bins, other + i * bins, bins);
}

static int32_t *offsets;
static void loadModel(void) {
  loadCells();
  const size_t features = answerLength;
  offsets = room((features + 1) * sizeof(int32_t));
  for (size_t f = 0; f <= features; f++) offsets[f] = (int32_t)(f * bins);
  answerLength = 8 * features;
  answer = room(answerLength * sizeof(double));
}
static void runModel(void) {
  modelDivergences(values, other, offsets, answerLength / 8, answer);
}

const Task tasks[] = {
  {"equal-width", loadEqualWidth, runEqualWidth},
  {"edges", loadEdges, runEdges},
  {"edges-in-tree", loadEdges, runEdgesInTree},
  {"profile", loadProfile, runProfile},
  {"sketch-update", loadSketch, runSketch},
  {"sketch-merge", loadSketches, runMerge},
  {"sort", loadSort, runSort},
  {"ks", loadPair, runKs},
  {"psi", loadCells, runPsi},
  {"model", loadModel, runModel},
  {NULL, NULL, NULL},
};
