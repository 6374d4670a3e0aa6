/** What the platform serves beside the API, in its own words: probes and metrics. Kong routes none of it. */
export const platformRoutes: ReadonlySet<string> = new Set(['/health/live', '/health/ready', '/health/startup', '/metrics']);
