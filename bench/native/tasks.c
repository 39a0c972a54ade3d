/* The tasks by their names in rows/: which inputs they take, which rival does the work, what is its answer. */
#include "tasks.h"
#include "first.h"
#include <string.h>

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

const Task tasks[] = {
  {"equal-width", loadEqualWidth, runEqualWidth},
  {"edges", loadEdges, runEdges},
  {"sort", loadSort, runSort},
  {"ks", loadPair, runKs},
  {"psi", loadCells, runPsi},
  {NULL, NULL, NULL},
};
