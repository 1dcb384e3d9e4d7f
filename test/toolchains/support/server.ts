/**
 * A program that works until its standard input ends. `threads N` threads spin in `spin`; each line `fork` makes a child that
 * spins, too, and lives as long as the parent; `spin` spins once in the main thread; `exec` makes a child that runs another program; `close` closes every
 * descriptor and opens others under their numbers, `check` says whether they are open still; `crash` ends it by a signal. Says `ready` and `forked <pid>`.
 */
export const serverSource = `#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>
extern int plugin_work(int) __attribute__((weak));
static volatile int sum;
int spin(int n) { int s = 0; for (int i = 0; i < n; i++) { if (i % 3) s += i; else s ^= i; } return s; }
int idle_path(int n) { return n > 2 ? n * 3 : n; }
static void *work(void *unused) {
  for (;;) { sum += spin(200); if (plugin_work) sum += plugin_work(100); usleep(200); }
  return unused;
}
static void start(int threads) {
  pthread_t thread;
  for (int i = 0; i < threads; i++) pthread_create(&thread, NULL, work, NULL);
}
int main(int count, char **words) {
  char line[64];
  start(count > 1 ? atoi(words[1]) : 1);
  puts("ready");
  fflush(stdout);
  while (fgets(line, sizeof line, stdin)) {
    if (strcmp(line, "fork\\n") == 0) {
      int child = fork();
      if (child == 0) { prctl(PR_SET_PDEATHSIG, SIGKILL); start(1); for (;;) pause(); }
      printf("forked %d\\n", child);
      fflush(stdout);
    }
    if (strcmp(line, "exec\\n") == 0 && fork() == 0) { execlp("sleep", "sleep", "0.2", NULL); _exit(1); }
    if (strcmp(line, "spin\\n") == 0) { sum += spin(1000); puts("spun"); fflush(stdout); }
    if (strcmp(line, "close\\n") == 0) {
      for (int i = 3; i < 64; i++) close(i);
      for (int i = 3; i < 16; i++) dup(0);
      puts("closed");
      fflush(stdout);
    }
    if (strcmp(line, "check\\n") == 0) {
      int open = 0;
      for (int i = 3; i < 16; i++) open += fcntl(i, F_GETFD) >= 0;
      puts(open == 13 ? "kept" : "lost");
      fflush(stdout);
    }
    if (strcmp(line, "crash\\n") == 0) kill(getpid(), SIGKILL);
  }
  sum += idle_path(count);
  return 0;
}
`;

export const pluginSource = `int plugin_work(int n) { int s = 7; while (n > 0) { s += n & 3 ? n : 2; n--; } return s; }
`;

export const plainServer = '$CC $CFLAGS $LDFLAGS -pthread -o sample main.c';

/** The program and a shared object, each instrumented, each with its own runtime and agent. */
export const serverWithPlugin = `$CC $CFLAGS -fPIC $LDFLAGS -shared -o libplugin.so plugin.c &&
$CC $CFLAGS $LDFLAGS -pthread -o sample main.c -L. -lplugin -Wl,-rpath,$PWD && cp libplugin.so ../`;
