/**
 * A program of two files with a static function in each; the same name, so that only their paths tell them apart. With a
 * second argument it waits until its standard input ends.
 */
export const twoFiles: Readonly<Record<string, string>> = {
  'main.c': `#include <stdio.h>
#include <stdlib.h>
int other(int);
static int twist(int n) { int s = 0; for (int i = 0; i < n; i++) { if (i % 3) s += i; else s ^= i; for (int j = i; j > 3; j /= 2) s ^= j; } return s; }
int (*volatile chosen)(int) = twist;
int main(int count, char **words) {
  int rounds = count > 1 ? atoi(words[1]) : 50, sum = 0;
  for (int i = 0; i < rounds; i++) sum += chosen(i) + other(i);
  printf("%d\\n", sum);
  fflush(stdout);
  return count > 2 && getchar() != EOF;
}
`,
  'other.c': `static int twist(int n) { int s = 1; while (n > 0) { s += n & 1 ? n : 2; n >>= 1; } return s; }
int (*volatile picked)(int) = twist;
int other(int n) { return n > 7 ? picked(n) : picked(n + 1); }
`,
};

/** The same in C++, with what only C++ has: a namespace without a name, virtual calls, an exception that crosses the files. */
export const twoFilesOfCpp: Readonly<Record<string, string>> = {
  'shape.hpp': `#include <stdexcept>
struct Shape { virtual int area(int n) const = 0; virtual ~Shape() = default; };
const Shape &shapeOf(int kind);
`,
  'main.cpp': `#include "shape.hpp"
#include <cstdio>
#include <cstdlib>
namespace {
int twist(int n) { int s = 0; for (int i = 0; i < n; i++) { if (i % 3) s += i; else s ^= i; } return s; }
}
int (*volatile chosen)(int) = twist;
int main(int count, char **words) {
  int rounds = count > 1 ? std::atoi(words[1]) : 50, sum = 0;
  for (int i = 0; i < rounds; i++) {
    try { sum += chosen(i) + shapeOf(i % 3).area(i); } catch (const std::out_of_range &) { sum -= 1; }
  }
  std::printf("%d\\n", sum);
  std::fflush(stdout);
  return count > 2 && std::getchar() != EOF;
}
`,
  'shape.cpp': `#include "shape.hpp"
namespace {
int twist(int n) { int s = 1; while (n > 0) { s += n & 1 ? n : 2; n >>= 1; } return s; }
struct Square : Shape { int area(int n) const override { return n * twist(n); } };
struct Strip : Shape { int area(int n) const override { return n > 7 ? twist(n) : twist(n + 1); } };
}
const Shape &shapeOf(int kind) {
  static const Square square;
  static const Strip strip;
  if (kind == 2) throw std::out_of_range("kind");
  return kind == 0 ? static_cast<const Shape &>(square) : strip;
}
`,
};

export const makefile = `sample: main.o other.o
\t$(CC) $(LDFLAGS) -o $@ $^
%.o: %.c
\t$(CC) $(CFLAGS) -c -o $@ $<
`;

/** The same loop with one more branch: another control flow. */
export const changedOther =
  twoFiles['other.c']?.replace('n >>= 1;', 'if (n == 77) { s *= 3; for (int i = 0; i < n; i++) s -= s >> (i & 7); } n >>= 1;') ?? '';
