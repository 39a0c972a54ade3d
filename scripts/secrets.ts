/** The local platform's secrets: made once, random, readable by the owner only. */
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface Secrets {
  ownerSecret: string;
  /** A file that the platform reads, so that no secret stands on a command line. */
  envFile: string;
}

export function localSecrets(dir: string): Secrets {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const envFile = join(dir, "secrets.env");
  if (!existsSync(envFile)) {
    const lines = [
      `MDT_OWNER_SECRET=${randomBytes(32).toString("base64url")}`,
      "MDT_ALLOW_LOOPBACK=true",
      // A page elsewhere could point its own name at this machine; it is answered under these names only.
      "MDT_ALLOWED_HOSTS=127.0.0.1,localhost",
      "",
    ];
    writeFileSync(envFile, lines.join("\n"), { mode: 0o600 });
  }
  const found = /^MDT_OWNER_SECRET=(.+)$/m.exec(readFileSync(envFile, "utf8"));
  if (!found) throw new Error(`${envFile} has no MDT_OWNER_SECRET; delete the file to get a new one`);
  return { ownerSecret: found[1], envFile };
}
