#ifndef JSON_H
#define JSON_H

#include <sqlite3.h>
#include <stdint.h>

#include "text.h"

/* Writes JSON; puts the commas itself. */
struct json {
  struct text text;
  bool comma;
};

void json_open(struct json *json, char bracket);
void json_close(struct json *json, char bracket);
void json_key(struct json *json, const char *key);
void json_string(struct json *json, const char *string, size_t length);
void json_integer(struct json *json, int64_t number);
void json_boolean(struct json *json, bool value);

/* "key": value */
void json_member_string(struct json *json, const char *key, const char *string);
void json_member_integer(struct json *json, const char *key, int64_t number);

/* The members of the statement's row, named by its columns. A column named "x json" holds JSON text and is written as x. */
void json_members_of_row(struct json *json, sqlite3_stmt *row);
/* "key": [ one object per remaining row ]. Answers the number of rows, or -1 after an error of the database. */
int json_rows(struct json *json, const char *key, sqlite3_stmt *rows);

#endif
