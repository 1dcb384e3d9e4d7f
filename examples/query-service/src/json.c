#include "json.h"

#include <inttypes.h>
#include <string.h>

static void separate(struct json *json) {
  if (json->comma) text_add_byte(&json->text, ',');
  json->comma = true;
}

void json_open(struct json *json, char bracket) {
  separate(json);
  text_add_byte(&json->text, bracket);
  json->comma = false;
}

void json_close(struct json *json, char bracket) {
  text_add_byte(&json->text, bracket);
  json->comma = true;
}

static void quote(struct text *text, const char *string, size_t length) {
  text_add_byte(text, '"');
  size_t start = 0;
  for (size_t i = 0; i < length; i++) {
    unsigned char byte = (unsigned char)string[i];
    if (byte >= 0x20 && byte != '"' && byte != '\\') continue;
    text_add(text, string + start, i - start);
    start = i + 1;
    if (byte == '"' || byte == '\\') {
      text_add_byte(text, '\\');
      text_add_byte(text, (char)byte);
    } else {
      text_add_format(text, "\\u%04x", byte);
    }
  }
  text_add(text, string + start, length - start);
  text_add_byte(text, '"');
}

void json_key(struct json *json, const char *key) {
  separate(json);
  quote(&json->text, key, strlen(key));
  text_add_byte(&json->text, ':');
  json->comma = false;
}

void json_string(struct json *json, const char *string, size_t length) {
  separate(json);
  quote(&json->text, string, length);
}

void json_integer(struct json *json, int64_t number) {
  separate(json);
  text_add_format(&json->text, "%" PRId64, number);
}

void json_boolean(struct json *json, bool value) {
  separate(json);
  text_add_string(&json->text, value ? "true" : "false");
}

void json_member_string(struct json *json, const char *key, const char *string) {
  json_key(json, key);
  json_string(json, string, strlen(string));
}

void json_member_integer(struct json *json, const char *key, int64_t number) {
  json_key(json, key);
  json_integer(json, number);
}

static void column_value(struct json *json, sqlite3_stmt *row, int column, bool raw) {
  const char *string = NULL;
  switch (sqlite3_column_type(row, column)) {
    case SQLITE_INTEGER:
      json_integer(json, sqlite3_column_int64(row, column));
      return;
    case SQLITE_FLOAT:
      separate(json);
      text_add_format(&json->text, "%.2f", sqlite3_column_double(row, column));
      return;
    case SQLITE_NULL:
      separate(json);
      text_add_string(&json->text, "null");
      return;
    default:
      string = (const char *)sqlite3_column_text(row, column);
      break;
  }
  if (!string) {
    json->text.failed = true;
  } else if (raw) {
    separate(json);
    text_add(&json->text, string, (size_t)sqlite3_column_bytes(row, column));
  } else {
    json_string(json, string, (size_t)sqlite3_column_bytes(row, column));
  }
}

void json_members_of_row(struct json *json, sqlite3_stmt *row) {
  static const char raw_suffix[] = " json";
  const size_t suffix_length = sizeof raw_suffix - 1;
  int columns = sqlite3_column_count(row);
  for (int column = 0; column < columns; column++) {
    const char *name = sqlite3_column_name(row, column);
    size_t length = strlen(name);
    bool raw = length > suffix_length && strcmp(name + length - suffix_length, raw_suffix) == 0;
    separate(json);
    quote(&json->text, name, raw ? length - suffix_length : length);
    text_add_byte(&json->text, ':');
    json->comma = false;
    column_value(json, row, column, raw);
  }
}

int json_rows(struct json *json, const char *key, sqlite3_stmt *rows) {
  int count = 0;
  int status;
  json_key(json, key);
  json_open(json, '[');
  while ((status = sqlite3_step(rows)) == SQLITE_ROW) {
    json_open(json, '{');
    json_members_of_row(json, rows);
    json_close(json, '}');
    count++;
  }
  json_close(json, ']');
  return status == SQLITE_DONE ? count : -1;
}
