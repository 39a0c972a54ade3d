/** The few globals that every engine has and that plain ES typings lack. Only this room's own check reads the file. */
declare namespace WebAssembly {
  class Module {
    constructor(bytes: ArrayBuffer | ArrayBufferView);
  }
  class Memory {
    readonly buffer: ArrayBuffer;
    grow(pages: number): number;
  }
  class Instance {
    constructor(module: Module, imports?: Record<string, Record<string, unknown>>);
    readonly exports: Record<string, unknown>;
  }
  function compile(bytes: ArrayBuffer | ArrayBufferView): Promise<Module>;
}
declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}
declare class TextDecoder {
  constructor(encoding?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
  decode(bytes?: Uint8Array, options?: { stream?: boolean }): string;
}
interface ReadableStreamDefaultReader<T> {
  read(): Promise<{ done: false; value: T } | { done: true; value: undefined }>;
  cancel(): Promise<void>;
}
declare class ReadableStream<T> {
  constructor(source: { pull(controller: { enqueue(chunk: T): void; close(): void }): void | Promise<void> });
  getReader(): ReadableStreamDefaultReader<T>;
  pipeThrough<O>(pair: { readable: ReadableStream<O>; writable: object }): ReadableStream<O>;
}
declare class DecompressionStream {
  constructor(format: "gzip");
  readonly readable: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly writable: object;
}
