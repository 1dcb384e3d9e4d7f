#ifndef WORDS_H
#define WORDS_H

/* The words that invented rows are made of. */
struct words {
  const char *const *words;
  unsigned count;
};

extern const struct words first_names, last_names, cities, countries, tiers, statuses, companies;
extern const struct words qualities, materials, things, category_titles, description_words, comment_words;

#endif
