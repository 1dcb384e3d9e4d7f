#include "checks.h"

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

enum { MAXIMUM_CHARACTERS = 40 };

/* Copies letters (as capitals) and digits, without what people write between them; 0 when there is anything else, or too much. */
static size_t compact(const char *from, char to[MAXIMUM_CHARACTERS + 1]) {
  size_t length = 0;
  for (; *from; from++) {
    unsigned char character = (unsigned char)*from;
    if (character == ' ' || character == '-' || character == '.' || character == '/') continue;
    if (!isalnum(character) || length == MAXIMUM_CHARACTERS) return 0;
    to[length++] = (char)toupper(character);
  }
  to[length] = '\0';
  return length;
}

static bool all_digits(const char *text, size_t length) {
  for (size_t i = 0; i < length; i++) {
    if (!isdigit((unsigned char)text[i])) return false;
  }
  return true;
}

static int digit(char character) { return character - '0'; }

static bool has_luhn(const char *digits, size_t length) {
  int sum = 0;
  for (size_t i = 0; i < length; i++) {
    int value = digit(digits[length - 1 - i]);
    if (i % 2 == 1) {
      value *= 2;
      if (value > 9) value -= 9;
    }
    sum += value;
  }
  return sum % 10 == 0;
}

enum fault check_card(const char *card) {
  char digits[MAXIMUM_CHARACTERS + 1];
  if (!card || !*card) return FAULT_MISSING;
  size_t length = compact(card, digits);
  if (length < 12 || length > 19) return FAULT_LENGTH;
  if (!all_digits(digits, length)) return FAULT_FORM;
  int issuer = digit(digits[0]) * 10 + digit(digits[1]);
  bool known = false;
  if (digits[0] == '4') {
    known = length == 16 || length == 19;
  } else if (issuer >= 51 && issuer <= 55) {
    known = length == 16;
  } else if (issuer == 34 || issuer == 37) {
    known = length == 15;
  } else if (issuer == 62) {
    known = length >= 16;
  }
  if (!known) return FAULT_UNKNOWN;
  return has_luhn(digits, length) ? FAULT_NONE : FAULT_CHECK;
}

static size_t iban_length(const char *country) {
  static const struct {
    char country[3];
    unsigned char length;
  } lengths[] = {{"AT", 20}, {"BE", 16}, {"CH", 21}, {"DE", 22}, {"DK", 18}, {"ES", 24}, {"FR", 27},
                 {"GB", 22}, {"IE", 22}, {"IT", 27}, {"NL", 18}, {"PL", 28}, {"PT", 25}, {"SE", 24}};
  size_t low = 0, high = sizeof lengths / sizeof *lengths;
  while (low < high) {
    size_t middle = (low + high) / 2;
    int order = strncmp(country, lengths[middle].country, 2);
    if (order == 0) return lengths[middle].length;
    if (order < 0) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return 0;
}

enum fault check_iban(const char *iban) {
  char text[MAXIMUM_CHARACTERS + 1];
  if (!iban || !*iban) return FAULT_MISSING;
  size_t length = compact(iban, text);
  if (length < 15) return FAULT_LENGTH;
  if (!isalpha((unsigned char)text[0]) || !isalpha((unsigned char)text[1]) || !all_digits(text + 2, 2)) return FAULT_FORM;
  size_t wanted = iban_length(text);
  if (wanted == 0) return FAULT_UNKNOWN;
  if (length != wanted) return FAULT_LENGTH;
  unsigned remainder = 0;
  for (size_t i = 0; i < length; i++) {
    char character = text[(i + 4) % length];
    if (isdigit((unsigned char)character)) {
      remainder = (remainder * 10 + (unsigned)digit(character)) % 97;
    } else {
      remainder = (remainder * 100 + (unsigned)(character - 'A' + 10)) % 97;
    }
  }
  return remainder == 1 ? FAULT_NONE : FAULT_CHECK;
}

static enum fault spanish(const char *text) {
  unsigned number = 0;
  for (int i = 0; i < 8; i++) {
    char character = text[i];
    if (i == 0 && character >= 'X' && character <= 'Z') {
      number = (unsigned)(character - 'X');
    } else if (isdigit((unsigned char)character)) {
      number = number * 10 + (unsigned)digit(character);
    } else {
      return FAULT_FORM;
    }
  }
  return "TRWAGMYFPDXBNJZSQVHLCKE"[number % 23] == text[8] ? FAULT_NONE : FAULT_CHECK;
}

/* MOD 11,10 of ISO 7064. */
static enum fault german(const char *text) {
  int product = 10;
  if (text[0] == '0') return FAULT_FORM;
  for (int i = 0; i < 10; i++) {
    int sum = (digit(text[i]) + product) % 10;
    if (sum == 0) sum = 10;
    product = sum * 2 % 11;
  }
  int check = 11 - product;
  return (check == 10 ? 0 : check) == digit(text[10]) ? FAULT_NONE : FAULT_CHECK;
}

static int brazilian_digit(const char *text, int length) {
  int sum = 0;
  for (int i = 0; i < length; i++) sum += digit(text[i]) * (length + 1 - i);
  return sum * 10 % 11 % 10;
}

static bool is_brazilian(const char *text) {
  return brazilian_digit(text, 9) == digit(text[9]) && brazilian_digit(text, 10) == digit(text[10]);
}

static enum fault british(const char *text) {
  int sum = 0;
  for (int i = 0; i < 9; i++) sum += digit(text[i]) * (10 - i);
  int check = (11 - sum % 11) % 11;
  if (check == 10) return FAULT_FORM;
  return check == digit(text[9]) ? FAULT_NONE : FAULT_CHECK;
}

static enum fault french(const char *text) {
  unsigned remainder = 0;
  if (text[0] != '1' && text[0] != '2') return FAULT_FORM;
  for (int i = 0; i < 13; i++) remainder = (remainder * 10 + (unsigned)digit(text[i])) % 97;
  return 97 - remainder == (unsigned)(digit(text[13]) * 10 + digit(text[14])) ? FAULT_NONE : FAULT_CHECK;
}

static enum fault american(const char *text) {
  bool area = strncmp(text, "000", 3) == 0 || strncmp(text, "666", 3) == 0 || text[0] == '9';
  if (area) return FAULT_UNKNOWN;
  return strncmp(text + 3, "00", 2) == 0 || strcmp(text + 5, "0000") == 0 ? FAULT_FORM : FAULT_NONE;
}

enum fault check_national(const char *national) {
  char text[MAXIMUM_CHARACTERS + 1];
  if (!national || !*national) return FAULT_MISSING;
  size_t length = compact(national, text);
  if (length == 9 && isalpha((unsigned char)text[8])) return spanish(text);
  if (length == 0 || !all_digits(text, length)) return FAULT_FORM;
  switch (length) {
    case 9: return american(text);
    case 10: return british(text);
    case 11: return is_brazilian(text) ? FAULT_NONE : german(text);
    case 15: return french(text);
    default: return FAULT_LENGTH;
  }
}
