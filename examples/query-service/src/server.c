#include "server.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "routes.h"

enum { IDLE_SECONDS = 120, MAXIMUM_CONNECTIONS = 512, STOP_MILLISECONDS = 5000 };

struct server {
  struct catalogue *catalogue;
  atomic_int in_flight;
  atomic_bool stopping;
};

static enum MHD_Result add_parameter(void *request, enum MHD_ValueKind kind, const char *name, const char *value) {
  (void)kind;
  request_add_parameter(request, name, value);
  return MHD_YES;
}

static bool is_form(struct MHD_Connection *connection) {
  static const char form[] = "application/x-www-form-urlencoded";
  const char *type = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_TYPE);
  return type && strncasecmp(type, form, sizeof form - 1) == 0;
}

static enum MHD_Result send_answer(struct server *server, struct MHD_Connection *connection, unsigned status, struct text *body) {
  struct MHD_Response *response = MHD_create_response_from_buffer(body->length, body->bytes, MHD_RESPMEM_MUST_FREE);
  if (!response) {
    text_free(body);
    return MHD_NO;
  }
  MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "application/json");
  if (atomic_load(&server->stopping)) MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
  enum MHD_Result result = MHD_queue_response(connection, status, response);
  MHD_destroy_response(response);
  return result;
}

static enum MHD_Result answer(struct server *server, struct MHD_Connection *connection, struct request *request, const char *path) {
  struct json json = {0};
  unsigned status;
  if (request->body.length > MAXIMUM_BODY_BYTES) {
    status = MHD_HTTP_CONTENT_TOO_LARGE;
    text_add_string(&json.text, "{\"error\":\"the body is too large\"}");
  } else {
    MHD_get_connection_values(connection, MHD_GET_ARGUMENT_KIND, add_parameter, request);
    text_string(&request->body);
    if (is_form(connection)) request_add_form(request, request->body.bytes);
    status = routes_answer(server->catalogue, request, path, &json);
  }
  return send_answer(server, connection, status, &json.text);
}

/* Called by libmicrohttpd: once with the head, once with each part of the body, once at its end. */
static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *path, const char *method,
                                  const char *version, const char *data, size_t *data_length, void **state) {
  struct server *server = context;
  struct request *request = *state;
  (void)version;
  if (!request) {
    request = calloc(1, sizeof *request);
    if (!request) return MHD_NO;
    request->method = method;
    *state = request;
    atomic_fetch_add(&server->in_flight, 1);
    return MHD_YES;
  }
  if (*data_length) {
    /* One byte beyond the limit is kept, as a sign that the body was too large. */
    size_t room = MAXIMUM_BODY_BYTES + 1 - request->body.length;
    text_add(&request->body, data, *data_length < room ? *data_length : room);
    *data_length = 0;
    return request->body.failed ? MHD_NO : MHD_YES;
  }
  return answer(server, connection, request, path);
}

static void on_completed(void *context, struct MHD_Connection *connection, void **state, enum MHD_RequestTerminationCode code) {
  struct server *server = context;
  struct request *request = *state;
  (void)connection;
  (void)code;
  if (!request) return;
  text_free(&request->body);
  free(request);
  *state = NULL;
  atomic_fetch_sub(&server->in_flight, 1);
}

static void stop_gracefully(struct server *server, struct MHD_Daemon *daemon) {
  const struct timespec pause = {.tv_nsec = 5000000};
  atomic_store(&server->stopping, true);
  MHD_socket listener = MHD_quiesce_daemon(daemon);
  for (int waited = 0; atomic_load(&server->in_flight) > 0 && waited < STOP_MILLISECONDS; waited += 5) nanosleep(&pause, NULL);
  MHD_stop_daemon(daemon);
  if (listener != MHD_INVALID_SOCKET) close(listener);
}

int server_run(struct catalogue *catalogue, unsigned short port) {
  /* Blocked before the server's thread starts, so that only sigwait sees them. */
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigprocmask(SIG_BLOCK, &signals, NULL);

  struct server server = {.catalogue = catalogue};
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  struct MHD_Daemon *daemon = MHD_start_daemon(
      MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_EPOLL | MHD_USE_ITC | MHD_USE_ERROR_LOG, port, NULL, NULL, on_request, &server,
      MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&address, MHD_OPTION_NOTIFY_COMPLETED, on_completed, &server,
      MHD_OPTION_CONNECTION_LIMIT, (unsigned)MAXIMUM_CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS,
      MHD_OPTION_END);
  if (!daemon) {
    fprintf(stderr, "query-service: port %u of loopback cannot be served\n", port);
    return EXIT_FAILURE;
  }
  int signal = 0;
  sigwait(&signals, &signal);
  stop_gracefully(&server, daemon);
  return EXIT_SUCCESS;
}
