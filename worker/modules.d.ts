/** Files that the bundler turns into modules (see `rules` in wrangler.toml). */
declare module "*.sql" {
  const text: string;
  export default text;
}
declare module "*.wasm" {
  const module: WebAssembly.Module;
  export default module;
}
