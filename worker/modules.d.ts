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
