/* What main.c knows of the tasks, and they of it. */
#ifndef TASKS_H
#define TASKS_H
#include <stddef.h>

typedef struct {
  const char *name;
  void (*load)(void);
  void (*run)(void);
} Task;

/* Ends with a name of NULL. */
extern const Task tasks[];

/* Where a run leaves what it computed. */
extern double *answer;
extern size_t answerLength;

/* Zeroed and aligned. Nothing is freed: the bench loads each task a few times and then ends the process. */
void *room(size_t bytes);
void *bytesOf(const char *name, size_t *bytes);
double *doublesOf(const char *name, size_t *length);
#endif
