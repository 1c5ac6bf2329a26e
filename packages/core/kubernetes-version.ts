/** Whether a minor version of Kubernetes such as `1.36` is at least another; a version that nobody said is not. */
export function atLeast(version: string | undefined, least: string): boolean {
  if (version === undefined) return false;
  const [one, other] = [version, least].map((text) => text.split(".").map(Number));
  const [major = 0, minor = 0] = one ?? [];
  const [leastMajor = 0, leastMinor = 0] = other ?? [];
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}
