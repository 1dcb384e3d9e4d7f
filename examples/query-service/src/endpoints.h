#ifndef ENDPOINTS_H
#define ENDPOINTS_H

#include "catalogue.h"
#include "json.h"
#include "request.h"

/* How an endpoint ended: an HTTP status, and for 400 and above what was wrong. */
struct outcome {
  unsigned status;
  const char *error;
};

/* Writes the members of the answer's object; what it wrote is dropped when the outcome is an error. */
typedef struct outcome endpoint(struct catalogue *catalogue, const struct request *request, struct json *json);

/* GET /healthz */
endpoint get_health;
/* GET /products/ID, /products/ID/bought-together?limit, /categories, /categories/ID/products?sort&min&max&page */
endpoint get_product, get_bought_together, get_categories, get_category_products;
/* GET /search?q&category&max&page */
endpoint get_search;
/* GET /customers?email|phone|account_token, /customers/ID-or-e-mail/orders?before&limit, /orders/ID */
endpoint get_customers, get_customer_orders, get_order;
/* POST /customers/match, a form: email, phone, card, full_name */
endpoint post_customer_match;
/* GET /reports/sales?from&to&by, /reports/customers?from&to&country */
endpoint get_sales_report, get_customer_report;
/* POST /quotes, JSON: {"customer": {"email", "phone", "full_name", "country"}, "items": [{"sku", "quantity"}], "coupon"} */
endpoint post_quote;

#define OUTCOME_GOOD ((struct outcome){200, NULL})
#define OUTCOME_BAD(error) ((struct outcome){400, error})
#define OUTCOME_MISSING(error) ((struct outcome){404, error})
#define OUTCOME_FAILED ((struct outcome){500, "the database cannot be read"})

static inline void bind_text(sqlite3_stmt *statement, int parameter, const char *value) {
  if (value) sqlite3_bind_text(statement, parameter, value, -1, SQLITE_STATIC);
}

/* "key": [ rows ], and whether that went well. */
static inline struct outcome rows_outcome(struct json *json, const char *key, sqlite3_stmt *rows) {
  return json_rows(json, key, rows) < 0 ? OUTCOME_FAILED : OUTCOME_GOOD;
}

/* The outcome of a step that should have found a row. */
static inline struct outcome missing_or_failed(int status, const char *missing) {
  return status == SQLITE_DONE ? OUTCOME_MISSING(missing) : OUTCOME_FAILED;
}

#endif
