/**
 * The one-sample Kolmogorov distribution function by Durbin's recursion (1973) as a power of a small matrix (Marsaglia,
 * Tsang & Wang 2003): with k = ⌈nd⌉ and h = k − nd it is n!/nⁿ times the middle entry of the n-th power of a matrix of
 * 2k − 1 rows. Cost: (2k)³·log₂ n.
 */
import type { Kernel } from "../../kernel/api.ts";

const big = 8.749002899132048e99; // 2^332: multiplying by it is exact
const small = 1 / big;

/** A matrix times 2 to a power, so that nothing overflows. */
interface Scaled {
  entries: Float64Array;
  exponent: number;
}

export function durbinCdf(kernel: Kernel, d: number, n: number): number {
  const k = Math.floor(n * d) + 1;
  const size = 2 * k - 1;
  const h = k - n * d;
  const powers = [1];
  for (let i = 1; i <= size; i++) powers.push(powers[i - 1] * h);
  const factorials = [1];
  for (let i = 1; i <= size; i++) factorials.push(factorials[i - 1] * i);
  const entries = new Float64Array(size * size);
  for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) if (i - j + 1 >= 0) entries[i * size + j] = 1;
  // The first column and the last row know of the band's ends.
  for (let i = 0; i < size; i++) {
    entries[i * size] -= powers[i + 1];
    entries[(size - 1) * size + i] -= powers[size - i];
  }
  entries[(size - 1) * size] += 2 * h - 1 > 0 ? raised(2 * h - 1, size) : 0;
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++) if (i - j + 1 > 0) entries[i * size + j] /= factorials[i - j + 1];
  const { entries: power, exponent } = toThePower({ entries, exponent: 0 }, size, n);
  const middle = power[(k - 1) * size + k - 1];
  if (!(middle > 0)) return 0;
  return kernel.exp(kernel.log(middle) + exponent * Math.LN2 + kernel.lgamma(n + 1) - n * kernel.log(n));
}

function raised(base: number, times: number): number {
  let value = 1;
  for (let i = 0; i < times; i++) value *= base;
  return value;
}

function toThePower(matrix: Scaled, size: number, n: number): Scaled {
  if (n === 1) return matrix;
  const half = toThePower(matrix, size, Math.floor(n / 2));
  const square = product(half, half, size);
  return n % 2 === 0 ? square : product(matrix, square, size);
}

function product(a: Scaled, b: Scaled, size: number): Scaled {
  const entries = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let k = 0; k < size; k++) {
      const left = a.entries[i * size + k];
      if (left === 0) continue;
      for (let j = 0; j < size; j++) entries[i * size + j] += left * b.entries[k * size + j];
    }
  const exponent = a.exponent + b.exponent;
  const middle = entries[(size >> 1) * size + (size >> 1)];
  if (middle > big) return { entries: entries.map((x) => x * small), exponent: exponent + 332 };
  if (middle > 0 && middle < small) return { entries: entries.map((x) => x * big), exponent: exponent - 332 };
  return { entries, exponent };
}
