#include "values.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

static bool is_leap(int year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

static int read_digits(const char *text, int count) {
  int number = 0;
  for (int i = 0; i < count; i++) {
    if (!isdigit((unsigned char)text[i])) return -1;
    number = number * 10 + (text[i] - '0');
  }
  return number;
}

enum fault read_day(const char *text, int32_t *days) {
  static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (!text || !*text) return FAULT_MISSING;
  if (strlen(text) != 10) return FAULT_LENGTH;
  int year = read_digits(text, 4), month = read_digits(text + 5, 2), day = read_digits(text + 8, 2);
  if (year < 0 || month < 0 || day < 0 || text[4] != '-' || text[7] != '-') return FAULT_FORM;
  if (month < 1 || month > 12) return FAULT_UNKNOWN;
  int longest = lengths[month - 1] + (month == 2 && is_leap(year));
  if (day < 1 || day > longest) return FAULT_CHECK;
  /* Days from civil (Hinnant): March is the first month, so that the leap day is the last of a year. */
  int shifted = month > 2 ? year : year - 1;
  int of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  int of_era = shifted % 400 * 365 + shifted % 400 / 4 - shifted % 400 / 100 + of_year;
  *days = shifted / 400 * 146097 + of_era - 719468;
  return FAULT_NONE;
}

int years_between(int32_t from, int32_t to) {
  int years = 0;
  if (to < from) return -1;
  for (int32_t left = to - from; left >= 365; years++) left -= years % 4 == 3 ? 366 : 365;
  return years;
}

enum fault read_amount(const char *text, int64_t *hundredths) {
  if (!text || !*text) return FAULT_MISSING;
  bool negative = *text == '-';
  if (negative) text++;
  int64_t number = 0;
  int decimals = -1;
  for (; *text; text++) {
    if (*text == '.' && decimals < 0) {
      decimals = 0;
    } else if (!isdigit((unsigned char)*text)) {
      return FAULT_FORM;
    } else if (decimals >= 2) {
      return FAULT_LENGTH;
    } else {
      number = number * 10 + (*text - '0');
      if (number > INT64_C(1000000000000)) return FAULT_LENGTH;
      if (decimals >= 0) decimals++;
    }
  }
  for (int places = decimals < 0 ? 0 : decimals; places < 2; places++) number *= 10;
  *hundredths = negative ? -number : number;
  return FAULT_NONE;
}

static bool is_among(const char *word, const char *const *words) {
  for (; *words; words++) {
    if (strcmp(word, *words) == 0) return true;
  }
  return false;
}

static enum fault check_local(const char *local, size_t length) {
  if (length == 0 || length > 64) return FAULT_LENGTH;
  bool dot = true;
  for (size_t i = 0; i < length; i++) {
    unsigned char character = (unsigned char)local[i];
    if (character == '.') {
      if (dot) return FAULT_FORM;
      dot = true;
    } else if (isalnum(character) || character >= 0x80 || strchr("_-+", character)) {
      dot = false;
    } else {
      return FAULT_FORM;
    }
  }
  return dot ? FAULT_FORM : FAULT_NONE;
}

static enum fault check_domain(const char *domain) {
  int labels = 0;
  size_t label = 0;
  for (;; domain++) {
    unsigned char character = (unsigned char)*domain;
    if (character == '.' || character == '\0') {
      if (label == 0 || label > 63) return FAULT_LENGTH;
      labels++;
      if (character == '\0') break;
      label = 0;
    } else if (isalnum(character) || character >= 0x80 || (character == '-' && label > 0)) {
      label++;
    } else {
      return FAULT_FORM;
    }
  }
  return labels < 2 || label < 2 ? FAULT_UNKNOWN : FAULT_NONE;
}

enum fault check_email(const char *email, enum mail *kind) {
  static const char *const providers[] = {"gmail.com", "outlook.com", "yahoo.com", "icloud.com", "gmx.de", "web.de", "orange.fr", NULL};
  static const char *const roles[] = {"info", "office", "sales", "admin", "support", NULL};
  if (!email || !*email) return FAULT_MISSING;
  const char *at = strrchr(email, '@');
  if (!at) return FAULT_FORM;
  size_t length = (size_t)(at - email);
  enum fault fault = check_local(email, length);
  if (fault == FAULT_NONE) fault = check_domain(at + 1);
  if (fault != FAULT_NONE) return fault;
  char local[65];
  memcpy(local, email, length);
  local[length] = '\0';
  *kind = is_among(at + 1, providers) ? MAIL_PERSONAL : is_among(local, roles) ? MAIL_ROLE : MAIL_COMPANY;
  return FAULT_NONE;
}

static size_t phone_digits(const char *phone, char digits[17]) {
  size_t length = 0;
  for (; *phone; phone++) {
    if (isdigit((unsigned char)*phone)) {
      if (length == 16) return 0;
      digits[length++] = *phone;
    } else if (!strchr("+ ()-./", *phone)) {
      return 0;
    }
  }
  digits[length] = '\0';
  return length;
}

enum fault check_phone(const char *phone, enum region *region, bool *mobile) {
  char digits[17];
  if (!phone || !*phone) return FAULT_MISSING;
  size_t length = phone_digits(phone, digits);
  if (length < 7 || length > 15) return FAULT_LENGTH;
  *region = REGION_NONE;
  *mobile = false;
  if (phone[0] != '+') return FAULT_NONE;
  switch (digits[0]) {
    case '1':
      *region = REGION_AMERICA;
      return length == 11 && digits[1] > '1' ? FAULT_NONE : FAULT_LENGTH;
    case '3':
    case '4':
      *region = REGION_EUROPE;
      if (strncmp(digits, "44", 2) == 0) *mobile = digits[2] == '7';
      if (strncmp(digits, "49", 2) == 0) *mobile = digits[2] == '1' && digits[3] >= '5';
      if (strncmp(digits, "33", 2) == 0) *mobile = digits[2] == '6' || digits[2] == '7';
      if (strncmp(digits, "34", 2) == 0) *mobile = digits[2] == '6';
      return length < 10 ? FAULT_LENGTH : FAULT_NONE;
    case '6':
    case '8':
      *region = REGION_ASIA;
      return FAULT_NONE;
    case '9':
      *region = REGION_ASIA;
      *mobile = strncmp(digits, "91", 2) == 0 && digits[2] >= '6';
      return FAULT_NONE;
    case '0':
      return FAULT_UNKNOWN;
    default:
      *region = REGION_ELSEWHERE;
      return FAULT_NONE;
  }
}

enum fault check_name(const char *name, struct name_facts *facts) {
  *facts = (struct name_facts){.shouted = true};
  if (!name || !*name) return FAULT_MISSING;
  bool inside = false;
  for (const unsigned char *at = (const unsigned char *)name; *at; at++) {
    if (*at == ' ' || *at == '-' || *at == '\'') {
      inside = false;
      continue;
    }
    if (isdigit(*at)) return FAULT_FORM;
    if (!inside) facts->words++;
    inside = true;
    facts->letters++;
    if (*at < 0x80) {
      if (islower(*at)) facts->shouted = false;
      continue;
    }
    int more = *at >= 0xf0 ? 3 : *at >= 0xe0 ? 2 : *at >= 0xc0 ? 1 : 0;
    if (more == 0) return FAULT_FORM;
    for (; more > 0; more--) {
      if ((*++at & 0xc0) != 0x80) return FAULT_FORM;
    }
    facts->wide++;
  }
  return facts->words < 2 ? FAULT_LENGTH : FAULT_NONE;
}
