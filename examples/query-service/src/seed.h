#ifndef SEED_H
#define SEED_H

#include <stdbool.h>
#include <stdint.h>

struct seed_size {
  uint64_t seed;
  unsigned customers;
  unsigned products;
};

/* Makes a database of invented rows; equal sizes and seeds make equal rows. False after an error, which has been printed. */
bool seed_database(const char *file, const struct seed_size *size);

#endif
