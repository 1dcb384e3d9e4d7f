#include <string.h>

#include "endpoints.h"

struct outcome get_customers(struct catalogue *catalogue, const struct request *request, struct json *json) {
  static const struct {
    const char *parameter;
    enum query query;
  } keys[] = {{"email", QUERY_CUSTOMER_BY_EMAIL},
              {"phone", QUERY_CUSTOMER_BY_PHONE},
              {"card", QUERY_CUSTOMER_BY_CARD},
              {"account_token", QUERY_CUSTOMER_BY_TOKEN}};
  for (unsigned i = 0; i < sizeof keys / sizeof *keys; i++) {
    const char *value = request_parameter(request, keys[i].parameter);
    if (!value) continue;
    sqlite3_stmt *customers = catalogue_query(catalogue, keys[i].query);
    bind_text(customers, 1, value);
    int count = json_rows(json, "customers", customers);
    return count < 0 ? OUTCOME_FAILED : count == 0 ? OUTCOME_MISSING("no such customer") : OUTCOME_GOOD;
  }
  return OUTCOME_BAD("give email, phone, card or account_token");
}

struct outcome get_customer_orders(struct catalogue *catalogue, const struct request *request, struct json *json) {
  bool by_email = strchr(request->key, '@') != NULL;
  sqlite3_stmt *customer = catalogue_query(catalogue, by_email ? QUERY_CUSTOMER_ID_BY_EMAIL : QUERY_CUSTOMER_ID);
  if (by_email) {
    bind_text(customer, 1, request->key);
  } else {
    sqlite3_bind_int64(customer, 1, parse_number(request->key));
  }
  int status = sqlite3_step(customer);
  if (status != SQLITE_ROW) return missing_or_failed(status, "no such customer");
  json_members_of_row(json, customer);

  sqlite3_stmt *orders = catalogue_query(catalogue, QUERY_ORDERS);
  sqlite3_bind_int64(orders, 1, sqlite3_column_int64(customer, 0));
  sqlite3_bind_int64(orders, 2, request_number(request, "before", 1, INT64_MAX, INT64_MAX));
  sqlite3_bind_int64(orders, 3, request_number(request, "limit", 1, 50, 10));
  return rows_outcome(json, "orders", orders);
}

struct outcome get_order(struct catalogue *catalogue, const struct request *request, struct json *json) {
  int64_t id = parse_number(request->key);
  sqlite3_stmt *order = catalogue_query(catalogue, QUERY_ORDER);
  sqlite3_bind_int64(order, 1, id);
  int status = sqlite3_step(order);
  if (status != SQLITE_ROW) return missing_or_failed(status, "no such order");
  json_members_of_row(json, order);

  sqlite3_stmt *lines = catalogue_query(catalogue, QUERY_ORDER_LINES);
  sqlite3_bind_int64(lines, 1, id);
  return rows_outcome(json, "lines", lines);
}

struct outcome post_customer_match(struct catalogue *catalogue, const struct request *request, struct json *json) {
  static const char *const fields[] = {"email", "phone", "card", "full_name"};
  sqlite3_stmt *matches = catalogue_query(catalogue, QUERY_CUSTOMER_MATCHES);
  bool any = false;
  for (int i = 0; i < 4; i++) {
    const char *value = request_parameter(request, fields[i]);
    bind_text(matches, i + 1, value);
    any = any || (value && i < 3);
  }
  if (!any) return OUTCOME_BAD("the form has email, phone or card");
  return rows_outcome(json, "matches", matches);
}
