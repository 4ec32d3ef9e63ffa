import type Sqlite from 'better-sqlite3';
import {
  CompiledQuery,
  type DatabaseConnection,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteDialect,
  SqliteDriver,
} from 'kysely';
import { systemClock } from '#main/platform/clock.ts';

/** The longest that questions in a row keep everybody else waiting, but for a single one that takes longer. */
const longestRowMs = 10;

/** Kysely's SQLite, put right where it expects less of SQLite, or more, than there is. */
export class StoreDialect extends SqliteDialect {
  readonly #sqlite: Sqlite.Database;

  constructor(sqlite: Sqlite.Database) {
    super({ database: sqlite });
    this.#sqlite = sqlite;
  }

  override createAdapter(): SqliteAdapter {
    return new TransactionalDdlAdapter();
  }

  override createDriver(): SqliteDriver {
    return new ImmediateDriver(this.#sqlite);
  }
}

/** Kysely believes that SQLite can't roll back a changed schema, which it can: without this a failed migration leaves half of itself. */
class TransactionalDdlAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/** What the driver does of its own that SQLite doesn't bear. */
class ImmediateDriver extends SqliteDriver {
  readonly #sqlite: Sqlite.Database;
  #turnedMs = Number.NEGATIVE_INFINITY;

  constructor(sqlite: Sqlite.Database) {
    super({ database: withKeptStatements(sqlite) });
    this.#sqlite = sqlite;
  }

  /** SQLite answers at once, and a promise that is kept already never lets Node turn: thousands in a row would leave every socket unread. */
  override async acquireConnection(): Promise<DatabaseConnection> {
    if (systemClock.monotonicMs() - this.#turnedMs > longestRowMs) {
      await new Promise<void>((resolve) => {
        setImmediate(resolve);
      });
      this.#turnedMs = systemClock.monotonicMs();
    }
    return super.acquireConnection();
  }

  /** A transaction that reads first and then finds that another process wrote meanwhile can't wait any more, only fail: ours take the right to write at once. */
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }

  /** A full disk has rolled back by itself, and a second time would hide why. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#sqlite.inTransaction) await super.rollbackTransaction(connection);
  }
}

/** As many as the server has, twice over; lists of many lengths would be ever more. */
const mostKept = 500;

/**
 * A database that compiles a statement once and not each time: a third of what a question of the queue costs. Kysely asks for
 * all rows at once, so that none is at work when it is needed again (a stream would be).
 */
function withKeptStatements(sqlite: Sqlite.Database): SqliteDatabase {
  const kept = new Map<string, Sqlite.Statement>();
  return {
    prepare: (sql) => {
      const statement = kept.get(sql) ?? sqlite.prepare(sql);
      // The one that was not asked for longest is the first.
      kept.delete(sql);
      kept.set(sql, statement);
      const [oldest] = kept.keys();
      if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
      return statement;
    },
    close: () => {
      kept.clear();
      sqlite.close();
    },
  };
}
