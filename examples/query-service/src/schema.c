#include "schema.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "text.h"

const struct table schema_tables[] = {
    {"categories", {"id", "title", NULL}},
    {"suppliers", {"id", "company", "country", NULL}},
    {"products", {"id", "sku", "title", "description", "category_id", "supplier_id", "price_cents", "stock", NULL}},
    {"customers",
     {"id", "full_name", "email", "phone", "card", "account_token", "signup_ip", "city", "country", "tier", NULL}},
    {"orders", {"id", "customer_id", "ordered_on", "status", "client_ip", "total_cents", NULL}},
    {"order_lines", {"order_id", "product_id", "quantity", "unit_price_cents", NULL}},
    {"reviews", {"id", "product_id", "customer_id", "stars", "comment", NULL}},
    {NULL, {NULL}},
};

static const char tables_sql[] =
    "PRAGMA journal_mode = OFF;"
    "PRAGMA synchronous = OFF;"
    "PRAGMA cache_size = -32000;"
    "CREATE TABLE categories (id INTEGER PRIMARY KEY, title TEXT NOT NULL);"
    "CREATE TABLE suppliers (id INTEGER PRIMARY KEY, company TEXT NOT NULL, country TEXT NOT NULL);"
    "CREATE TABLE products (id INTEGER PRIMARY KEY, sku TEXT NOT NULL, title TEXT NOT NULL, description TEXT NOT NULL,"
    "  category_id INTEGER NOT NULL REFERENCES categories, supplier_id INTEGER NOT NULL REFERENCES suppliers,"
    "  price_cents INTEGER NOT NULL, stock INTEGER NOT NULL);"
    "CREATE TABLE customers (id INTEGER PRIMARY KEY, full_name TEXT NOT NULL, email TEXT NOT NULL, phone TEXT NOT NULL,"
    "  card TEXT NOT NULL, account_token TEXT NOT NULL, signup_ip TEXT NOT NULL, city TEXT NOT NULL,"
    "  country TEXT NOT NULL, tier TEXT NOT NULL);"
    "CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers,"
    "  ordered_on TEXT NOT NULL, status TEXT NOT NULL, client_ip TEXT NOT NULL, total_cents INTEGER NOT NULL);"
    "CREATE TABLE order_lines (order_id INTEGER NOT NULL REFERENCES orders, product_id INTEGER NOT NULL REFERENCES products,"
    "  quantity INTEGER NOT NULL, unit_price_cents INTEGER NOT NULL, PRIMARY KEY (order_id, product_id)) WITHOUT ROWID;"
    "CREATE TABLE reviews (id INTEGER PRIMARY KEY, product_id INTEGER NOT NULL REFERENCES products,"
    "  customer_id INTEGER NOT NULL REFERENCES customers, stars INTEGER NOT NULL, comment TEXT NOT NULL);"
    "CREATE VIRTUAL TABLE product_search USING fts5 (title, description, content='products', content_rowid='id',"
    "  tokenize='porter unicode61', prefix='3');"
    "BEGIN;";

static const char indexes_sql[] =
    "COMMIT;"
    "CREATE UNIQUE INDEX products_by_sku ON products (sku);"
    "CREATE INDEX products_by_category ON products (category_id, price_cents);"
    "CREATE INDEX customers_by_email ON customers (email);"
    "CREATE INDEX customers_by_phone ON customers (phone);"
    "CREATE INDEX customers_by_card ON customers (card);"
    "CREATE INDEX customers_by_account_token ON customers (account_token);"
    "CREATE INDEX orders_by_customer ON orders (customer_id, ordered_on);"
    "CREATE INDEX orders_by_day ON orders (ordered_on);"
    "CREATE INDEX order_lines_by_product ON order_lines (product_id, order_id);"
    "CREATE INDEX reviews_by_product ON reviews (product_id, stars);"
    "INSERT INTO product_search (product_search) VALUES ('rebuild');"
    "INSERT INTO product_search (product_search) VALUES ('optimize');"
    "ANALYZE;";

void schema_print_error(sqlite3 *database, const char *where) {
  fprintf(stderr, "query-service: %s: %s\n", where, database ? sqlite3_errmsg(database) : "out of memory");
}

static char *partial_name(const char *file) {
  struct text name = {0};
  text_add_format(&name, "%s.partial", file);
  text_string(&name);
  return name.bytes;
}

sqlite3 *schema_create(const char *file) {
  char *partial = partial_name(file);
  if (!partial) return NULL;
  if (unlink(partial) != 0 && errno != ENOENT) {
    fprintf(stderr, "query-service: %s cannot be replaced: %s\n", partial, strerror(errno));
    free(partial);
    return NULL;
  }
  sqlite3 *database = NULL;
  int status = sqlite3_open_v2(partial, &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
  if (status == SQLITE_OK) status = sqlite3_exec(database, tables_sql, NULL, NULL, NULL);
  if (status != SQLITE_OK) {
    schema_print_error(database, partial);
    schema_abandon(database, file);
    database = NULL;
  }
  free(partial);
  return database;
}

bool schema_complete(sqlite3 *database, const char *file) {
  if (sqlite3_exec(database, indexes_sql, NULL, NULL, NULL) != SQLITE_OK || sqlite3_close(database) != SQLITE_OK) {
    schema_print_error(database, file);
    schema_abandon(database, file);
    return false;
  }
  char *partial = partial_name(file);
  bool renamed = partial && rename(partial, file) == 0;
  if (!renamed) fprintf(stderr, "query-service: %s cannot be written: %s\n", file, strerror(errno));
  free(partial);
  return renamed;
}

void schema_abandon(sqlite3 *database, const char *file) {
  sqlite3_close(database);
  char *partial = partial_name(file);
  if (partial) unlink(partial);
  free(partial);
}

sqlite3_stmt *schema_prepare_insert(sqlite3 *database, const struct table *table) {
  struct text sql = {0};
  text_add_format(&sql, "INSERT INTO %s (", table->name);
  for (int i = 0; table->columns[i]; i++) text_add_format(&sql, i ? ", %s" : "%s", table->columns[i]);
  text_add_string(&sql, ") VALUES (");
  for (int i = 0; table->columns[i]; i++) text_add_format(&sql, i ? ", ?%d" : "?%d", i + 1);
  text_add_string(&sql, ")");
  sqlite3_stmt *statement = NULL;
  if (sqlite3_prepare_v3(database, text_string(&sql), -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) != SQLITE_OK) {
    schema_print_error(database, table->name);
  }
  text_free(&sql);
  return statement;
}
