/** A check's seed: FNV-1a over its identity's UTF-16 code units, 32 bits. Whoever knows the identity gets the same draws. */
export function seedOf(identity: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < identity.length; i++) hash = Math.imul(hash ^ identity.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
