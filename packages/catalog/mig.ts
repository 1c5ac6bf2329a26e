/** A way to split a GPU into instances with memory and compute of their own. */
export interface MigProfile {
  /** `1g.10gb`; the device plugin's strategy `mixed` offers it as `nvidia.com/mig-1g.10gb`. */
  name: string;
  /** Instances of this profile alone that one GPU holds. */
  instances: number;
  /** Memory of one instance in MiB, read off the profile's name: decimal gigabytes, rounded by NVIDIA. */
  memoryMiB: number;
}

/**
 * MIG profiles by the catalogue's GPU name, smallest first. Source: the configurations `all-<profile>` of NVIDIA/gpu-operator,
 * assets/state-mig-manager/0400_configmap.yaml at 0b0b6b1; media and graphics variants are left out.
 */
export const migProfiles: Readonly<Record<string, readonly MigProfile[]>> = {
  A30: profiles("1g.6gb", 4, "2g.12gb", 2, "4g.24gb", 1),
  "A100-40GB": sevenths("5gb", "10gb", "20gb", "40gb"),
  "A100-80GB": sevenths("10gb", "20gb", "40gb", "80gb"),
  H100: sevenths("10gb", "20gb", "40gb", "80gb"),
  "H100-NVL": sevenths("12gb", "24gb", "47gb", "94gb"),
  H20: sevenths("12gb", "24gb", "48gb", "96gb"),
  GH200: sevenths("12gb", "24gb", "48gb", "96gb"),
  H200: sevenths("18gb", "35gb", "71gb", "141gb"),
  B200: sevenths("23gb", "45gb", "90gb", "180gb"),
  "RTX-PRO-6000": profiles("1g.24gb", 4, "2g.48gb", 2, "4g.96gb", 1),
};

/** The profiles of a GPU with seven slices of compute and eight of memory. */
function sevenths(eighth: string, quarter: string, half: string, whole: string): MigProfile[] {
  const small = profiles(`1g.${eighth}`, 7, `1g.${quarter}`, 4, `2g.${quarter}`, 3);
  return [...small, ...profiles(`3g.${half}`, 2, `4g.${half}`, 1, `7g.${whole}`, 1)];
}

function profiles(...rows: (string | number)[]): MigProfile[] {
  const found: MigProfile[] = [];
  for (let index = 0; index < rows.length; index += 2) {
    const name = String(rows[index]);
    const gigabytes = Number(/\.(\d+)gb$/.exec(name)?.[1]);
    found.push({ name, instances: Number(rows[index + 1]), memoryMiB: Math.floor((gigabytes * 1e9) / 2 ** 20) });
  }
  return found;
}
