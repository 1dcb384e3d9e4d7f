#ifndef RANDOM_H
#define RANDOM_H

#include <stdint.h>

/* SplitMix64: the same numbers on every machine. */
struct random {
  uint64_t state;
};

uint64_t random_next(struct random *random);
/* 0 ... below - 1; below is at least 1. */
uint32_t random_below(struct random *random, uint32_t below);
/* 0 ... below - 1, small numbers more often: the density falls as the inverse square root. */
uint32_t random_skewed(struct random *random, uint32_t below);

#endif
