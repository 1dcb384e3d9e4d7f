#ifndef APPLICATIONS_H
#define APPLICATIONS_H

#include <stdio.h>

/* Judges the applications of a JSON text, which is changed in place, and writes the answer as JSON. Answers the HTTP status. */
unsigned judge_applications(char *text, size_t length, FILE *answer);

#endif
