#ifndef SERVER_H
#define SERVER_H

#include "catalogue.h"

/*
 * Serves the catalogue on a port of loopback until SIGTERM or SIGINT, then finishes the requests in flight.
 * Answers the program's exit status.
 */
int server_run(struct catalogue *catalogue, unsigned short port);

#endif
