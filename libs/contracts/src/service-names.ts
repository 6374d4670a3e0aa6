/** The services of the platform. Without imports: `npm start` reads the list before anything is built. */
export const serviceNames = ['gateway', 'audio', 'video', 'posts', 'cache', 'health'] as const;
export type ServiceName = (typeof serviceNames)[number];
