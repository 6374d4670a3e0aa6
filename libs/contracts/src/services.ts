/** The processes of the platform. A name begins its service's subjects and job kinds, and is its user on the bus. */
export const serviceNames = ['gateway', 'audio', 'video', 'posts', 'cache', 'health'] as const;
export type ServiceName = (typeof serviceNames)[number];
