#include <string.h>

#include "endpoints.h"

enum { MAXIMUM_ITEMS = 50, FREE_SHIPPING_CENTS = 10000, SHIPPING_CENTS = 690 };

struct price {
  int64_t goods_cents;
  int64_t discount_cents;
  int64_t shipping_cents;
  int64_t tax_cents;
};

static int64_t tier_discount_percent(const char *tier) {
  if (strcmp(tier, "platinum") == 0) return 12;
  if (strcmp(tier, "gold") == 0) return 8;
  return strcmp(tier, "silver") == 0 ? 4 : 0;
}

static int64_t tax_percent(const char *country) {
  static const struct {
    const char *country;
    int percent;
  } rates[] = {{"DE", 19}, {"FR", 20}, {"NL", 21}, {"SE", 25}, {"PL", 23},
               {"IT", 22}, {"ES", 21}, {"DK", 25}, {"PT", 23}, {"CZ", 21}};
  for (unsigned i = 0; i < sizeof rates / sizeof *rates; i++) {
    if (strcmp(rates[i].country, country) == 0) return rates[i].percent;
  }
  return 0;
}

static int64_t volume_discount_percent(int64_t quantity) { return quantity >= 100 ? 15 : quantity >= 20 ? 7 : quantity >= 10 ? 3 : 0; }

static void complete_price(struct price *price, const char *tier, const char *country) {
  price->discount_cents += (price->goods_cents - price->discount_cents) * tier_discount_percent(tier) / 100;
  int64_t net = price->goods_cents - price->discount_cents;
  price->shipping_cents = net == 0 || net >= FREE_SHIPPING_CENTS ? 0 : SHIPPING_CENTS;
  price->tax_cents = (net + price->shipping_cents) * tax_percent(country) / 100;
}

/* Writes the lines and adds them up. False when the database failed. */
static bool add_lines(sqlite3_stmt *lines, struct json *json, struct price *price, bool *complete) {
  int status;
  *complete = true;
  json_key(json, "lines");
  json_open(json, '[');
  while ((status = sqlite3_step(lines)) == SQLITE_ROW) {
    int64_t line_cents = sqlite3_column_int64(lines, 6);
    price->goods_cents += line_cents;
    price->discount_cents += line_cents * volume_discount_percent(sqlite3_column_int64(lines, 2)) / 100;
    *complete = *complete && sqlite3_column_int(lines, 4);
    json_open(json, '{');
    json_members_of_row(json, lines);
    json_close(json, '}');
  }
  json_close(json, ']');
  return status == SQLITE_DONE;
}

static const char *check_body(struct catalogue *catalogue, const char *body) {
  sqlite3_stmt *kind = catalogue_query(catalogue, QUERY_JSON_KIND);
  bind_text(kind, 1, body);
  if (sqlite3_step(kind) != SQLITE_ROW) return "the database cannot be read";
  const char *type = (const char *)sqlite3_column_text(kind, 0);
  if (!type || strcmp(type, "array") != 0 || sqlite3_column_int(kind, 2) > 0) return "the body is a JSON object with an array of items, each an object";
  int items = sqlite3_column_int(kind, 1);
  return items < 1 || items > MAXIMUM_ITEMS ? "a quote has 1 to 50 items" : NULL;
}

struct outcome post_quote(struct catalogue *catalogue, const struct request *request, struct json *json) {
  const char *body = request->body.bytes;
  const char *wrong = check_body(catalogue, body);
  if (wrong) return OUTCOME_BAD(wrong);

  sqlite3_stmt *customer = catalogue_query(catalogue, QUERY_QUOTE_CUSTOMER);
  bind_text(customer, 1, body);
  if (sqlite3_step(customer) != SQLITE_ROW) return OUTCOME_FAILED;
  json_key(json, "customer");
  json_open(json, '{');
  json_members_of_row(json, customer);
  json_close(json, '}');

  struct price price = {0};
  bool complete = false;
  sqlite3_stmt *lines = catalogue_query(catalogue, QUERY_QUOTE_LINES);
  bind_text(lines, 1, body);
  if (!add_lines(lines, json, &price, &complete)) return OUTCOME_FAILED;
  complete_price(&price, (const char *)sqlite3_column_text(customer, 3), (const char *)sqlite3_column_text(customer, 4));

  json_key(json, "available");
  json_boolean(json, complete);
  json_member_integer(json, "goods_cents", price.goods_cents);
  json_member_integer(json, "discount_cents", price.discount_cents);
  json_member_integer(json, "shipping_cents", price.shipping_cents);
  json_member_integer(json, "tax_cents", price.tax_cents);
  json_member_integer(json, "total_cents", price.goods_cents - price.discount_cents + price.shipping_cents + price.tax_cents);
  return OUTCOME_GOOD;
}
