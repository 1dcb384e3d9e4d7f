#ifndef VALUES_H
#define VALUES_H

#include <stdbool.h>
#include <stdint.h>

#include "checks.h"

/* Days since 1970-01-01 of a day as 2026-02-28. */
enum fault read_day(const char *text, int32_t *days);
/* Whole years between two days. */
int years_between(int32_t from, int32_t to);
/* Hundredths of an amount as -1234.5 or 1234. */
enum fault read_amount(const char *text, int64_t *hundredths);

enum mail { MAIL_PERSONAL, MAIL_COMPANY, MAIL_ROLE };
/* Local part, labels of the domain, and what kind of address it is. */
enum fault check_email(const char *email, enum mail *kind);

enum region { REGION_NONE, REGION_AMERICA, REGION_EUROPE, REGION_ASIA, REGION_ELSEWHERE };
/* The region of a number's calling code, and whether the line is a mobile one where the code tells. */
enum fault check_phone(const char *phone, enum region *region, bool *mobile);

struct name_facts {
  int words;
  int letters;
  int wide;
  bool shouted;
};
/* Words, letters, letters beyond ASCII, and whether all are capitals; FAULT_FORM for digits or broken UTF-8. */
enum fault check_name(const char *name, struct name_facts *facts);

#endif
