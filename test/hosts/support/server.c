/* A tiny HTTP/1.1 server for the tests of hosts: one thread, poll, keep-alive. What it does wrong is asked for by arguments. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int requests, work = 2000, crashAfter = -1, exitCode = 0;
static volatile unsigned long sink;
static volatile sig_atomic_t ended;

static void onTerm(int signal) { (void)signal; ended = 1; }

__attribute__((noinline)) int answer(int client, const char *path) {
  char body[256], head[512];
  int status = strncmp(path, "/missing", 8) == 0 ? 404 : 200;
  int rounds = strncmp(path, "/heavy", 6) == 0 ? work * 10 : work;
  unsigned long sum = 0;
  for (int i = 0; i < rounds; i++) sum = sum * 31 + (unsigned long)i;
  sink = sum;
#ifdef WRONG_ANSWER
  const char *value = strncmp(path, "/heavy", 6) == 0 ? "wrong" : "right";
#else
  const char *value = "right";
#endif
  int length = snprintf(body, sizeof body, "{\"value\":\"%s\",\"meta\":{\"at\":%d}}", value, ++requests * 1000 + (int)getpid());
  int size = snprintf(head, sizeof head, "HTTP/1.1 %d X\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", status, length, body);
  if (crashAfter >= 0 && requests > crashAfter) abort();
  return send(client, head, (size_t)size, MSG_NOSIGNAL) == size;
}

/* A child of its own for each request, but for the path /parent: it answers and exits. */
static int answerInChild(int client, const char *path) {
  pid_t child = fork();
  if (child == 0) exit(!answer(client, path));
  int status;
  return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

/* Answers `limit` connections, one after the other, and says what it used. */
static void answerSome(int listener, int limit) {
  struct timespec used;
  for (int done = 0; done < limit; done++) {
    char text[4096], path[1024] = "/";
    int client = accept(listener, NULL, NULL);
    ssize_t size = recv(client, text, sizeof text - 1, 0);
    if (size > 0) { text[size] = 0; sscanf(text, "%*s %1023s", path); }
    answer(client, path);
    close(client);
  }
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  printf("used %lld\n", (long long)used.tv_sec * 1000000000 + used.tv_nsec);
  fflush(stdout);
}

/* One worker at a time, each for `limit` requests; its parent waits for it, or (unwaited) it starts the next one itself. */
static int serveByWorkers(int listener, int limit, int unwaited) {
  if (unwaited) signal(SIGCHLD, SIG_IGN);
  for (;;) {
    pid_t worker = fork();
    if (worker == 0) { answerSome(listener, limit); if (!unwaited) _exit(0); continue; }
    if (!unwaited) waitpid(worker, NULL, 0);
    else if (getpid() == getpgrp()) for (;;) pause();
    else _exit(0);
  }
}

static int number(const char *text) { return text ? atoi(text) : 0; }

int main(int count, char **arguments) {
  int port = 0, forks = 0, forkEach = 0, rename = 0, limit = 0, unwaited = 0;
  signal(SIGTERM, onTerm);
  for (int i = 1; i < count; i++) {
    const char *next = i + 1 < count ? arguments[i + 1] : NULL;
    if (!strcmp(arguments[i], "--port")) port = number(next);
    if (!strcmp(arguments[i], "--work")) work = number(next);
    if (!strcmp(arguments[i], "--crash-after")) crashAfter = number(next);
    if (!strcmp(arguments[i], "--exit-code")) exitCode = number(next);
    if (!strcmp(arguments[i], "--fork")) forks = 1;
    if (!strcmp(arguments[i], "--fork-each")) forkEach = 1;
    if (!strcmp(arguments[i], "--rename")) rename = 1;
    if (!strcmp(arguments[i], "--worker-limit")) limit = number(next);
    if (!strcmp(arguments[i], "--unwaited")) unwaited = 1;
    if (!strcmp(arguments[i], "--hang")) signal(SIGTERM, SIG_IGN);
    if (!strcmp(arguments[i], "--deaf")) { puts("never listening"); fflush(stdout); for (;;) pause(); }
    if (!strcmp(arguments[i], "--refuse")) { fputs("the disk of dreams is missing\n", stderr); return 7; }
  }
#ifdef WORK
  work = WORK;
#endif
#ifdef CRASH_AFTER
  crashAfter = CRASH_AFTER;
#endif
#ifdef EXIT_CODE
  exitCode = EXIT_CODE;
#endif
  /* One child stays in the group, one leaves it: both must end with the instance. */
  for (int i = 0; forks && i < 2; i++) {
    if (fork() != 0) continue;
    signal(SIGTERM, SIG_IGN);
    if (i == 1) setsid();
    /* As setproctitle does: the title takes the room of the environment. */
    for (char **variable = environ; rename && *variable; variable++) memset(*variable, 0, strlen(*variable));
    if (write(STDOUT_FILENO, "forked\n", 7) != 7) return 1;
    for (;;) pause();
  }
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  struct pollfd sockets[64];
  int used = 1, on = 1;
  sockets[0] = (struct pollfd){.fd = socket(AF_INET, SOCK_STREAM, 0), .events = POLLIN};
  setsockopt(sockets[0].fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(sockets[0].fd, (struct sockaddr *)&address, sizeof address) || listen(sockets[0].fd, 64)) { perror("bind"); return 1; }
  if (limit > 0) return serveByWorkers(sockets[0].fd, limit, unwaited);
  while (!ended) {
    if (poll(sockets, (nfds_t)used, -1) < 0) continue;
    if (sockets[0].revents && used < 64) {
      int client = accept(sockets[0].fd, NULL, NULL);
      setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      sockets[used++] = (struct pollfd){.fd = client, .events = POLLIN};
    }
    for (int i = 1; i < used; i++) {
      if (!sockets[i].revents) continue;
      char text[4096], path[1024] = "/";
      ssize_t size = recv(sockets[i].fd, text, sizeof text - 1, 0);
      if (size > 0) { text[size] = 0; sscanf(text, "%*s %1023s", path); }
      int (*respond)(int, const char *) = forkEach && strcmp(path, "/parent") ? answerInChild : answer;
      if (size <= 0 || !respond(sockets[i].fd, path)) { close(sockets[i].fd); sockets[i--] = sockets[--used]; }
    }
  }
  return exitCode;
}
