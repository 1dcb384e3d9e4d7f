#include "catalogue.h"

#include <stddef.h>

#include "schema.h"

#define CUSTOMER                                                                                                     \
  "SELECT c.id, c.full_name, c.email, c.phone, c.card, c.account_token, c.signup_ip, c.city, c.country, c.tier,"     \
  "  count(o.id) AS orders, coalesce(sum(o.total_cents), 0) AS spent_cents, max(o.ordered_on) AS last_order_on"       \
  " FROM customers c LEFT JOIN orders o ON o.customer_id = c.id AND o.status <> 'cancelled'"

#define IN_CATEGORY                                                                                                  \
  "SELECT p.id, p.sku, p.title, p.price_cents, p.stock, s.company AS supplier, count(r.id) AS reviews,"               \
  "  avg(r.stars) AS rating"                                                                                         \
  " FROM products p JOIN suppliers s ON s.id = p.supplier_id LEFT JOIN reviews r ON r.product_id = p.id"             \
  " WHERE p.category_id = ?1 AND p.price_cents BETWEEN ?2 AND ?3 GROUP BY p.id"

#define SALES(what)                                                                                                  \
  "SELECT " what " AS label, count(DISTINCT o.id) AS orders, sum(l.quantity) AS pieces,"                             \
  "  sum(l.quantity * l.unit_price_cents) AS revenue_cents, count(DISTINCT o.customer_id) AS customers"              \
  " FROM orders o JOIN order_lines l ON l.order_id = o.id JOIN products p ON p.id = l.product_id"                     \
  " JOIN categories g ON g.id = p.category_id JOIN customers c ON c.id = o.customer_id"                               \
  " WHERE o.ordered_on BETWEEN ?1 AND ?2 AND o.status <> 'cancelled' GROUP BY label"

static const char *const queries[QUERY_COUNT] = {
    [QUERY_PRODUCT] =
        "SELECT p.id, p.sku, p.title, p.description, p.price_cents, p.stock, g.title AS category, s.company AS supplier,"
        "  s.country AS origin, (SELECT count(*) FROM reviews WHERE product_id = p.id) AS reviews,"
        "  (SELECT avg(stars) FROM reviews WHERE product_id = p.id) AS rating"
        " FROM products p JOIN categories g ON g.id = p.category_id JOIN suppliers s ON s.id = p.supplier_id WHERE p.id = ?1",
    [QUERY_PRODUCT_REVIEWS] =
        "SELECT r.stars, r.comment, c.full_name, c.country FROM reviews r JOIN customers c ON c.id = r.customer_id"
        " WHERE r.product_id = ?1 ORDER BY r.stars DESC, r.id LIMIT 5",
    [QUERY_PRODUCT_SIMILAR] =
        "SELECT p.id, p.title, p.price_cents FROM product_search JOIN products p ON p.id = product_search.rowid"
        " WHERE product_search MATCH 'title : (' || ?1 || ')' AND p.id <> ?2 ORDER BY bm25(product_search), p.id LIMIT 5",
    [QUERY_BOUGHT_TOGETHER] =
        "WITH recent AS (SELECT order_id FROM order_lines WHERE product_id = ?1 ORDER BY order_id DESC LIMIT 60)"
        " SELECT p.id, p.sku, p.title, p.price_cents, count(*) AS orders, sum(l.quantity) AS pieces"
        " FROM recent JOIN order_lines l ON l.order_id = recent.order_id JOIN products p ON p.id = l.product_id"
        " WHERE l.product_id <> ?1 GROUP BY p.id ORDER BY orders DESC, pieces DESC, p.id LIMIT ?2",
    [QUERY_CATEGORIES] =
        "SELECT g.id, g.title, count(p.id) AS products, min(p.price_cents) AS from_cents, max(p.price_cents) AS to_cents"
        " FROM categories g LEFT JOIN products p ON p.category_id = g.id GROUP BY g.id ORDER BY g.title",
    [QUERY_CATEGORY] = "SELECT id, title FROM categories WHERE id = ?1",
    [QUERY_CATEGORY_BY_PRICE] = IN_CATEGORY " ORDER BY p.price_cents, p.id LIMIT ?4 OFFSET ?5",
    [QUERY_CATEGORY_BY_RATING] = IN_CATEGORY " ORDER BY rating DESC, reviews DESC, p.id LIMIT ?4 OFFSET ?5",
    [QUERY_SEARCH] =
        "SELECT p.id, p.sku, highlight(product_search, 0, '[', ']') AS title,"
        "  snippet(product_search, 1, '[', ']', '...', 16) AS excerpt, g.title AS category, p.price_cents, p.stock"
        " FROM product_search JOIN products p ON p.id = product_search.rowid JOIN categories g ON g.id = p.category_id"
        " WHERE product_search MATCH ?1 AND (?2 IS NULL OR p.category_id = ?2) AND p.price_cents <= ?3"
        " ORDER BY bm25(product_search, 6.0, 1.0), p.id LIMIT ?4 OFFSET ?5",
    [QUERY_CUSTOMER_BY_EMAIL] = CUSTOMER " WHERE c.email = ?1 GROUP BY c.id ORDER BY c.id LIMIT 10",
    [QUERY_CUSTOMER_BY_PHONE] = CUSTOMER " WHERE c.phone = ?1 GROUP BY c.id ORDER BY c.id LIMIT 10",
    [QUERY_CUSTOMER_BY_CARD] = CUSTOMER " WHERE c.card = ?1 GROUP BY c.id ORDER BY c.id LIMIT 10",
    [QUERY_CUSTOMER_BY_TOKEN] = CUSTOMER " WHERE c.account_token = ?1 GROUP BY c.id ORDER BY c.id LIMIT 10",
    [QUERY_CUSTOMER_ID] = "SELECT id, full_name, email, tier FROM customers WHERE id = ?1",
    [QUERY_CUSTOMER_ID_BY_EMAIL] = "SELECT id, full_name, email, tier FROM customers WHERE email = ?1 ORDER BY id LIMIT 1",
    [QUERY_CUSTOMER_MATCHES] =
        "SELECT c.id, c.full_name, c.email, c.phone, c.city, c.country,"
        "  (c.email IS ?1) * 4 + (c.phone IS ?2) * 3 + (c.card IS ?3) * 5 + (c.full_name IS ?4) AS score"
        " FROM customers c WHERE c.id IN (SELECT id FROM customers WHERE email = ?1 UNION SELECT id FROM customers"
        "  WHERE phone = ?2 UNION SELECT id FROM customers WHERE card = ?3) ORDER BY score DESC, c.id LIMIT 10",
    [QUERY_ORDERS] =
        "SELECT o.id, o.ordered_on, o.status, o.client_ip, o.total_cents,"
        "  (SELECT json_group_array(json_object('sku', p.sku, 'title', p.title, 'quantity', l.quantity))"
        "   FROM order_lines l JOIN products p ON p.id = l.product_id WHERE l.order_id = o.id) AS \"lines json\""
        " FROM orders o WHERE o.customer_id = ?1 AND o.id < ?2 ORDER BY o.ordered_on DESC, o.id DESC LIMIT ?3",
    [QUERY_ORDER] =
        "SELECT o.id, o.ordered_on, o.status, o.client_ip, o.total_cents, c.id AS customer_id, c.full_name, c.email, c.phone"
        " FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.id = ?1",
    [QUERY_ORDER_LINES] =
        "SELECT p.id AS product_id, p.sku, p.title, g.title AS category, s.company AS supplier, l.quantity,"
        "  l.unit_price_cents, l.quantity * l.unit_price_cents AS line_cents, rank() OVER (ORDER BY"
        "  l.quantity * l.unit_price_cents DESC) AS position FROM order_lines l JOIN products p ON p.id = l.product_id"
        " JOIN categories g ON g.id = p.category_id JOIN suppliers s ON s.id = p.supplier_id"
        " WHERE l.order_id = ?1 ORDER BY position, p.id",
    [QUERY_SALES_BY_CATEGORY] = SALES("g.title") " ORDER BY revenue_cents DESC, label LIMIT ?3",
    [QUERY_SALES_BY_COUNTRY] = SALES("c.country") " ORDER BY revenue_cents DESC, label LIMIT ?3",
    [QUERY_SALES_BY_DAY] = SALES("o.ordered_on") " ORDER BY label LIMIT ?3",
    [QUERY_BEST_CUSTOMERS] =
        "SELECT c.id, c.full_name, c.email, c.country, c.tier, count(*) AS orders, sum(o.total_cents) AS spent_cents,"
        "  rank() OVER (ORDER BY sum(o.total_cents) DESC) AS position"
        " FROM orders o JOIN customers c ON c.id = o.customer_id"
        " WHERE o.ordered_on BETWEEN ?1 AND ?2 AND o.status <> 'cancelled' AND (?3 IS NULL OR c.country = ?3)"
        " GROUP BY c.id ORDER BY position, c.id LIMIT ?4",
    [QUERY_JSON_KIND] =
        "SELECT CASE WHEN json_valid(?1) THEN json_type(?1, '$.items') END,"
        "  CASE WHEN json_valid(?1) THEN json_array_length(?1, '$.items') END,"
        "  CASE WHEN json_valid(?1) THEN (SELECT count(*) FROM json_each(?1, '$.items') WHERE type <> 'object') END",
    [QUERY_QUOTE_CUSTOMER] =
        "SELECT coalesce(c.full_name, q.full_name) AS full_name, q.email, q.phone, coalesce(c.tier, 'guest') AS tier,"
        "  coalesce(c.country, q.country, 'DE') AS country FROM (SELECT ?1 ->> '$.customer.email' AS email,"
        "  ?1 ->> '$.customer.phone' AS phone, ?1 ->> '$.customer.full_name' AS full_name,"
        "  ?1 ->> '$.customer.country' AS country) q LEFT JOIN customers c ON c.email = q.email ORDER BY c.id LIMIT 1",
    [QUERY_QUOTE_LINES] =
        "WITH wanted AS (SELECT value ->> 'sku' AS sku, sum(max(1, min(999, CAST(coalesce(value ->> 'quantity', 1) AS INTEGER)))) AS quantity"
        "  FROM json_each(?1, '$.items') GROUP BY 1)"
        " SELECT w.sku, p.title, w.quantity, p.price_cents AS unit_price_cents, p.stock >= w.quantity AS available,"
        "  (SELECT count(*) FROM order_lines l WHERE l.product_id = p.id) AS sold_before,"
        "  p.price_cents * w.quantity AS line_cents"
        " FROM wanted w LEFT JOIN products p ON p.sku = w.sku ORDER BY w.sku",
};

bool catalogue_open(struct catalogue *catalogue, const char *file) {
  *catalogue = (struct catalogue){0};
  int status = sqlite3_open_v2(file, &catalogue->database, SQLITE_OPEN_READONLY, NULL);
  if (status == SQLITE_OK) {
    status = sqlite3_exec(catalogue->database, "PRAGMA cache_size = -32000; PRAGMA mmap_size = 67108864;", NULL, NULL, NULL);
  }
  for (int i = 0; i < QUERY_COUNT && status == SQLITE_OK; i++) {
    sqlite3_stmt **statement = &catalogue->statements[i];
    status = sqlite3_prepare_v3(catalogue->database, queries[i], -1, SQLITE_PREPARE_PERSISTENT, statement, NULL);
  }
  if (status == SQLITE_OK) return true;
  schema_print_error(catalogue->database, file);
  catalogue_close(catalogue);
  return false;
}

void catalogue_close(struct catalogue *catalogue) {
  for (int i = 0; i < QUERY_COUNT; i++) sqlite3_finalize(catalogue->statements[i]);
  sqlite3_close(catalogue->database);
  *catalogue = (struct catalogue){0};
}

sqlite3_stmt *catalogue_query(struct catalogue *catalogue, enum query query) {
  sqlite3_stmt *statement = catalogue->statements[query];
  sqlite3_reset(statement);
  sqlite3_clear_bindings(statement);
  return statement;
}

void catalogue_reset(struct catalogue *catalogue) {
  for (int i = 0; i < QUERY_COUNT; i++) {
    if (sqlite3_stmt_busy(catalogue->statements[i])) sqlite3_reset(catalogue->statements[i]);
  }
}
