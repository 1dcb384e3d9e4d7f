#include "applications.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "values.h"

enum { MAXIMUM_APPLICATIONS = 256, TABLE_SIZE = 1024, FULL_AGE = 18, OLD_AGE = 75, LARGE_AMOUNT = 1000000 };

enum field { FULL_NAME, EMAIL, PHONE, CARD, EXPIRES, IBAN, NATIONAL_ID, BORN, AMOUNT, LIMIT, FIELD_COUNT };
static const char *const field_names[FIELD_COUNT] = {"full_name", "email",       "phone", "card",   "card_expires",
                                                     "iban",      "national_id", "born",  "amount", "limit"};

enum verdict { ACCEPTED, REVIEWED, REFUSED };

struct application {
  const char *values[FIELD_COUNT];
  enum fault faults[FIELD_COUNT];
  enum verdict verdict;
  int32_t born;
  int64_t amount;
  unsigned index;
};

struct batch {
  struct application applications[MAXIMUM_APPLICATIONS];
  struct application *order[MAXIMUM_APPLICATIONS];
  struct application *by_email[TABLE_SIZE];
  unsigned count;
  unsigned duplicates;
  unsigned regions[REGION_ELSEWHERE + 1];
  int32_t applied_on;
};

static void read_application(struct reader *reader, struct application *application) {
  if (!json_take(reader, '{')) reader->failed = true;
  if (reader->failed || json_take(reader, '}')) return;
  do {
    const char *name = json_string(reader);
    if (!name || !json_take(reader, ':')) {
      reader->failed = true;
      return;
    }
    int field = 0;
    while (field < FIELD_COUNT && strcmp(field_names[field], name) != 0) field++;
    const char *value = field < FIELD_COUNT ? json_text(reader) : NULL;
    if (value) {
      application->values[field] = value;
    } else if (!reader->failed) {
      json_skip(reader, 0);
    }
  } while (!reader->failed && json_take(reader, ','));
  if (!json_take(reader, '}')) reader->failed = true;
}

static void read_list(struct reader *reader, struct batch *batch) {
  if (!json_take(reader, '[')) reader->failed = true;
  if (reader->failed || json_take(reader, ']')) return;
  do {
    if (batch->count == MAXIMUM_APPLICATIONS) {
      reader->failed = true;
      return;
    }
    struct application *application = &batch->applications[batch->count];
    application->index = batch->count++;
    read_application(reader, application);
  } while (!reader->failed && json_take(reader, ','));
  if (!json_take(reader, ']')) reader->failed = true;
}

static bool read_batch(char *text, size_t length, struct batch *batch) {
  struct reader reader = {.at = text, .end = text + length};
  if (!json_take(&reader, '{')) return false;
  do {
    const char *name = json_string(&reader);
    if (!name || !json_take(&reader, ':')) return false;
    if (strcmp(name, "applications") == 0) {
      read_list(&reader, batch);
    } else if (strcmp(name, "applied_on") == 0) {
      if (read_day(json_text(&reader), &batch->applied_on) != FAULT_NONE) return false;
    } else {
      json_skip(&reader, 0);
    }
  } while (!reader.failed && json_take(&reader, ','));
  return !reader.failed && json_take(&reader, '}');
}

/* The same address again within the batch; case does not matter. */
static bool is_duplicate(struct batch *batch, struct application *application) {
  uint32_t hash = 2166136261;
  const char *email = application->values[EMAIL];
  for (const char *at = email; *at; at++) hash = (hash ^ (unsigned char)(*at | 0x20)) * 16777619;
  for (uint32_t slot = hash % TABLE_SIZE;; slot = (slot + 1) % TABLE_SIZE) {
    struct application *other = batch->by_email[slot];
    if (!other) {
      batch->by_email[slot] = application;
      return false;
    }
    if (strcmp(other->values[EMAIL], email) == 0) return true;
  }
}

static enum verdict judge_money(struct application *application) {
  int64_t limit = 0;
  application->faults[AMOUNT] = read_amount(application->values[AMOUNT], &application->amount);
  application->faults[LIMIT] = read_amount(application->values[LIMIT], &limit);
  if (application->faults[AMOUNT] != FAULT_NONE || application->amount < 0) return REFUSED;
  if (application->faults[LIMIT] != FAULT_NONE) return REVIEWED;
  if (application->amount > limit) return application->amount > 2 * limit ? REFUSED : REVIEWED;
  return application->amount > LARGE_AMOUNT ? REVIEWED : ACCEPTED;
}

static enum verdict judge_days(const struct batch *batch, struct application *application) {
  int32_t expires = 0;
  application->faults[BORN] = read_day(application->values[BORN], &application->born);
  application->faults[EXPIRES] = read_day(application->values[EXPIRES], &expires);
  if (application->faults[BORN] != FAULT_NONE) return REFUSED;
  int age = years_between(application->born, batch->applied_on);
  if (age < FULL_AGE) return REFUSED;
  if (application->faults[EXPIRES] != FAULT_NONE || expires < batch->applied_on) return REVIEWED;
  if (expires - batch->applied_on < 60) return REVIEWED;
  return age > OLD_AGE ? REVIEWED : ACCEPTED;
}

static enum verdict judge_person(struct batch *batch, struct application *application) {
  const char **values = application->values;
  enum fault *faults = application->faults;
  struct name_facts name;
  enum mail kind = MAIL_PERSONAL;
  enum region region = REGION_NONE;
  bool mobile = false;
  faults[FULL_NAME] = check_name(values[FULL_NAME], &name);
  faults[EMAIL] = check_email(values[EMAIL], &kind);
  faults[PHONE] = check_phone(values[PHONE], &region, &mobile);
  batch->regions[region]++;
  if (faults[EMAIL] != FAULT_NONE) return REFUSED;
  if (is_duplicate(batch, application)) {
    batch->duplicates++;
    return REFUSED;
  }
  if (faults[FULL_NAME] != FAULT_NONE || faults[PHONE] != FAULT_NONE) return REVIEWED;
  if (kind == MAIL_ROLE || (kind == MAIL_COMPANY && !mobile && region == REGION_ELSEWHERE)) return REVIEWED;
  return name.shouted || name.words > 4 || name.wide * 2 > name.letters ? REVIEWED : ACCEPTED;
}

static enum verdict worse(enum verdict left, enum verdict right) { return left > right ? left : right; }

static void judge(struct batch *batch, struct application *application) {
  enum fault *faults = application->faults;
  enum verdict verdict = worse(judge_person(batch, application), judge_days(batch, application));
  verdict = worse(verdict, judge_money(application));
  faults[CARD] = check_card(application->values[CARD]);
  faults[IBAN] = check_iban(application->values[IBAN]);
  faults[NATIONAL_ID] = check_national(application->values[NATIONAL_ID]);
  if (faults[CARD] != FAULT_NONE && faults[IBAN] != FAULT_NONE) verdict = REFUSED;
  if (faults[NATIONAL_ID] != FAULT_NONE) verdict = worse(verdict, faults[NATIONAL_ID] == FAULT_MISSING ? REVIEWED : REFUSED);
  application->verdict = verdict;
}

/* Verdict, then the larger amount, then the older person. */
static bool goes_before(const struct application *left, const struct application *right) {
  if (left->verdict != right->verdict) return left->verdict < right->verdict;
  if (left->amount != right->amount) return left->amount > right->amount;
  if (left->born != right->born) return left->born < right->born;
  return left->index < right->index;
}

static void merge_sort(struct application **order, struct application **spare, unsigned count) {
  if (count < 8) {
    for (unsigned i = 1; i < count; i++) {
      struct application *one = order[i];
      unsigned place = i;
      for (; place > 0 && goes_before(one, order[place - 1]); place--) order[place] = order[place - 1];
      order[place] = one;
    }
    return;
  }
  unsigned half = count / 2, left = 0, right = half;
  merge_sort(order, spare, half);
  merge_sort(order + half, spare, count - half);
  for (unsigned i = 0; i < count; i++) {
    bool take_left = left < half && (right == count || !goes_before(order[right], order[left]));
    spare[i] = take_left ? order[left++] : order[right++];
  }
  memcpy(order, spare, count * sizeof *order);
}

static void write_answer(const struct batch *batch, FILE *answer) {
  unsigned verdicts[REFUSED + 1] = {0};
  unsigned faults[FIELD_COUNT] = {0};
  for (unsigned i = 0; i < batch->count; i++) {
    verdicts[batch->applications[i].verdict]++;
    for (int field = 0; field < FIELD_COUNT; field++) faults[field] += batch->applications[i].faults[field] != FAULT_NONE;
  }
  fprintf(answer, "{\"accepted\":%u,\"reviewed\":%u,\"refused\":%u,\"duplicates\":%u,\"faults\":{", verdicts[ACCEPTED],
          verdicts[REVIEWED], verdicts[REFUSED], batch->duplicates);
  for (int field = 0; field < FIELD_COUNT; field++) fprintf(answer, "%s\"%s\":%u", field ? "," : "", field_names[field], faults[field]);
  fprintf(answer, "},\"regions\":[");
  for (int region = 0; region <= REGION_ELSEWHERE; region++) fprintf(answer, "%s%u", region ? "," : "", batch->regions[region]);
  fprintf(answer, "],\"order\":[");
  for (unsigned i = 0; i < batch->count; i++) fprintf(answer, "%s%u", i ? "," : "", batch->order[i]->index);
  fprintf(answer, "]}");
}

unsigned judge_applications(char *text, size_t length, FILE *answer) {
  struct batch *batch = calloc(1, sizeof *batch);
  unsigned status = 503;
  if (batch && read_batch(text, length, batch)) {
    struct application *spare[MAXIMUM_APPLICATIONS];
    for (unsigned i = 0; i < batch->count; i++) {
      batch->order[i] = &batch->applications[i];
      judge(batch, batch->order[i]);
    }
    merge_sort(batch->order, spare, batch->count);
    write_answer(batch, answer);
    status = 200;
  } else if (batch) {
    fprintf(answer, "{\"error\":\"this is no list of applications\"}");
    status = 400;
  }
  free(batch);
  return status;
}
