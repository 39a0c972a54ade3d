/** What workerd's module system makes of a Wasm file. */
declare module "*.wasm" {
  const module: WebAssembly.Module;
  export default module;
}
