#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool text_reserve(struct text *text, size_t more) {
  if (text->failed) return false;
  size_t needed = text->length + more + 1;
  if (needed <= text->capacity) return true;
  size_t capacity = text->capacity ? text->capacity : 256;
  while (capacity < needed) capacity *= 2;
  char *bytes = realloc(text->bytes, capacity);
  if (!bytes) {
    text->failed = true;
    return false;
  }
  text->bytes = bytes;
  text->capacity = capacity;
  return true;
}

void text_add(struct text *text, const char *bytes, size_t length) {
  if (!text_reserve(text, length)) return;
  if (length) memcpy(text->bytes + text->length, bytes, length);
  text->length += length;
}

void text_add_string(struct text *text, const char *string) { text_add(text, string, strlen(string)); }

void text_add_byte(struct text *text, char byte) {
  if (!text_reserve(text, 1)) return;
  text->bytes[text->length++] = byte;
}

void text_add_format(struct text *text, const char *format, ...) {
  char small[256];
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(small, sizeof small, format, arguments);
  va_end(arguments);
  if (length < 0) {
    text->failed = true;
  } else if ((size_t)length < sizeof small) {
    text_add(text, small, (size_t)length);
  } else if (text_reserve(text, (size_t)length)) {
    va_start(arguments, format);
    vsnprintf(text->bytes + text->length, (size_t)length + 1, format, arguments);
    va_end(arguments);
    text->length += (size_t)length;
  }
}

const char *text_string(struct text *text) {
  if (!text_reserve(text, 0)) return "";
  text->bytes[text->length] = '\0';
  return text->bytes;
}

void text_free(struct text *text) {
  free(text->bytes);
  *text = (struct text){0};
}
