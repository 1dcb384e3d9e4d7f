/* intake serve --port N: judges lists of applications, POST /applications; GET /healthz when it is ready. */
#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "applications.h"

enum { MAXIMUM_BODY_BYTES = 262144, IDLE_SECONDS = 120 };

struct request {
  size_t length;
  size_t capacity;
  char *body;
};

static enum MHD_Result send_answer(struct MHD_Connection *connection, unsigned status, char *body, size_t length) {
  struct MHD_Response *response = MHD_create_response_from_buffer(length, body, MHD_RESPMEM_MUST_FREE);
  if (!response) return MHD_NO;
  MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "application/json");
  enum MHD_Result result = MHD_queue_response(connection, status, response);
  MHD_destroy_response(response);
  return result;
}

static enum MHD_Result answer_request(struct MHD_Connection *connection, const char *path, const char *method, struct request *request) {
  char *body = NULL;
  size_t length = 0;
  FILE *answer = open_memstream(&body, &length);
  if (!answer) return MHD_NO;
  unsigned status = 404;
  if (strcmp(path, "/healthz") == 0) {
    status = 200;
  } else if (strcmp(path, "/applications") == 0 && strcmp(method, "POST") == 0) {
    status = request->length > MAXIMUM_BODY_BYTES ? 413 : judge_applications(request->body, request->length, answer);
  }
  fclose(answer);
  return send_answer(connection, status, body, length);
}

static bool keep(struct request *request, const char *data, size_t length) {
  if (request->length + length > MAXIMUM_BODY_BYTES) {
    request->length = MAXIMUM_BODY_BYTES + 1;
    return true;
  }
  if (request->length + length > request->capacity) {
    size_t capacity = request->capacity ? request->capacity : 4096;
    while (capacity < request->length + length) capacity *= 2;
    char *body = realloc(request->body, capacity);
    if (!body) return false;
    request->body = body;
    request->capacity = capacity;
  }
  memcpy(request->body + request->length, data, length);
  request->length += length;
  return true;
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *path, const char *method,
                                  const char *version, const char *data, size_t *data_length, void **state) {
  struct request *request = *state;
  (void)context;
  (void)version;
  if (!request) {
    *state = calloc(1, sizeof *request);
    return *state ? MHD_YES : MHD_NO;
  }
  if (*data_length == 0) return answer_request(connection, path, method, request);
  bool kept = keep(request, data, *data_length);
  *data_length = 0;
  return kept ? MHD_YES : MHD_NO;
}

static void on_completed(void *context, struct MHD_Connection *connection, void **state, enum MHD_RequestTerminationCode code) {
  struct request *request = *state;
  (void)context;
  (void)connection;
  (void)code;
  if (request) free(request->body);
  free(request);
  *state = NULL;
}

static int serve(unsigned short port) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigprocmask(SIG_BLOCK, &signals, NULL);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  struct MHD_Daemon *daemon = MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_EPOLL | MHD_USE_ERROR_LOG, port, NULL, NULL,
                                               on_request, NULL, MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&address,
                                               MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL, MHD_OPTION_CONNECTION_TIMEOUT,
                                               (unsigned)IDLE_SECONDS, MHD_OPTION_END);
  if (!daemon) {
    fprintf(stderr, "intake: port %u of loopback cannot be served\n", port);
    return EXIT_FAILURE;
  }
  int signal = 0;
  sigwait(&signals, &signal);
  MHD_stop_daemon(daemon);
  return EXIT_SUCCESS;
}

int main(int count, char **arguments) {
  long port = count == 4 && strcmp(arguments[1], "serve") == 0 && strcmp(arguments[2], "--port") == 0 ? atol(arguments[3]) : 0;
  if (port >= 1 && port <= 65535) return serve((unsigned short)port);
  fputs("usage: intake serve --port N\n", stderr);
  return 2;
}
