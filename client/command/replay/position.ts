/**
 * Where a replay stands, as the platform keeps it. A replay is known by its file and by what decides what is sent; the same
 * command again goes on where it was, whoever runs it.
 */
import { type Client } from "../../http.ts";
import { readCursor, writeCursor } from "../../cursors.ts";
import type { CutRule } from "../rows/batches.ts";
import { CommandError } from "../command-error.ts";

export interface Position {
  /** Counts from 1; another run sends the same rows under other ids, as new ones. */
  run: number;
  cut: CutRule;
  /** Rows of the replay before these are acknowledged, and the labels of these. */
  rows: number;
  labels: number;
  done: boolean;
}

export async function readPosition(client: Client, model: string, name: string): Promise<Position | null> {
  const text = await readCursor(client, model, name);
  if (text === null) return null;
  const value = JSON.parse(text) as Partial<Position>;
  const { run, cut, rows, labels, done } = value;
  if (
    run === undefined ||
    cut === undefined ||
    rows === undefined ||
    labels === undefined ||
    done === undefined
  )
    throw new CommandError(`The cursor ${name} was kept by another version of mdt: --again begins anew.`);
  return { run, cut, rows, labels, done };
}

export interface Keeper {
  /** Keeps it now. */
  keep(position: Position): Promise<void>;
  /** Keeps it within two seconds: an older one costs nothing but time, as what is sent again is known by its ids. */
  at(position: Position): Promise<void>;
}

const everyMs = 2000;

export function createKeeper(client: Client, model: string, name: string): Keeper {
  let keptMs = -Infinity;
  async function keep(position: Position): Promise<void> {
    keptMs = performance.now();
    await writeCursor(client, model, name, JSON.stringify(position));
  }
  return {
    keep,
    async at(position) {
      if (performance.now() - keptMs >= everyMs) await keep(position);
    },
  };
}
