#include "request.h"

#include <ctype.h>
#include <string.h>

static int hexadecimal(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  digit = (char)tolower((unsigned char)digit);
  return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

/* Undoes the encoding of forms in place: + is a space, %41 is A. */
static void decode(char *string) {
  char *to = string;
  for (const char *from = string; *from; from++) {
    int high = *from == '%' ? hexadecimal(from[1]) : -1;
    int low = high >= 0 ? hexadecimal(from[2]) : -1;
    if (low >= 0) {
      *to++ = (char)(high * 16 + low);
      from += 2;
    } else {
      *to++ = *from == '+' ? ' ' : *from;
    }
  }
  *to = '\0';
}

void request_add_parameter(struct request *request, const char *name, const char *value) {
  if (request->parameter_count == MAXIMUM_PARAMETERS) return;
  request->parameters[request->parameter_count++] = (struct parameter){name, value ? value : ""};
}

void request_add_form(struct request *request, char *form) {
  while (form && *form) {
    char *next = strchr(form, '&');
    if (next) *next++ = '\0';
    char *value = strchr(form, '=');
    if (value) {
      *value++ = '\0';
      decode(value);
    }
    decode(form);
    request_add_parameter(request, form, value);
    form = next;
  }
}

const char *request_parameter(const struct request *request, const char *name) {
  for (unsigned i = 0; i < request->parameter_count; i++) {
    const struct parameter *parameter = &request->parameters[i];
    if (strcmp(parameter->name, name) == 0) return *parameter->value ? parameter->value : NULL;
  }
  return NULL;
}

int64_t parse_number(const char *string) {
  int64_t number = 0;
  size_t digits = 0;
  for (; isdigit((unsigned char)string[digits]) && digits < 18; digits++) number = number * 10 + (string[digits] - '0');
  return digits && !string[digits] ? number : 0;
}

int64_t request_number(const struct request *request, const char *name, int64_t least, int64_t most, int64_t otherwise) {
  const char *value = request_parameter(request, name);
  if (!value) return otherwise;
  int64_t number = parse_number(value);
  if (!number && strcmp(value, "0") != 0) return otherwise;
  return number < least ? least : number > most ? most : number;
}
