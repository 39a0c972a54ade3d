/**
 * gzip undone as a stream, by the platform's own DecompressionStream. That takes one member only, while `cat a.gz b.gz`, bgzip
 * and log rotation write several: the stream is cut where a member's header stands (RFC 1952), and each part unpacked for
 * itself. Ten bytes that look like a header by accident are met about once in several terabytes; they end in an error, never
 * in wrong values, since each member carries its checksum.
 */
type Bytes = Uint8Array<ArrayBuffer>;

const headerLength = 10;

export async function* gunzip(packed: AsyncIterable<Bytes>): AsyncGenerator<Bytes, void, void> {
  const bytes = packed[Symbol.asyncIterator]();
  const input = memberInput(bytes);
  try {
    while (await input.begin()) yield* oneMember(input);
  } finally {
    await bytes.return?.();
  }
}

async function* oneMember(input: MemberInput): AsyncGenerator<Bytes, void, void> {
  const member = new ReadableStream<Bytes>({
    async pull(controller) {
      const part = await input.next();
      if (part === null) controller.close();
      else controller.enqueue(part);
    },
  });
  const reader = member.pipeThrough(new DecompressionStream("gzip")).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined); // already failed or closed: nothing is left to stop
  }
}

interface MemberInput {
  /** Whether there is one more member. */
  begin(): Promise<boolean>;
  /** Its next bytes, null at its end. */
  next(): Promise<Bytes | null>;
}

/** The bytes of one member after the other. */
function memberInput(bytes: AsyncIterator<Bytes>): MemberInput {
  let [rest, ended, inMember]: [Bytes, boolean, boolean] = [new Uint8Array(), false, false];

  async function more(): Promise<void> {
    const { done, value } = await bytes.next();
    if (done) ended = true;
    else rest = rest.length === 0 ? value : joined(rest, value);
  }

  return {
    async begin() {
      while (rest.length === 0 && !ended) await more();
      inMember = false;
      return rest.length > 0;
    },
    async next() {
      // A header is seen whole or not at all: the last bytes wait for what follows them.
      while (rest.length < 2 * headerLength && !ended) await more();
      const cut = nextHeader(rest, inMember ? 0 : 1);
      if (cut === 0 || rest.length === 0) return null;
      const end = cut > 0 ? cut : ended ? rest.length : rest.length - headerLength + 1;
      const part = rest.slice(0, end);
      rest = rest.subarray(end);
      inMember = true;
      return part;
    },
  };
}

/** Where the next member's header begins, −1 where none does. */
function nextHeader(bytes: Bytes, from: number): number {
  for (let at = bytes.indexOf(0x1f, from); at >= 0; at = bytes.indexOf(0x1f, at + 1)) {
    if (bytes[at + 1] !== 0x8b || bytes[at + 2] !== 8 || at + headerLength > bytes.length) continue;
    // No flags, a name or an extra field; speed as packers mark it; an operating system that exists.
    const [flags, speed, system] = [bytes[at + 3], bytes[at + 8], bytes[at + 9]];
    if (
      (flags & ~0x0c) === 0 &&
      (speed === 0 || speed === 2 || speed === 4) &&
      (system < 14 || system === 255)
    )
      return at;
  }
  return -1;
}

function joined(first: Bytes, second: Bytes): Bytes {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
