#include "json.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

static void skip_space(struct reader *reader) {
  while (reader->at < reader->end && (*reader->at == ' ' || *reader->at == '\n' || *reader->at == '\t' || *reader->at == '\r')) {
    reader->at++;
  }
}

bool json_take(struct reader *reader, char character) {
  skip_space(reader);
  if (reader->at == reader->end || *reader->at != character) return false;
  reader->at++;
  return true;
}

static int32_t four_digits(const char *at, const char *end) {
  int32_t code = 0;
  if (end - at < 4) return -1;
  for (int i = 0; i < 4; i++) {
    char digit = (char)tolower((unsigned char)at[i]);
    if (!isxdigit((unsigned char)digit)) return -1;
    code = code * 16 + (digit <= '9' ? digit - '0' : digit - 'a' + 10);
  }
  return code;
}

static char *put_utf8(char *to, int32_t code) {
  if (code < 0x80) {
    *to++ = (char)code;
  } else if (code < 0x800) {
    *to++ = (char)(0xc0 | code >> 6);
    *to++ = (char)(0x80 | (code & 0x3f));
  } else {
    *to++ = (char)(0xe0 | code >> 12);
    *to++ = (char)(0x80 | (code >> 6 & 0x3f));
    *to++ = (char)(0x80 | (code & 0x3f));
  }
  return to;
}

char *json_string(struct reader *reader) {
  if (!json_take(reader, '"')) {
    reader->failed = true;
    return NULL;
  }
  static const char from[] = "\"\\/bfnrt";
  static const char into[] = "\"\\/\b\f\n\r\t";
  char *start = reader->at;
  char *to = start;
  while (reader->at < reader->end && *reader->at != '"') {
    char character = *reader->at++;
    if (character == '\\' && reader->at < reader->end) {
      char escape = *reader->at++;
      const char *known = escape ? strchr(from, escape) : NULL;
      int32_t code = escape == 'u' ? four_digits(reader->at, reader->end) : -1;
      if (code >= 0) {
        to = put_utf8(to, code);
        reader->at += 4;
      } else if (known) {
        *to++ = into[known - from];
      } else {
        reader->failed = true;
        return NULL;
      }
    } else {
      *to++ = character;
    }
  }
  if (reader->at == reader->end) {
    reader->failed = true;
    return NULL;
  }
  reader->at++;
  *to = '\0';
  return start;
}

/* Moved to the left by one character, so that the zero byte does not overwrite what follows. */
static char *number(struct reader *reader) {
  char *start = reader->at;
  while (reader->at < reader->end && (isalnum((unsigned char)*reader->at) || strchr("+-.", *reader->at))) reader->at++;
  size_t length = (size_t)(reader->at - start);
  if (length == 0) return NULL;
  memmove(start - 1, start, length);
  start[length - 1] = '\0';
  return start - 1;
}

char *json_text(struct reader *reader) {
  skip_space(reader);
  if (reader->at == reader->end) return NULL;
  if (*reader->at == '"') return json_string(reader);
  return *reader->at == '-' || isdigit((unsigned char)*reader->at) ? number(reader) : NULL;
}

void json_skip(struct reader *reader, int depth) {
  skip_space(reader);
  bool object = reader->at < reader->end && *reader->at == '{';
  if (depth > MAXIMUM_DEPTH || reader->at == reader->end) {
    reader->failed = true;
  } else if (*reader->at == '"') {
    json_string(reader);
  } else if (object || *reader->at == '[') {
    reader->at++;
    if (json_take(reader, object ? '}' : ']')) return;
    do {
      if (object && (!json_string(reader) || !json_take(reader, ':'))) reader->failed = true;
      if (reader->failed) return;
      json_skip(reader, depth + 1);
    } while (!reader->failed && json_take(reader, ','));
    if (!json_take(reader, object ? '}' : ']')) reader->failed = true;
  } else if (!number(reader)) {
    reader->failed = true;
  }
}
