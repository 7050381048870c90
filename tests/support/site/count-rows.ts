/** Rows of D1, as it counts them for the bill: entries of indexes count like rows. */
export interface CountedRows {
  written: number;
  read: number;
}

/** Returns a database that counts the rows of its statements. */
export function countRows(db: D1Database): { db: D1Database; counted: CountedRows } {
  const counted: CountedRows = { written: 0, read: 0 };
  const statements = new WeakMap<D1PreparedStatement, D1PreparedStatement>();

  function count<T>(result: D1Result<T>): D1Result<T> {
    counted.written += result.meta.rows_written;
    counted.read += result.meta.rows_read;
    return result;
  }

  function countedStatement(statement: D1PreparedStatement): D1PreparedStatement {
    const wrapped = {
      bind: (...values: unknown[]) => countedStatement(statement.bind(...values)),
      run: async () => count(await statement.run()),
      all: async () => count(await statement.all()),
      first: async () => count(await statement.all()).results[0] ?? null,
    } as unknown as D1PreparedStatement;
    statements.set(wrapped, statement);
    return wrapped;
  }

  const wrapped = {
    prepare: (sql: string) => countedStatement(db.prepare(sql)),
    batch: async (some: readonly D1PreparedStatement[]) => {
      const results = await db.batch(some.map((one) => statements.get(one) ?? one));
      return results.map(count);
    },
  } as unknown as D1Database;
  return { db: wrapped, counted };
}
