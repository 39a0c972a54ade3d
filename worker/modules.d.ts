/** Files that the bundler turns into modules (see `rules` in wrangler.toml). */
declare module "*.sql" {
  const text: string;
  export default text;
}
declare module "*.wasm" {
  const module: WebAssembly.Module;
  export default module;
}
/** The core loads a kernel from bytes elsewhere; workerd compiles at deploy only, and its types leave this out. */
declare namespace WebAssembly {
  function compile(bytes: ArrayBuffer | ArrayBufferView): Promise<WebAssembly.Module>;
}

/** What is used of Node's own module, which the platform has under `nodejs_compat`; Node's typings clash with the platform's. */
declare module "node:crypto" {
  interface Hmac {
    update(data: string): Hmac;
    digest(): Uint8Array<ArrayBuffer>;
  }
  export function createHmac(algorithm: "sha256", key: string | Uint8Array): Hmac;
  export function timingSafeEqual(a: Uint8Array, b: Uint8Array): boolean;
}
