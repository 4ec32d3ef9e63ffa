import { type RawBuilder, type SqlBool, sql } from 'kysely';

/** Whether a column holds what somebody typed, `%` and `_` taken literally; for SQLite, ASCII letters of both cases are one. */
export function hasPart(column: string, text: string): RawBuilder<SqlBool> {
  const literal = text.replaceAll(/[\\%_]/g, String.raw`\$&`);
  return sql<SqlBool>`${sql.ref(column)} LIKE ${`%${literal}%`} ESCAPE '\\'`;
}
