#include "transfer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "schema.h"
#include "text.h"

enum { MAXIMUM_TABLES = 16 };

static sqlite3_stmt *prepare(sqlite3 *database, struct text *sql) {
  sqlite3_stmt *statement = NULL;
  if (sqlite3_prepare_v3(database, text_string(sql), -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) != SQLITE_OK) {
    schema_print_error(database, "a statement of the transfer");
  }
  text_free(sql);
  return statement;
}

/* SELECT json_object ('table', 'orders', 'id', id, ...) FROM orders ORDER BY 1st, 2nd column */
static sqlite3_stmt *prepare_export(sqlite3 *database, const struct table *table) {
  struct text sql = {0};
  text_add_format(&sql, "SELECT json_object('table', '%s'", table->name);
  for (int i = 0; table->columns[i]; i++) text_add_format(&sql, ", '%s', %s", table->columns[i], table->columns[i]);
  text_add_format(&sql, ") FROM %s ORDER BY %s, %s", table->name, table->columns[0], table->columns[1]);
  return prepare(database, &sql);
}

/* INSERT INTO orders (id, ...) VALUES (?1 ->> 'id', ...) */
static sqlite3_stmt *prepare_import(sqlite3 *database, const struct table *table) {
  struct text sql = {0};
  text_add_format(&sql, "INSERT INTO %s (", table->name);
  for (int i = 0; table->columns[i]; i++) text_add_format(&sql, i ? ", %s" : "%s", table->columns[i]);
  text_add_string(&sql, ") VALUES (");
  for (int i = 0; table->columns[i]; i++) text_add_format(&sql, i ? ", ?1 ->> '%s'" : "?1 ->> '%s'", table->columns[i]);
  text_add_string(&sql, ")");
  return prepare(database, &sql);
}

static bool export_table(sqlite3 *database, const struct table *table, FILE *output, long *rows) {
  sqlite3_stmt *select = prepare_export(database, table);
  if (!select) return false;
  int status;
  while ((status = sqlite3_step(select)) == SQLITE_ROW) {
    fwrite(sqlite3_column_text(select, 0), 1, (size_t)sqlite3_column_bytes(select, 0), output);
    fputc('\n', output);
    ++*rows;
  }
  if (status != SQLITE_DONE) schema_print_error(database, table->name);
  sqlite3_finalize(select);
  return status == SQLITE_DONE;
}

bool transfer_export(const char *file, const char *only, FILE *output) {
  sqlite3 *database = NULL;
  if (sqlite3_open_v2(file, &database, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK) {
    schema_print_error(database, file);
    sqlite3_close(database);
    return false;
  }
  bool good = sqlite3_exec(database, "BEGIN", NULL, NULL, NULL) == SQLITE_OK;
  long rows = 0;
  bool found = false;
  for (const struct table *table = schema_tables; table->name && good; table++) {
    if (only && strcmp(only, table->name) != 0) continue;
    found = true;
    good = export_table(database, table, output, &rows);
  }
  sqlite3_close(database);
  if (good && !found) {
    fprintf(stderr, "query-service: there is no table %s\n", only);
    return false;
  }
  if (good && !only) fprintf(output, "{\"table\":\"end\",\"rows\":%ld}\n", rows);
  if (fflush(output) != 0 || ferror(output)) {
    fprintf(stderr, "query-service: the output cannot be written: %s\n", strerror(errno));
    return false;
  }
  return good;
}

struct import {
  sqlite3 *database;
  sqlite3_stmt *head;
  sqlite3_stmt *inserts[MAXIMUM_TABLES];
  long rows;
  bool ended;
};

static bool step_once(sqlite3_stmt *statement) {
  int status = sqlite3_step(statement);
  return sqlite3_reset(statement) == SQLITE_OK && status == SQLITE_DONE;
}

static bool import_line(struct import *import, const char *line, size_t length) {
  bool done = false;
  sqlite3_bind_text(import->head, 1, line, (int)length, SQLITE_STATIC);
  if (sqlite3_step(import->head) != SQLITE_ROW) return false;
  const char *name = (const char *)sqlite3_column_text(import->head, 0);
  if (name && strcmp(name, "end") == 0) {
    done = import->ended = sqlite3_column_int64(import->head, 1) == import->rows;
  }
  for (int i = 0; name && schema_tables[i].name; i++) {
    if (strcmp(name, schema_tables[i].name) != 0) continue;
    sqlite3_bind_text(import->inserts[i], 1, line, (int)length, SQLITE_STATIC);
    done = step_once(import->inserts[i]);
    import->rows++;
  }
  sqlite3_reset(import->head);
  return done;
}

static bool import_prepare(struct import *import) {
  struct text sql = {0};
  text_add_string(&sql, "SELECT ?1 ->> 'table', ?1 ->> 'rows'");
  import->head = prepare(import->database, &sql);
  bool good = import->head != NULL;
  for (int i = 0; schema_tables[i].name && good; i++) {
    import->inserts[i] = prepare_import(import->database, &schema_tables[i]);
    good = import->inserts[i] != NULL;
  }
  return good;
}

static bool import_lines(struct import *import, FILE *input) {
  char *line = NULL;
  size_t capacity = 0;
  ssize_t length;
  bool good = true;
  while (good && (length = getline(&line, &capacity, input)) > 0) {
    if (line[length - 1] == '\n') length--;
    if (length == 0) continue;
    good = !import->ended && import_line(import, line, (size_t)length);
    if (!good) {
      fprintf(stderr, "query-service: row %ld of the input cannot be imported: %s\n", import->rows + 1,
              sqlite3_errmsg(import->database));
    }
  }
  free(line);
  if (good && !import->ended) {
    fprintf(stderr, "query-service: the input ended after %ld rows without its last line\n", import->rows);
  }
  return good && import->ended;
}

bool transfer_import(const char *file, FILE *input) {
  struct import import = {.database = schema_create(file)};
  if (!import.database) return false;
  bool good = import_prepare(&import) && import_lines(&import, input);
  sqlite3_finalize(import.head);
  for (int i = 0; i < MAXIMUM_TABLES; i++) sqlite3_finalize(import.inserts[i]);
  if (good) return schema_complete(import.database, file);
  schema_abandon(import.database, file);
  return false;
}
