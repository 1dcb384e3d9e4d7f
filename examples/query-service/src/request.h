#ifndef REQUEST_H
#define REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text.h"

enum { MAXIMUM_PARAMETERS = 32, MAXIMUM_BODY_BYTES = 65536, MAXIMUM_PATH_BYTES = 512 };

/* Names and values of the query and of a form, decoded; the first of a name wins. */
struct parameter {
  const char *name;
  const char *value;
};

struct request {
  const char *method;
  /* The part of the path that the route leaves open; decoded. */
  const char *key;
  /* Ends with a zero byte when an endpoint sees it. */
  struct text body;
  struct parameter parameters[MAXIMUM_PARAMETERS];
  unsigned parameter_count;
};

/* Parameters beyond the maximum are ignored, as are values that do not fit a handler. */
void request_add_parameter(struct request *request, const char *name, const char *value);
/* Splits a form (application/x-www-form-urlencoded) in place; the parameters point into it. */
void request_add_form(struct request *request, char *form);
/* Null when the parameter is missing or empty. */
const char *request_parameter(const struct request *request, const char *name);
/* The parameter as a number between two bounds; `otherwise` when it is missing or is not a number. */
int64_t request_number(const struct request *request, const char *name, int64_t least, int64_t most, int64_t otherwise);
/* A whole string of digits as a positive number; 0 otherwise. */
int64_t parse_number(const char *string);

#endif
