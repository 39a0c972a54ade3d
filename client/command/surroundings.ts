/** What a command sees of the world, so that tests can give it another one. */
import type { Paint } from "./terminal-text.ts";

export interface Surroundings {
  env: Record<string, string | undefined>;
  /** Text for standard output. */
  out(text: string): void;
  /** Bytes for standard output. */
  write(bytes: Uint8Array): void;
  /** Text for standard error: what is for people, beside the answer. */
  tell(text: string): void;
  paint: Paint;
  /** Columns of the terminal; a wide page where there is none. */
  width: number;
  sha256(text: string): Promise<string>;
}
