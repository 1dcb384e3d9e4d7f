/* A tiny program for command drives: reads standard input and its arguments, works, prints what it found. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef LIBRARY
const char *library_says(void);
#endif

#ifndef WORK
#define WORK 20000000
#endif

static volatile unsigned long sink;

static void work(long rounds) {
  unsigned long sum = 0;
  for (long i = 0; i < rounds; i++) sum = sum * 31 + (unsigned long)i;
  sink = sum;
}

int main(int count, char **arguments) {
  int characters = 0;
  while (getchar() != EOF) characters++;
  printf("%d characters", characters);
  for (int i = 1; i < count; i++) printf(" [%s]", arguments[i]);
#ifdef WRONG_ANSWER
  printf("!");
#endif
#ifdef LIBRARY
  printf(" %s", library_says());
#endif
  puts("");
  /* "write NAME TEXT" appends, so that what an earlier run left would show. */
  if (count > 3 && !strcmp(arguments[1], "write")) {
    FILE *file = fopen(arguments[2], "a");
#ifdef WRONG_OUTPUT
    fputs("?", file);
#endif
    if (!file || fputs(arguments[3], file) < 0 || fclose(file)) return 4;
  }
  if (count > 2 && !strcmp(arguments[1], "maybe")) {
#ifdef WRONG_OUTPUT
    fclose(fopen(arguments[2], "w"));
#endif
  }
  /* "once NAME" writes it where it has left no mark: in the first run of all alone. */
  if (count > 2 && !strcmp(arguments[1], "once") && access("mark", F_OK)) {
    fclose(fopen("mark", "w"));
    fclose(fopen(arguments[2], "w"));
  }
  if (count > 2 && !strcmp(arguments[1], "huge") && truncate(arguments[2], (off_t)(fclose(fopen(arguments[2], "w")) + (65 << 20)))) return 4;
  if (count > 1 && !strcmp(arguments[1], "fail")) { fputs("cannot go on\n", stderr); return 3; }
  if (count > 1 && !strcmp(arguments[1], "hang")) for (;;) pause();
  if (count > 1 && !strcmp(arguments[1], "crash")) abort();
  /* Half of the work in a child that is waited for: it counts as well. */
  fflush(stdout);
  if (fork() == 0) { work(WORK / 2); _exit(0); }
  work(WORK / 2);
  wait(NULL);
  return 0;
}
