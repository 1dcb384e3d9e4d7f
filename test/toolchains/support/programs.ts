/** A program of two files with a static function in each; the same name, so that only their paths tell them apart. */
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
  return 0;
}
`,
  'other.c': `static int twist(int n) { int s = 1; while (n > 0) { s += n & 1 ? n : 2; n >>= 1; } return s; }
int (*volatile picked)(int) = twist;
int other(int n) { return n > 7 ? picked(n) : picked(n + 1); }
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
