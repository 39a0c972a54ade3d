/** Rows that were refused, here or by the platform: all counted, the first of them listed with their places. */
export interface RefusedRow {
  /** In the file, from 0. */
  row: number;
  /** From 1; 0 where the file has no lines. */
  line: number;
  field: string | null;
  /** Stable: those of the API. */
  code: string;
  message: string;
}

const listed = 1000;

export class RefusedRows {
  readonly first: RefusedRow[] = [];
  count = 0;

  /** @param count all that were refused, where only the first are given */
  add(rows: readonly RefusedRow[], count = rows.length): void {
    this.count += count;
    for (const row of rows) if (this.first.length < listed) this.first.push(row);
  }

  /** In the order of the file. */
  inOrder(): RefusedRow[] {
    return [...this.first].sort((a, b) => a.row - b.row);
  }
}

/** Where a row stands, for people. */
export const placeOf = ({ row, line }: Pick<RefusedRow, "row" | "line">): string =>
  line > 0 ? `line ${line}` : `row ${row + 1}`;
