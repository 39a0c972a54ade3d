/** What the senders know: every batch, and which were acknowledged. */
export interface Row {
  prediction_id: string;
  timestamp: number;
  amount: number;
  channel: string;
}

export interface LedgerBatch {
  id: string;
  rows: Row[];
  /** As JSON. */
  receipt: string | null;
}

export class Ledger {
  readonly batches: LedgerBatch[] = [];
  acknowledgedRows = 0;
  sentRows = 0;

  add(rows: Row[]): LedgerBatch {
    const batch = { id: `b-${this.batches.length}`, rows, receipt: null };
    this.batches.push(batch);
    this.sentRows += rows.length;
    return batch;
  }

  acknowledge(batch: LedgerBatch, receipt: string): void {
    batch.receipt = receipt;
    this.acknowledgedRows += batch.rows.length;
  }
}
