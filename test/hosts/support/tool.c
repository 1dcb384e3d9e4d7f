/* A tiny program for command drives: reads standard input and its arguments, works, prints what it found. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

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
  puts("");
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
