#include "random.h"

uint64_t random_next(struct random *random) {
  uint64_t z = (random->state += UINT64_C(0x9e3779b97f4a7c15));
  z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
  return z ^ (z >> 31);
}

uint32_t random_below(struct random *random, uint32_t below) {
  return (uint32_t)(((random_next(random) >> 32) * below) >> 32);
}

uint32_t random_skewed(struct random *random, uint32_t below) {
  uint64_t x = random_next(random) >> 40;
  return (uint32_t)(((x * x) >> 24) * below >> 24);
}
