/*
 * The C rival: `cc -O3 -march=native` compiles it, the bench asks it line by line over a pipe (rivals/child.ts).
 *   load <task> <folder>   reads the folder's inputs and allots what the task needs
 *   run <times>            the task that many times, after once; answers nanoseconds of one run, by the processor time of
 *                          the thread
 *   answer                 what it computed: all of it up to 512 numbers, else length, sum and weighted sum
 * Only the calls lie between the two readings of the clock.
 */
#include "tasks.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

static char folder[4096];
double *answer;
size_t answerLength;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* On a cache line, with one to spare: vectors may read past the end. */
void *room(size_t bytes) {
  void *at = aligned_alloc(64, (bytes + 127) / 64 * 64);
  if (!at) exit(2);
  memset(at, 0, bytes);
  return at;
}

void *bytesOf(const char *name, size_t *bytes) {
  char path[8192];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "rb");
  if (!file) {
    printf("error: no %s\n", path);
    exit(2);
  }
  fseek(file, 0, SEEK_END);
  *bytes = (size_t)ftell(file);
  rewind(file);
  void *at = room(*bytes);
  if (fread(at, 1, *bytes, file) != *bytes) exit(2);
  fclose(file);
  return at;
}

double *doublesOf(const char *name, size_t *length) {
  size_t bytes;
  double *at = bytesOf(name, &bytes);
  *length = bytes / sizeof(double);
  return at;
}

static void printAnswer(void) {
  if (answerLength <= 512) {
    for (size_t i = 0; i < answerLength; i++) printf(i ? " %.17g" : "%.17g", answer[i]);
  } else {
    double sum = 0, weighted = 0;
    for (size_t i = 0; i < answerLength; i++) {
      sum += answer[i];
      weighted += answer[i] * (double)(i % 1009);
    }
    printf("%zu %.17g %.17g", answerLength, sum, weighted);
  }
  printf("\n");
}

int main(void) {
#ifdef __GLIBC__
  /* Memory that a run frees stays with the process: new pages from the system would take as long as the work. */
  mallopt(M_MMAP_THRESHOLD, 1 << 25); /* the most that it takes */
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
#endif
  const Task *task = NULL;
  char line[8192];
  printf("%s\n", __VERSION__);
  fflush(stdout);
  while (fgets(line, sizeof line, stdin)) {
    line[strcspn(line, "\n")] = 0;
    char *word = strtok(line, "\t");
    if (word && !strcmp(word, "load")) {
      const char *name = strtok(NULL, "\t");
      snprintf(folder, sizeof folder, "%s", strtok(NULL, "\t"));
      task = NULL;
      for (const Task *each = tasks; each->name; each++)
        if (!strcmp(each->name, name)) task = each;
      if (task) task->load();
      printf(task ? "loaded\n" : "error: no such task\n");
    } else if (word && !strcmp(word, "run") && task) {
      long times = atol(strtok(NULL, "\t"));
      task->run();
      double started = now();
      for (long i = 0; i < times; i++) task->run();
      printf("%.3f\n", (now() - started) / (double)times);
    } else if (word && !strcmp(word, "answer") && task) {
      task->run();
      printAnswer();
    } else {
      printf("error: not understood\n");
    }
    fflush(stdout);
  }
  return 0;
}
