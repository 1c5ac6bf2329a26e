const suffixes: Record<string, [numerator: bigint, denominator: bigint]> = {
  n: [1n, 1_000_000_000n],
  u: [1n, 1_000_000n],
  m: [1n, 1_000n],
  "": [1n, 1n],
  k: [10n ** 3n, 1n],
  M: [10n ** 6n, 1n],
  G: [10n ** 9n, 1n],
  T: [10n ** 12n, 1n],
  P: [10n ** 15n, 1n],
  E: [10n ** 18n, 1n],
  Ki: [2n ** 10n, 1n],
  Mi: [2n ** 20n, 1n],
  Gi: [2n ** 30n, 1n],
  Ti: [2n ** 40n, 1n],
  Pi: [2n ** 50n, 1n],
  Ei: [2n ** 60n, 1n],
};

const pattern = /^([+-]?)(\d+)(?:\.(\d*))?(?:([eE][+-]?\d{1,2})|([numkMGTPE]|[KMGTPE]i))?$/;

/**
 * A Kubernetes quantity (`500m`, `1.5Gi`, `2e3`) in thousandths of its unit, rounded up as the API server does
 * (k8s.io/apimachinery/pkg/api/resource). The libraries at hand use floating point or are unmaintained, hence this module.
 *
 * @throws {RangeError} If `text` is no quantity.
 */
export function milliUnits(text: string): bigint {
  const match = pattern.exec(text.trim());
  if (!match) throw new RangeError(`"${text}" is no Kubernetes quantity; examples: 500m, 2, 16Gi`);
  const [, sign, whole = "0", fraction = "", exponent, suffix = ""] = match;
  const [suffixNumerator, suffixDenominator] = suffixes[suffix] ?? [1n, 1n];
  const power = exponent ? Number(exponent.slice(1)) : 0;
  const numerator = BigInt(whole + fraction) * suffixNumerator * 1000n * (power > 0 ? 10n ** BigInt(power) : 1n);
  const denominator = 10n ** BigInt(fraction.length) * suffixDenominator * (power < 0 ? 10n ** BigInt(-power) : 1n);
  const rounded = (numerator + denominator - 1n) / denominator;
  return sign === "-" ? -rounded : rounded;
}

/** Whether `text` is a Kubernetes quantity; of an exponent two digits are read, which is more than the largest quantity has. */
export function isQuantity(text: string): boolean {
  return pattern.test(text.trim());
}

/** Largest quantity that Kubernetes knows, in thousandths: more is cut to 2^63 - 1 without a word. */
export const largestQuantity = (2n ** 63n - 1n) * 1000n;
