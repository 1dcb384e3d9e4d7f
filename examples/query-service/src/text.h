#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* A text that grows. When memory runs out it is marked as failed and ignores what is added. */
struct text {
  char *bytes;
  size_t length;
  size_t capacity;
  bool failed;
};

void text_add(struct text *text, const char *bytes, size_t length);
void text_add_string(struct text *text, const char *string);
void text_add_byte(struct text *text, char byte);
void text_add_format(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The text with a terminating zero; an empty string when there is none. */
const char *text_string(struct text *text);
void text_free(struct text *text);

#endif
