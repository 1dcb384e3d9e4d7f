/* A shared object for tool.c. */
const char *library_says(void) { return WORD; }
