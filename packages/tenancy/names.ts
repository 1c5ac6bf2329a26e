/** The namespace of a tenant; the prefix keeps tenants from naming a system namespace. */
export function tenantNamespace(tenant: string): string {
  return `tenant-${tenant}`;
}
