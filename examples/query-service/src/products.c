#include <string.h>

#include "endpoints.h"

enum { PAGE = 20, MAXIMUM_PRICE = 100000000 };

struct outcome get_health(struct catalogue *catalogue, const struct request *request, struct json *json) {
  (void)catalogue;
  (void)request;
  json_member_string(json, "status", "ok");
  return OUTCOME_GOOD;
}

/* Words as an expression of FTS5, with an operator between them. Answers the length of the last word. */
static size_t add_expression(struct text *expression, const char *words, const char *operator) {
  static const char separators[] = " \t\r\n\"";
  size_t length = 0;
  while (*(words += strspn(words, separators))) {
    length = strcspn(words, separators);
    if (expression->length) text_add_string(expression, operator);
    text_add_byte(expression, '"');
    text_add(expression, words, length);
    text_add_byte(expression, '"');
    words += length;
  }
  return length;
}

/* Products whose titles share a word, the closest first. */
static struct outcome add_similar(struct catalogue *catalogue, int64_t id, const char *title, struct json *json) {
  struct text expression = {0};
  if (title) add_expression(&expression, title, " OR ");
  sqlite3_stmt *similar = catalogue_query(catalogue, QUERY_PRODUCT_SIMILAR);
  bind_text(similar, 1, text_string(&expression));
  sqlite3_bind_int64(similar, 2, id);
  struct outcome outcome = rows_outcome(json, "similar", similar);
  sqlite3_clear_bindings(similar);
  text_free(&expression);
  return outcome;
}

struct outcome get_product(struct catalogue *catalogue, const struct request *request, struct json *json) {
  int64_t id = parse_number(request->key);
  sqlite3_stmt *product = catalogue_query(catalogue, QUERY_PRODUCT);
  sqlite3_bind_int64(product, 1, id);
  int status = sqlite3_step(product);
  if (status != SQLITE_ROW) return missing_or_failed(status, "no such product");
  json_members_of_row(json, product);

  sqlite3_stmt *reviews = catalogue_query(catalogue, QUERY_PRODUCT_REVIEWS);
  sqlite3_bind_int64(reviews, 1, id);
  if (json_rows(json, "latest_reviews", reviews) < 0) return OUTCOME_FAILED;

  return add_similar(catalogue, id, (const char *)sqlite3_column_text(product, 2), json);
}

struct outcome get_bought_together(struct catalogue *catalogue, const struct request *request, struct json *json) {
  sqlite3_stmt *rows = catalogue_query(catalogue, QUERY_BOUGHT_TOGETHER);
  int64_t id = parse_number(request->key);
  if (!id) return OUTCOME_BAD("the product's id is a number");
  sqlite3_bind_int64(rows, 1, id);
  sqlite3_bind_int64(rows, 2, request_number(request, "limit", 1, 50, 10));
  return rows_outcome(json, "products", rows);
}

struct outcome get_categories(struct catalogue *catalogue, const struct request *request, struct json *json) {
  (void)request;
  return rows_outcome(json, "categories", catalogue_query(catalogue, QUERY_CATEGORIES));
}

struct outcome get_category_products(struct catalogue *catalogue, const struct request *request, struct json *json) {
  const char *sort = request_parameter(request, "sort");
  bool by_rating = sort && strcmp(sort, "rating") == 0;
  if (sort && !by_rating && strcmp(sort, "price") != 0) return OUTCOME_BAD("sort is price or rating");

  int64_t id = parse_number(request->key);
  sqlite3_stmt *category = catalogue_query(catalogue, QUERY_CATEGORY);
  sqlite3_bind_int64(category, 1, id);
  int status = sqlite3_step(category);
  if (status != SQLITE_ROW) return missing_or_failed(status, "no such category");
  json_members_of_row(json, category);

  sqlite3_stmt *products = catalogue_query(catalogue, by_rating ? QUERY_CATEGORY_BY_RATING : QUERY_CATEGORY_BY_PRICE);
  sqlite3_bind_int64(products, 1, id);
  sqlite3_bind_int64(products, 2, request_number(request, "min", 0, MAXIMUM_PRICE, 0));
  sqlite3_bind_int64(products, 3, request_number(request, "max", 0, MAXIMUM_PRICE, MAXIMUM_PRICE));
  sqlite3_bind_int64(products, 4, PAGE);
  sqlite3_bind_int64(products, 5, (request_number(request, "page", 1, 1000, 1) - 1) * PAGE);
  return rows_outcome(json, "products", products);
}

struct outcome get_search(struct catalogue *catalogue, const struct request *request, struct json *json) {
  const char *typed = request_parameter(request, "q");
  if (!typed) return OUTCOME_BAD("q is what to search for");
  struct text expression = {0};
  /* Every word must occur; the last may be unfinished. */
  if (add_expression(&expression, typed, " ") >= 3) text_add_byte(&expression, '*');
  if (expression.failed || !expression.length) {
    text_free(&expression);
    return OUTCOME_BAD("q has no words");
  }
  json_member_string(json, "q", typed);
  sqlite3_stmt *hits = catalogue_query(catalogue, QUERY_SEARCH);
  bind_text(hits, 1, text_string(&expression));
  int64_t category = request_number(request, "category", 0, INT32_MAX, 0);
  if (category) sqlite3_bind_int64(hits, 2, category);
  sqlite3_bind_int64(hits, 3, request_number(request, "max", 0, MAXIMUM_PRICE, MAXIMUM_PRICE));
  sqlite3_bind_int64(hits, 4, PAGE / 2);
  sqlite3_bind_int64(hits, 5, (request_number(request, "page", 1, 1000, 1) - 1) * (PAGE / 2));
  struct outcome outcome = rows_outcome(json, "hits", hits);
  sqlite3_clear_bindings(hits);
  text_free(&expression);
  return outcome;
}
