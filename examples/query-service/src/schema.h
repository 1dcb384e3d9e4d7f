#ifndef SCHEMA_H
#define SCHEMA_H

#include <sqlite3.h>
#include <stdbool.h>

enum { MAXIMUM_COLUMNS = 12 };

struct table {
  const char *name;
  /* Ends with a null. */
  const char *columns[MAXIMUM_COLUMNS];
};

/* Every table that holds data, in an order that satisfies the references. Ends with a table without a name. */
extern const struct table schema_tables[];

/*
 * A database under construction lives in FILE.partial and takes its name when it is complete: nobody opens half a
 * database. All answer false after an error, which has been printed.
 */
sqlite3 *schema_create(const char *file);
/* Makes the indexes and statistics, closes the database and gives it its name. */
bool schema_complete(sqlite3 *database, const char *file);
/* Closes and removes an unfinished database. */
void schema_abandon(sqlite3 *database, const char *file);

/* "INSERT INTO table (columns) VALUES (?1, ...)". Null after an error. */
sqlite3_stmt *schema_prepare_insert(sqlite3 *database, const struct table *table);
/* Prints the database's error with the place. */
void schema_print_error(sqlite3 *database, const char *where);

#endif
