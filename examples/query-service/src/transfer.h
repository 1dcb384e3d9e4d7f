#ifndef TRANSFER_H
#define TRANSFER_H

#include <stdbool.h>
#include <stdio.h>

/*
 * A database as JSON lines: one object per row, {"table": NAME, column: value, ...}, and {"table": "end", "rows": N} last,
 * by which an import knows that nothing was cut off. Both answer false after an error, which has been printed.
 */

/* Writes one table, or all and the end when the table is null. */
bool transfer_export(const char *file, const char *table, FILE *output);
bool transfer_import(const char *file, FILE *input);

#endif
