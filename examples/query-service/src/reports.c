#include <ctype.h>
#include <string.h>
#include <time.h>

#include "endpoints.h"

/* A day as in 2024-12-31. */
static bool is_day(const char *text) {
  if (!text || strlen(text) != 10) return false;
  for (int i = 0; i < 10; i++) {
    bool dash = i == 4 || i == 7;
    if (dash ? text[i] != '-' : !isdigit((unsigned char)text[i])) return false;
  }
  return true;
}

static void add_time_stamp(struct json *json) {
  char stamp[32];
  time_t now = time(NULL);
  struct tm parts;
  gmtime_r(&now, &parts);
  strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%SZ", &parts);
  json_member_string(json, "generated_at", stamp);
}

/* Binds the period to the first two parameters and writes it. */
static bool add_period(const struct request *request, sqlite3_stmt *statement, struct json *json) {
  const char *from = request_parameter(request, "from");
  const char *to = request_parameter(request, "to");
  if (!is_day(from) || !is_day(to)) return false;
  bind_text(statement, 1, from);
  bind_text(statement, 2, to);
  add_time_stamp(json);
  json_member_string(json, "from", from);
  json_member_string(json, "to", to);
  return true;
}

struct outcome get_sales_report(struct catalogue *catalogue, const struct request *request, struct json *json) {
  static const struct {
    const char *by;
    enum query query;
  } groups[] = {{"category", QUERY_SALES_BY_CATEGORY}, {"country", QUERY_SALES_BY_COUNTRY}, {"day", QUERY_SALES_BY_DAY}};
  const char *by = request_parameter(request, "by");
  for (unsigned i = 0; i < sizeof groups / sizeof *groups; i++) {
    if (strcmp(by ? by : "category", groups[i].by) != 0) continue;
    sqlite3_stmt *rows = catalogue_query(catalogue, groups[i].query);
    if (!add_period(request, rows, json)) return OUTCOME_BAD("from and to are days, as in 2024-12-31");
    sqlite3_bind_int64(rows, 3, request_number(request, "limit", 1, 100, 50));
    json_member_string(json, "by", groups[i].by);
    return rows_outcome(json, "groups", rows);
  }
  return OUTCOME_BAD("by is category, country or day");
}

struct outcome get_customer_report(struct catalogue *catalogue, const struct request *request, struct json *json) {
  sqlite3_stmt *rows = catalogue_query(catalogue, QUERY_BEST_CUSTOMERS);
  if (!add_period(request, rows, json)) return OUTCOME_BAD("from and to are days, as in 2024-12-31");
  bind_text(rows, 3, request_parameter(request, "country"));
  sqlite3_bind_int64(rows, 4, request_number(request, "limit", 1, 100, 10));
  return rows_outcome(json, "customers", rows);
}
