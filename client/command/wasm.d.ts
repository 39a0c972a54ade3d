/** The build puts the kernel's bytes into the one file that the command is. */
declare module "#core/build/kernel.wasm" {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}
