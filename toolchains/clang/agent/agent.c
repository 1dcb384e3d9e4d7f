/*
 * The collection agent: linked into instrumented builds only, one copy per instrumented object (program or shared object).
 *
 * Without HONE_AGENT_DIRECTORY in the environment it does nothing. With it, one thread that takes no signals listens on
 * <directory>/<pid>-<object id>.sock and answers a line protocol:
 *
 *   ping          ok <pid> <object id>
 *   reset         ok                     every counter is zero
 *   write PATH    ok                     the counters are in PATH, a raw profile
 *   anything else error <why>
 *
 * It never prints, never keeps the program alive, and leaves the file that is written at exit (LLVM_PROFILE_FILE) as it was.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* compiler-rt's profiling interface; hidden symbols, so each linked object has its own. */
extern void __llvm_profile_initialize_file(void);
extern int __llvm_profile_register_write_file_atexit(void);
extern void __llvm_profile_set_filename(const char *pattern);
extern int __llvm_profile_write_file(void);
extern void __llvm_profile_reset_counters(void);
extern char __llvm_profile_filename[] __attribute__((weak, visibility("hidden")));

#define LINE_BYTES 4352
#define IDLE_MILLISECONDS 10000
#define LOOK_MILLISECONDS 500 /* so often the thread looks whether its descriptors are still its own */

static char *folder;            /* HONE_AGENT_DIRECTORY, absolute */
static char *exit_pattern;      /* the file name pattern that counts at exit */
static uid_t folder_owner;      /* whose processes may ask */
static char socket_path[4200];  /* empty: no socket */
static int listener = -1;
static int waker = -1;          /* an eventfd; readable: the thread ends */
static struct stat listener_identity;
static pthread_t server;
static int serving;             /* the thread was started and not yet joined */
static volatile int stopping;
static unsigned generation;     /* of the socket's name: a new one when the descriptors were lost */
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER; /* held while compiler-rt works, and over a fork */

/* The address of a variable of this copy: differs between the objects of one process. */
static unsigned long object_id(void) { return (unsigned long)(uintptr_t)&listener_identity + generation; }

/* A program may close every descriptor and open others under the same numbers: those are not ours to use. */
static int same_file(int descriptor, const struct stat *identity) {
  struct stat now;
  return fstat(descriptor, &now) == 0 && now.st_dev == identity->st_dev && now.st_ino == identity->st_ino;
}

static int trusted(int client) {
  struct ucred peer;
  socklen_t bytes = sizeof peer;
  if (getsockopt(client, SOL_SOCKET, SO_PEERCRED, &peer, &bytes) != 0) return 0;
  return peer.uid == folder_owner || peer.uid == 0;
}

static void answer(int client, const char *line) { (void)!send(client, line, strlen(line), MSG_NOSIGNAL); }

static void write_counters(int client, const char *path) {
  char line[128];
  if (path[0] != '/' || strchr(path, '%') != NULL) {
    answer(client, "error the path must be absolute and without a percent sign\n");
    return;
  }
  /* compiler-rt truncates a file only at its first start: setting the pattern back does not touch what is at exit. */
  __llvm_profile_set_filename(path);
  errno = 0;
  int failed = __llvm_profile_write_file();
  int reason = errno;
  __llvm_profile_set_filename(exit_pattern);
  if (failed == 0) {
    answer(client, "ok\n");
    return;
  }
  snprintf(line, sizeof line, "error the counters were not written: %s\n", strerrorname_np(reason) ? strerrorname_np(reason) : "?");
  answer(client, line);
}

static void obey(int client, char *command) {
  if (strcmp(command, "ping") == 0) {
    char line[64];
    snprintf(line, sizeof line, "ok %ld %lx\n", (long)getpid(), object_id());
    answer(client, line);
    return;
  }
  pthread_mutex_lock(&gate);
  if (strcmp(command, "reset") == 0) {
    __llvm_profile_reset_counters();
    answer(client, "ok\n");
  } else if (strncmp(command, "write ", 6) == 0) {
    write_counters(client, command + 6);
  } else {
    answer(client, "error unknown command\n");
  }
  pthread_mutex_unlock(&gate);
}

/* Waits for `descriptor` or for the order to end. 1: readable, 0: timeout, -1: end. */
static int wait_for(int descriptor, int milliseconds) {
  for (;;) {
    struct pollfd polled[2] = {{descriptor, POLLIN, 0}, {waker, POLLIN, 0}};
    int ready = poll(polled, 2, milliseconds);
    if (ready < 0 && errno == EINTR) continue;
    if (ready < 0 || polled[1].revents != 0) return -1;
    return ready > 0;
  }
}

static void converse(int client) {
  char line[LINE_BYTES];
  size_t held = 0;
  while (wait_for(client, IDLE_MILLISECONDS) == 1) {
    ssize_t got = recv(client, line + held, sizeof line - held, MSG_DONTWAIT);
    if (got <= 0) return;
    held += (size_t)got;
    char *end;
    while ((end = memchr(line, '\n', held)) != NULL) {
      *end = '\0';
      obey(client, line);
      held -= (size_t)(end + 1 - line);
      memmove(line, end + 1, held);
    }
    if (held == sizeof line) {
      answer(client, "error the line is too long\n");
      return;
    }
  }
}

static int recover(void);

static void *serve(void *unused) {
  for (;;) {
    int ready = wait_for(listener, LOOK_MILLISECONDS);
    if (stopping) return unused;
    if (ready < 0 || !same_file(listener, &listener_identity)) {
      if (!recover()) return unused;
      continue;
    }
    if (ready == 0) continue;
    int client = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (client >= 0) {
      if (trusted(client)) converse(client);
      else answer(client, "error not permitted\n");
      close(client);
    } else if (errno != ECONNABORTED && errno != EINTR) {
      poll(NULL, 0, 100); /* out of descriptors, most likely */
    }
  }
}

/* Binds under another name and renames, so that a visible socket always listens. The path through /proc keeps it short. */
static int open_listener(void) {
  char made[96], name[64];
  struct stat facts;
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  int place = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (place < 0) return -1;
  snprintf(name, sizeof name, "%ld-%lx.sock", (long)getpid(), object_id());
  snprintf(made, sizeof made, "/proc/self/fd/%d/.%s", place, name);
  memcpy(address.sun_path, made, strlen(made) + 1);
  int opened = -1;
  if (fstat(place, &facts) == 0 && (facts.st_mode & 077) == 0) opened = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (opened >= 0) {
    folder_owner = facts.st_uid;
    unlinkat(place, made + strlen(made) - strlen(name) - 1, 0);
    snprintf(socket_path, sizeof socket_path, "%s/%s", folder, name);
    if (bind(opened, (struct sockaddr *)&address, sizeof address) != 0 || listen(opened, 16) != 0 || rename(made, socket_path) != 0 ||
        fstat(opened, &listener_identity) != 0) {
      unlink(made);
      close(opened);
      socket_path[0] = '\0';
      opened = -1;
    }
  }
  close(place);
  return opened;
}

static int open_descriptors(void) {
  listener = open_listener();
  if (listener < 0) return 0;
  waker = eventfd(0, EFD_CLOEXEC);
  if (waker >= 0) return 1;
  unlink(socket_path);
  close(listener);
  listener = -1;
  return 0;
}

static void close_descriptors(void) {
  if (same_file(listener, &listener_identity)) {
    close(listener);
    close(waker);
  }
  listener = waker = -1;
}

/* The program closed the agent's descriptors (daemons close all): makes others. 0: the thread ends. */
static int recover(void) {
  pthread_mutex_lock(&gate);
  int recovered = 0;
  if (!stopping) {
    unlink(socket_path);
    close_descriptors();
    generation++;
    recovered = open_descriptors();
  }
  pthread_mutex_unlock(&gate);
  return recovered;
}

static void start(void) {
  sigset_t all, before;
  stopping = 0;
  if (!open_descriptors()) return;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  serving = pthread_create(&server, NULL, serve, NULL) == 0;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (serving) return;
  unlink(socket_path);
  close_descriptors();
}

/* Runs before compiler-rt's own handler writes the file at exit, and before a shared object's code is unmapped. */
static void finish(void) {
  if (!serving) return;
  uint64_t one = 1;
  pthread_mutex_lock(&gate);
  serving = 0;
  stopping = 1;
  unlink(socket_path);
  if (same_file(listener, &listener_identity)) (void)!write(waker, &one, sizeof one);
  pthread_mutex_unlock(&gate);
  pthread_join(server, NULL);
  close_descriptors();
}

static void before_fork(void) { pthread_mutex_lock(&gate); }
static void after_fork_in_parent(void) { pthread_mutex_unlock(&gate); }

/* The child has no server thread; its counters are a copy of the parent's, which the parent writes itself. */
static void after_fork_in_child(void) {
  pthread_mutex_unlock(&gate);
  if (!serving) return;
  serving = 0;
  close_descriptors();
  __llvm_profile_reset_counters();
  start();
}

__attribute__((constructor)) static void begin(void) {
  const char *named = getenv("HONE_AGENT_DIRECTORY");
  const char *pattern = getenv("LLVM_PROFILE_FILE");
  if (named == NULL || named[0] != '/' || strlen(named) > 4096) return;
  if ((pattern == NULL || pattern[0] == '\0') && __llvm_profile_filename != NULL) pattern = __llvm_profile_filename;
  folder = strdup(named);
  exit_pattern = pattern == NULL ? NULL : strdup(pattern);
  if (folder == NULL) return;
  /* Handlers run in the reverse order of their registration: compiler-rt's must be there before ours. */
  __llvm_profile_initialize_file();
  __llvm_profile_register_write_file_atexit();
  if (atexit(finish) != 0 || pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child) != 0) return;
  start();
}
