#ifndef JSON_H
#define JSON_H

#include <stdbool.h>
#include <stddef.h>

/* A place in a JSON text that is read from the front. `failed` stays once the text was not what was asked for. */
struct reader {
  char *at;
  const char *end;
  bool failed;
};

enum { MAXIMUM_DEPTH = 64 };

/* True when the next character is this bracket, colon or comma, which is then behind the reader. */
bool json_take(struct reader *reader, char character);
/* Undoes the escapes of the next string in place and ends it with a zero byte; null when there is none. */
char *json_string(struct reader *reader);
/* The next string or number as text; null for what is neither, which is left where it stands. */
char *json_text(struct reader *reader);
/* Passes the next value, whatever it is. */
void json_skip(struct reader *reader, int depth);

#endif
