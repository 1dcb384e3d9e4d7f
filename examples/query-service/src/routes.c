#include "routes.h"

#include <string.h>

struct route {
  const char *method;
  /* The path is prefix, key, suffix; without a suffix the key must be empty, "" allows any key without a slash. */
  const char *prefix;
  const char *suffix;
  endpoint *answer;
};

static const struct route routes[] = {
    {"GET", "/healthz", NULL, get_health},
    {"GET", "/search", NULL, get_search},
    {"GET", "/categories", NULL, get_categories},
    {"GET", "/categories/", "/products", get_category_products},
    {"GET", "/products/", "", get_product},
    {"GET", "/products/", "/bought-together", get_bought_together},
    {"GET", "/customers", NULL, get_customers},
    {"GET", "/customers/", "/orders", get_customer_orders},
    {"GET", "/orders/", "", get_order},
    {"GET", "/reports/sales", NULL, get_sales_report},
    {"GET", "/reports/customers", NULL, get_customer_report},
    {"POST", "/quotes", NULL, post_quote},
    {"POST", "/customers/match", NULL, post_customer_match},
};

/* Copies the open part of the path into key. */
static bool matches(const struct route *route, const char *path, char key[MAXIMUM_PATH_BYTES]) {
  size_t prefix = strlen(route->prefix);
  if (!route->suffix) return strcmp(path, route->prefix) == 0;
  if (strncmp(path, route->prefix, prefix) != 0) return false;
  size_t length = strcspn(path + prefix, "/");
  if (length == 0 || length >= MAXIMUM_PATH_BYTES || strcmp(path + prefix + length, route->suffix) != 0) return false;
  memcpy(key, path + prefix, length);
  key[length] = '\0';
  return true;
}

static struct outcome dispatch(struct catalogue *catalogue, struct request *request, const char *path, struct json *json) {
  char key[MAXIMUM_PATH_BYTES] = "";
  const char *method = strcmp(request->method, "HEAD") == 0 ? "GET" : request->method;
  struct outcome outcome = OUTCOME_MISSING("no such page");
  for (unsigned i = 0; i < sizeof routes / sizeof *routes; i++) {
    if (!matches(&routes[i], path, key)) continue;
    if (strcmp(routes[i].method, method) != 0) {
      outcome = (struct outcome){405, "another method is needed here"};
      continue;
    }
    request->key = key;
    outcome = routes[i].answer(catalogue, request, json);
    request->key = NULL;
    break;
  }
  return outcome;
}

unsigned routes_answer(struct catalogue *catalogue, struct request *request, const char *path, struct json *json) {
  json_open(json, '{');
  struct outcome outcome = dispatch(catalogue, request, path, json);
  catalogue_reset(catalogue);
  if (json->text.failed) outcome = (struct outcome){503, "out of memory"};
  if (outcome.error) {
    text_free(&json->text);
    json->comma = false;
    json_open(json, '{');
    json_member_string(json, "error", outcome.error);
  }
  json_close(json, '}');
  return outcome.status;
}
