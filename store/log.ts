/** What the store needs of a logger; pino's fits. */
export interface StoreLog {
  warn(fields: object, message: string): void;
}
