import { setTimeout as sleep } from "node:timers/promises";
import type { FeatureWindows, ModelDetail, Receipt } from "#core/domain/api.ts";
import type { Reference } from "#core/domain/reference.ts";
import { HOUR_MS, MINUTE_MS } from "#core/domain/limits.ts";
import type { Ledger, LedgerBatch, Row } from "./ledger.ts";

export interface Api {
  url: string;
  ownerSecret: string;
}

const startMs = Date.UTC(2026, 1, 2);
const channels = ["web", "app", "desk"];
const model = "/v1/models/killed";
/** As many at once: what one waits for is cut off as often as what is being written. */
const senders = 4;
/** Of what is sent once more nothing is killed: as many at once as keep the platform at work without a pause. */
const sendersAgain = 16;
const saidEverySeconds = 15;

/** Two shards, so that what is handed over is killed too, and a reference, so that windows are counts. */
export async function createModel(api: Api): Promise<string> {
  const features = [
    { name: "amount", type: "numeric" },
    { name: "channel", type: "categorical" },
  ];
  const declared = { id: "killed", name: "killed", clock: "replay", windowMs: HOUR_MS, shards: 2, features };
  await ask(api, "POST", "/v1/models", declared);
  const rows = Array.from({ length: 500 }, (_, index) => ({
    timestamp: startMs - HOUR_MS + index,
    amount: index % 101,
    channel: channels[index % 3],
  }));
  const { id } = await ask<{ id: string }>(api, "POST", `${model}/references`, { rows });
  await ask(api, "POST", `${model}/references/${id}/activate`, { from: startMs });
  return id;
}

/** Programs that send one batch after the other, each until it is acknowledged. */
export class Senders {
  unanswered = 0;
  readonly #api: Api;
  readonly #ledger: Ledger;
  readonly #draw: () => number;
  readonly #running: Promise<void>[];
  #ending = false;

  constructor(api: Api, ledger: Ledger, draw: () => number) {
    [this.#api, this.#ledger, this.#draw] = [api, ledger, draw];
    this.#running = Array.from({ length: senders }, () => this.#send());
  }

  async #send(): Promise<void> {
    while (!this.#ending) {
      const batch = this.#ledger.add(this.#rows());
      this.#ledger.acknowledge(batch, await this.#deliver(batch));
    }
  }

  /** Event time moves on with the batches, so that windows close while they come. */
  #rows(): Row[] {
    const number = this.#ledger.batches.length;
    return Array.from({ length: 1 + Math.floor(this.#draw() * 20) }, (_, row) => ({
      prediction_id: `${number}-${row}`,
      timestamp: startMs + Math.floor((number / 20 + this.#draw()) * MINUTE_MS),
      amount: Math.floor(this.#draw() * 120),
      channel: channels[Math.floor(this.#draw() * channels.length)],
    }));
  }

  async #deliver({ id, rows }: LedgerBatch): Promise<string> {
    const body = { batch_id: id, rows };
    return JSON.stringify(await this.#insist<Receipt>("POST", `${model}/predictions`, body));
  }

  /** What the platform says it has accepted. */
  async countRows(): Promise<number> {
    return (await this.#insist<ModelDetail>("GET", model)).rows;
  }

  async #insist<T>(method: string, path: string, body?: unknown): Promise<T> {
    for (;;) {
      try {
        return await ask<T>(this.#api, method, path, body);
      } catch (error) {
        if (error instanceof Refused) throw error;
        this.unanswered++;
        await sleep(20 + this.#draw() * 80);
      }
    }
  }

  /** No new batches; those under way are delivered. */
  async finish(): Promise<void> {
    this.#ending = true;
    await Promise.all(this.#running);
  }

  /** Every batch once more, and what is counted beside one pass over the rows. */
  async compare(say: (line: string) => void): Promise<string[]> {
    const wrong = await this.#compareReceipts(say);
    const rows = await this.countRows();
    const { sentRows } = this.#ledger;
    if (rows !== sentRows) wrong.push(`${sentRows} rows were acknowledged, ${rows} are there`);
    const { windows } = await this.#insist<FeatureWindows>("GET", `${model}/windows?feature=channel`);
    const values = await this.#channelCells(windows[0]?.referenceId ?? "none");
    const all = this.#ledger.batches.flatMap((batch) => batch.rows);
    const byWindow = Map.groupBy(all, ({ timestamp }) => Math.floor(timestamp / HOUR_MS) * HOUR_MS);
    for (const [windowStartMs, own] of byWindow) {
      const expected = values.map((channel) => own.filter((row) => row.channel === channel).length);
      const told = windows.find((one) => one.windowStartMs === windowStartMs);
      if (String(told?.counts.slice(0, values.length)) !== String(expected) || told?.rows !== own.length)
        wrong.push(
          `window ${windowStartMs}: ${String(expected)} were sent, ${String(told?.counts)} are counted`,
        );
    }
    return wrong;
  }

  async #compareReceipts(say: (line: string) => void): Promise<string[]> {
    const wrong: string[] = [];
    const { batches } = this.#ledger;
    const again = batches.values();
    let [sent, saidMs] = [0, performance.now()];
    const sendAgain = async (): Promise<void> => {
      for (const batch of again) {
        const receipt = await this.#deliver(batch);
        if (receipt !== batch.receipt)
          wrong.push(`${batch.id} got ${batch.receipt}, and in the end ${receipt}`);
        sent++;
        if (performance.now() - saidMs < saidEverySeconds * 1000) continue;
        saidMs = performance.now();
        say(`${sent} of ${batches.length} batches sent once more, ${wrong.length} wrong`);
      }
    };
    await Promise.all(Array.from({ length: sendersAgain }, sendAgain));
    return wrong;
  }

  async #channelCells(referenceId: string): Promise<string[]> {
    const { features } = await this.#insist<Reference>("GET", `${model}/references/${referenceId}`);
    const cells = features.find(({ name }) => name === "channel")?.cells;
    return cells?.kind === "categories" ? cells.values : [];
  }
}

/** An answer that sending again does not change. */
class Refused extends Error {}

async function ask<T>({ url, ownerSecret }: Api, method: string, path: string, body?: unknown): Promise<T> {
  const reply = await fetch(`${url}${path}`, {
    method,
    headers: { authorization: `Bearer ${ownerSecret}`, "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
    signal: AbortSignal.timeout(20_000),
  });
  const text = await reply.text();
  if (reply.ok) return JSON.parse(text) as T;
  const error = `${method} ${path} answered ${reply.status}: ${text.slice(0, 300)}`;
  // While objects come back the platform may answer 500 or 503; everything else is final.
  throw reply.status === 429 || reply.status >= 500 ? new Error(error) : new Refused(error);
}
