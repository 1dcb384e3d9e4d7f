#ifndef CATALOGUE_H
#define CATALOGUE_H

#include <sqlite3.h>
#include <stdbool.h>

/* Every statement that the service runs; the SQL is in catalogue.c. */
enum query {
  QUERY_PRODUCT,
  QUERY_PRODUCT_REVIEWS,
  QUERY_PRODUCT_SIMILAR,
  QUERY_BOUGHT_TOGETHER,
  QUERY_CATEGORIES,
  QUERY_CATEGORY,
  QUERY_CATEGORY_BY_PRICE,
  QUERY_CATEGORY_BY_RATING,
  QUERY_SEARCH,
  QUERY_CUSTOMER_BY_EMAIL,
  QUERY_CUSTOMER_BY_PHONE,
  QUERY_CUSTOMER_BY_CARD,
  QUERY_CUSTOMER_BY_TOKEN,
  QUERY_CUSTOMER_ID,
  QUERY_CUSTOMER_ID_BY_EMAIL,
  QUERY_CUSTOMER_MATCHES,
  QUERY_ORDERS,
  QUERY_ORDER,
  QUERY_ORDER_LINES,
  QUERY_SALES_BY_CATEGORY,
  QUERY_SALES_BY_COUNTRY,
  QUERY_SALES_BY_DAY,
  QUERY_BEST_CUSTOMERS,
  QUERY_JSON_KIND,
  QUERY_QUOTE_CUSTOMER,
  QUERY_QUOTE_LINES,
  QUERY_COUNT
};

/* A database opened for reading, with its statements. One thread at a time. */
struct catalogue {
  sqlite3 *database;
  sqlite3_stmt *statements[QUERY_COUNT];
};

/* False after an error, which has been printed. */
bool catalogue_open(struct catalogue *catalogue, const char *file);
void catalogue_close(struct catalogue *catalogue);

/* The statement, reset and without values. */
sqlite3_stmt *catalogue_query(struct catalogue *catalogue, enum query query);
/* Ends every read that a request left open. */
void catalogue_reset(struct catalogue *catalogue);

#endif
