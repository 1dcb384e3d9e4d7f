#ifndef CHECKS_H
#define CHECKS_H

/* What is wrong with a value. */
enum fault { FAULT_NONE, FAULT_MISSING, FAULT_LENGTH, FAULT_FORM, FAULT_UNKNOWN, FAULT_CHECK, FAULT_COUNT };

/* An issuer's range, its length, and Luhn's sum. */
enum fault check_card(const char *card);
/* The country's length, and the remainder by 97 (ISO 13616). */
enum fault check_iban(const char *iban);
/* By its form a number of Spain (DNI, NIE), Germany, Britain (NHS), France, Brazil or the United States, and its check digits. */
enum fault check_national(const char *national);

#endif
