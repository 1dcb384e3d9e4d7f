#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "request.h"
#include "seed.h"
#include "server.h"
#include "transfer.h"

struct options {
  const char *database;
  const char *table;
  int64_t port;
  struct seed_size size;
};

static const char usage[] =
    "usage: query-service serve  --database FILE --port N\n"
    "       query-service seed   --database FILE [--seed N] [--customers N] [--products N]\n"
    "       query-service export --database FILE [--table NAME]   (JSON lines on standard output)\n"
    "       query-service import --database FILE                  (JSON lines on standard input)\n";

static bool is_between(int64_t value, int64_t least, int64_t most) { return value >= least && value <= most; }

static bool read_option(struct options *options, const char *name, const char *value) {
  int64_t number = parse_number(value);
  if (strcmp(name, "--database") == 0) {
    options->database = value;
  } else if (strcmp(name, "--table") == 0) {
    options->table = value;
  } else if (strcmp(name, "--port") == 0 && is_between(number, 1, 65535)) {
    options->port = number;
  } else if (strcmp(name, "--seed") == 0 && number > 0) {
    options->size.seed = (uint64_t)number;
  } else if (strcmp(name, "--customers") == 0 && is_between(number, 1, 79000)) {
    options->size.customers = (unsigned)number;
  } else if (strcmp(name, "--products") == 0 && is_between(number, 10, 99999)) {
    options->size.products = (unsigned)number;
  } else {
    fprintf(stderr, "query-service: %s %s is not understood\n", name, value);
    return false;
  }
  return true;
}

static int run(const char *command, const struct options *options) {
  if (strcmp(command, "seed") == 0) return seed_database(options->database, &options->size) ? EXIT_SUCCESS : EXIT_FAILURE;
  if (strcmp(command, "export") == 0) {
    return transfer_export(options->database, options->table, stdout) ? EXIT_SUCCESS : EXIT_FAILURE;
  }
  if (strcmp(command, "import") == 0) return transfer_import(options->database, stdin) ? EXIT_SUCCESS : EXIT_FAILURE;
  if (strcmp(command, "serve") == 0 && options->port) {
    struct catalogue catalogue;
    if (!catalogue_open(&catalogue, options->database)) return EXIT_FAILURE;
    int status = server_run(&catalogue, (unsigned short)options->port);
    catalogue_close(&catalogue);
    return status;
  }
  fputs(usage, stderr);
  return 2;
}

int main(int count, char **arguments) {
  struct options options = {.size = {.seed = 1, .customers = 3000, .products = 6000}};
  bool good = count >= 2 && count % 2 == 0;
  for (int i = 2; good && i < count; i += 2) good = read_option(&options, arguments[i], arguments[i + 1]);
  if (!good || !options.database) {
    fputs(usage, stderr);
    return 2;
  }
  if (sqlite3_initialize() != SQLITE_OK) {
    fputs("query-service: SQLite cannot be initialised\n", stderr);
    return EXIT_FAILURE;
  }
  return run(arguments[1], &options);
}
