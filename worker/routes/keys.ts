import { Hono } from "hono";
import { type Key, KeyInput } from "#core/domain/api.ts";
import { ProblemError } from "#core/domain/errors.ts";
import { readJson } from "../http/body.ts";
import { type AppEnv, requireScope } from "../http/context.ts";
import { forgetKey } from "../http/held-keys.ts";
import { hashSecret, randomToken, randomWord } from "../http/secrets.ts";
import { deleteKey, insertKey, listKeys, type StoredKey } from "../store/keys.ts";
import { existing } from "./models.ts";

/** /v1/keys: for machines. The secret is shown once. */
export const keys = new Hono<AppEnv>();

const shown = ({ secretHash: _h, organisationId: _o, ...key }: StoredKey): Key => key;

keys.get("/", requireScope("admin"), async (c) =>
  c.json({ keys: (await listKeys(c.env.DB, c.get("actor").organisationId)).map(shown) }),
);

keys.post("/", requireScope("admin"), async (c) => {
  const { organisationId } = c.get("actor");
  const { value } = await readJson(c, KeyInput);
  if (value.modelId !== undefined) await existing(c.env, organisationId, value.modelId);
  const secret = randomToken(32);
  const key: StoredKey = {
    id: randomWord(8),
    organisationId,
    name: value.name,
    scopes: value.scopes,
    modelId: value.modelId ?? null,
    secretHash: await hashSecret(secret),
    createdAtMs: Date.now(),
    lastUsedAtMs: null,
  };
  await insertKey(c.env.DB, key);
  return c.json({ ...shown(key), secret: `mdt_${key.id}_${secret}` }, 201);
});

keys.delete("/:key", requireScope("admin"), async (c) => {
  const id = c.req.param("key");
  if (!(await deleteKey(c.env.DB, c.get("actor").organisationId, id)))
    throw new ProblemError("key_not_found", "There is no such key.");
  forgetKey(id);
  return c.body(null, 204);
});
