import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Channel, WebhookEvent } from "#core/domain/api.ts";
import type { Platform } from "../../scripts/platform.ts";
import {
  type Call,
  caller,
  createMonitoredModel,
  eventually,
  referenceDays,
  sendDay,
  temporaryPlatform,
} from "./scenario.ts";

interface Received {
  id: string;
  verified: boolean;
  answered: number;
  event: WebhookEvent;
}

/** A real receiver: refuses its first request, verifies every signature with the public library. */
class Receiver {
  readonly received: Received[] = [];
  secret = "";
  #server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const text = Buffer.concat(chunks).toString();
      const answered = this.received.length === 0 ? 503 : 200;
      let verified = true;
      try {
        new Webhook(this.secret).verify(text, request.headers as Record<string, string>);
      } catch {
        verified = false; // what the test asserts on
      }
      const id = String(request.headers["webhook-id"]);
      this.received.push({ id, verified, answered, event: JSON.parse(text) as WebhookEvent });
      response.writeHead(answered).end();
    });
  });
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hook`;
  }
  close(): void {
    this.#server.close();
  }
}

describe("webhooks to a real listener", () => {
  const receiver = new Receiver();
  let temporary: Awaited<ReturnType<typeof temporaryPlatform>>;
  let platform: Platform;
  let call: Call;

  beforeAll(async () => {
    temporary = await temporaryPlatform();
    platform = await temporary.start();
    call = caller(platform);
    const url = await receiver.listen();
    const channel = await call<Channel>("POST", "/v1/channels", { name: "test", kind: "webhook", url });
    receiver.secret = channel.body.secret ?? "";
  });
  afterAll(async () => {
    receiver.close();
    await temporary.dispose();
  });

  it("are signed, repeated under the same id after a failure, and tell the whole story once", async () => {
    await createMonitoredModel(call, "hooked");
    await sendDay(call, "hooked", { day: referenceDays, shift: 1.5 });
    await sendDay(call, "hooked", { day: referenceDays + 1 });
    await sendDay(call, "hooked", { day: referenceDays + 2 });
    await sendDay(call, "hooked", { day: referenceDays + 3 });
    const delivered = (): Received[] => receiver.received.filter(({ answered }) => answered === 200);
    await eventually(60, "the third event", async () => (delivered().length >= 3 ? true : null));

    expect(receiver.received.every(({ verified }) => verified)).toBe(true);
    expect(receiver.received[0].answered).toBe(503);
    expect(delivered().map(({ id }) => id)).toContain(receiver.received[0].id);
    expect(new Set(delivered().map(({ id }) => id)).size).toBe(3);
    expect(
      delivered()
        .map(({ event }) => event.type)
        .sort(),
    ).toEqual(["drift.detected", "drift.resolved", "retraining.requested"]);
    const detected = delivered().find(({ event }) => event.type === "drift.detected")?.event;
    expect(detected?.data.model.id).toBe("hooked");
    expect(detected?.data.check?.worst).toBe("amount");
  });
});
