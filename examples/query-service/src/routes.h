#ifndef ROUTES_H
#define ROUTES_H

#include "endpoints.h"

/*
 * Answers one request. `path` is decoded; `json` must be empty and holds the whole body afterwards.
 */
unsigned routes_answer(struct catalogue *catalogue, struct request *request, const char *path, struct json *json);

#endif
