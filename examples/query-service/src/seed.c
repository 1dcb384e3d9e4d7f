#include "seed.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>

#include "random.h"
#include "schema.h"
#include "text.h"
#include "words.h"

enum { ORDERS_PER_CUSTOMER = 3, REVIEWS_PER_PRODUCT = 2, MAXIMUM_LINES = 4, DAYS = 720, SUPPLIERS = 60 };

/* Inserts rows into one table at a time. */
struct seeder {
  struct random random;
  const struct seed_size *size;
  sqlite3 *database;
  sqlite3_stmt *insert;
  bool failed;
};

static void set_integer(struct seeder *seeder, int column, int64_t value) {
  if (sqlite3_bind_int64(seeder->insert, column, value) != SQLITE_OK) seeder->failed = true;
}

static void set_text(struct seeder *seeder, int column, const char *value) {
  if (sqlite3_bind_text(seeder->insert, column, value, -1, SQLITE_TRANSIENT) != SQLITE_OK) seeder->failed = true;
}

static void add_row(struct seeder *seeder) {
  if (sqlite3_step(seeder->insert) != SQLITE_DONE || sqlite3_reset(seeder->insert) != SQLITE_OK) seeder->failed = true;
}

static unsigned below(struct seeder *seeder, unsigned limit) { return random_below(&seeder->random, limit); }

static const char *any(struct seeder *seeder, const struct words *list) { return list->words[below(seeder, list->count)]; }

static const char *common(struct seeder *seeder, const struct words *list) {
  return list->words[random_skewed(&seeder->random, list->count)];
}

static void add_sentence(struct seeder *seeder, struct text *text, const struct words *list, unsigned count) {
  for (unsigned i = 0; i < count; i++) {
    const char *word = common(seeder, list);
    if (i) text_add_byte(text, ' ');
    text_add_byte(text, i ? word[0] : (char)toupper((unsigned char)word[0]));
    text_add_string(text, word + 1);
  }
  text_add_byte(text, '.');
}

static void add_categories(struct seeder *seeder) {
  for (unsigned id = 1; id <= category_titles.count && !seeder->failed; id++) {
    set_integer(seeder, 1, id);
    set_text(seeder, 2, category_titles.words[id - 1]);
    add_row(seeder);
  }
}

static void add_suppliers(struct seeder *seeder) {
  static const char *const forms[] = {"Works", "Trading", "Makers"};
  char company[64];
  for (unsigned id = 1; id <= SUPPLIERS && !seeder->failed; id++) {
    snprintf(company, sizeof company, "%s %s", companies.words[(id - 1) % companies.count],
             forms[(id - 1) / companies.count % 3]);
    set_integer(seeder, 1, id);
    set_text(seeder, 2, company);
    set_text(seeder, 3, any(seeder, &countries));
    add_row(seeder);
  }
}

/* The price is a function of the id, so that order lines need not look it up. */
static int64_t price_cents(unsigned product) {
  struct random random = {product};
  uint32_t base = 199 + random_skewed(&random, 24800);
  return base - base % 100 + 99;
}

static void add_products(struct seeder *seeder) {
  struct text description = {0};
  char sku[16];
  char title[96];
  for (unsigned id = 1; id <= seeder->size->products && !seeder->failed; id++) {
    const char *quality = any(seeder, &qualities);
    const char *material = any(seeder, &materials);
    snprintf(title, sizeof title, "%s %s %s", quality, material, common(seeder, &things));
    snprintf(sku, sizeof sku, "%c%c-%05u", 'A' + (int)below(seeder, 26), 'A' + (int)below(seeder, 26), id);
    description.length = 0;
    unsigned sentences = 3 + below(seeder, 4);
    for (unsigned i = 0; i < sentences; i++) {
      if (i) text_add_byte(&description, ' ');
      add_sentence(seeder, &description, &description_words, 6 + below(seeder, 9));
    }
    set_integer(seeder, 1, id);
    set_text(seeder, 2, sku);
    set_text(seeder, 3, title);
    set_text(seeder, 4, text_string(&description));
    set_integer(seeder, 5, 1 + below(seeder, category_titles.count));
    set_integer(seeder, 6, 1 + below(seeder, SUPPLIERS));
    set_integer(seeder, 7, price_cents(id));
    set_integer(seeder, 8, below(seeder, 400));
    add_row(seeder);
  }
  text_free(&description);
}

/* Sixteen digits of a card that nobody holds, with a valid check digit (Luhn). */
static void invent_card(struct seeder *seeder, char card[17]) {
  unsigned sum = 0;
  for (int i = 0; i < 15; i++) {
    unsigned digit = i == 0 ? 4 + below(seeder, 2) : below(seeder, 10);
    card[i] = (char)('0' + digit);
    if (i % 2 == 0) digit = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
    sum += digit;
  }
  card[15] = (char)('0' + (10 - sum % 10) % 10);
  card[16] = '\0';
}

/* Addresses of the range for benchmarks (RFC 2544). */
static void invent_address(struct seeder *seeder, char address[16]) {
  snprintf(address, 16, "198.%u.%u.%u", 18 + below(seeder, 2), below(seeder, 256), 1 + below(seeder, 254));
}

/* Numbers of the range for fiction, one per customer as long as there are fewer than 79,000. */
static void invent_phone(unsigned customer, char phone[13]) {
  unsigned number = (unsigned)(((uint64_t)customer * 7919) % 79000);
  snprintf(phone, 13, "+1%03u55501%02u", 200 + number / 100 % 790, number % 100);
}

static void add_customers(struct seeder *seeder) {
  static const char *const domains[] = {"example.com", "example.org", "mail.example.net", "post.example.com"};
  char name[64], email[96], phone[13], card[17], token[33], address[16];
  for (unsigned id = 1; id <= seeder->size->customers && !seeder->failed; id++) {
    const char *first = any(seeder, &first_names);
    const char *last = any(seeder, &last_names);
    snprintf(name, sizeof name, "%s %s", first, last);
    snprintf(email, sizeof email, "%s.%s%u@%s", first, last, id, domains[below(seeder, 4)]);
    for (char *c = email; *c; c++) *c = (char)tolower((unsigned char)*c);
    invent_phone(id, phone);
    invent_card(seeder, card);
    uint64_t high = random_next(&seeder->random);
    snprintf(token, sizeof token, "%016" PRIx64 "%016" PRIx64, high, random_next(&seeder->random));
    invent_address(seeder, address);
    set_integer(seeder, 1, id);
    set_text(seeder, 2, name);
    set_text(seeder, 3, email);
    set_text(seeder, 4, phone);
    set_text(seeder, 5, card);
    set_text(seeder, 6, token);
    set_text(seeder, 7, address);
    set_text(seeder, 8, any(seeder, &cities));
    set_text(seeder, 9, any(seeder, &countries));
    set_text(seeder, 10, any(seeder, &tiers));
    add_row(seeder);
  }
}

static void day_text(unsigned day, char text[11]) {
  static const unsigned lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  unsigned year = 2024 + day / 365, month = 0;
  for (day %= 365; day >= lengths[month]; month++) day -= lengths[month];
  snprintf(text, 11, "%04u-%02u-%02u", year % 10000, month + 1, day + 1);
}

/* An order's lines follow from its number alone: orders and their lines are inserted table by table. */
static unsigned order_lines(const struct seeder *seeder, unsigned order, unsigned products[], unsigned quantities[]) {
  struct random random = {seeder->size->seed ^ ((uint64_t)order << 20)};
  unsigned wanted = 1 + random_below(&random, MAXIMUM_LINES), count = 0;
  for (unsigned i = 0; i < wanted; i++) {
    unsigned product = 1 + random_skewed(&random, seeder->size->products), seen = 0;
    while (seen < count && products[seen] != product) seen++;
    if (seen < count) continue;
    products[count] = product;
    quantities[count++] = 1 + random_skewed(&random, 5);
  }
  return count;
}

static void add_orders(struct seeder *seeder) {
  unsigned products[MAXIMUM_LINES], quantities[MAXIMUM_LINES];
  char day[11], address[16];
  unsigned orders = seeder->size->customers * ORDERS_PER_CUSTOMER;
  for (unsigned id = 1; id <= orders && !seeder->failed; id++) {
    int64_t total = 0;
    unsigned lines = order_lines(seeder, id, products, quantities);
    for (unsigned i = 0; i < lines; i++) total += price_cents(products[i]) * quantities[i];
    day_text((unsigned)((uint64_t)id * DAYS / (orders + 1)), day);
    invent_address(seeder, address);
    set_integer(seeder, 1, id);
    set_integer(seeder, 2, 1 + random_skewed(&seeder->random, seeder->size->customers));
    set_text(seeder, 3, day);
    set_text(seeder, 4, any(seeder, &statuses));
    set_text(seeder, 5, address);
    set_integer(seeder, 6, total);
    add_row(seeder);
  }
}

static void add_order_lines(struct seeder *seeder) {
  unsigned products[MAXIMUM_LINES], quantities[MAXIMUM_LINES];
  unsigned orders = seeder->size->customers * ORDERS_PER_CUSTOMER;
  for (unsigned id = 1; id <= orders && !seeder->failed; id++) {
    unsigned lines = order_lines(seeder, id, products, quantities);
    for (unsigned i = 0; i < lines; i++) {
      set_integer(seeder, 1, id);
      set_integer(seeder, 2, products[i]);
      set_integer(seeder, 3, quantities[i]);
      set_integer(seeder, 4, price_cents(products[i]));
      add_row(seeder);
    }
  }
}

static void add_reviews(struct seeder *seeder) {
  struct text comment = {0};
  unsigned reviews = seeder->size->products * REVIEWS_PER_PRODUCT;
  for (unsigned id = 1; id <= reviews && !seeder->failed; id++) {
    comment.length = 0;
    add_sentence(seeder, &comment, &comment_words, 4 + below(seeder, 12));
    set_integer(seeder, 1, id);
    set_integer(seeder, 2, 1 + random_skewed(&seeder->random, seeder->size->products));
    set_integer(seeder, 3, 1 + random_skewed(&seeder->random, seeder->size->customers));
    set_integer(seeder, 4, 5 - random_skewed(&seeder->random, 5));
    set_text(seeder, 5, text_string(&comment));
    add_row(seeder);
  }
  text_free(&comment);
}

bool seed_database(const char *file, const struct seed_size *size) {
  static void (*const fillers[])(struct seeder *) = {add_categories, add_suppliers,   add_products, add_customers,
                                                     add_orders,     add_order_lines, add_reviews};
  struct seeder seeder = {.random = {size->seed}, .size = size, .database = schema_create(file)};
  if (!seeder.database) return false;
  for (int i = 0; schema_tables[i].name && !seeder.failed; i++) {
    seeder.insert = schema_prepare_insert(seeder.database, &schema_tables[i]);
    if (seeder.insert) {
      fillers[i](&seeder);
      if (seeder.failed) schema_print_error(seeder.database, schema_tables[i].name);
      sqlite3_finalize(seeder.insert);
    } else {
      seeder.failed = true;
    }
  }
  if (!seeder.failed) return schema_complete(seeder.database, file);
  schema_abandon(seeder.database, file);
  return false;
}
