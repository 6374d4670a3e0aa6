import { platformConfig, readConfig } from '#platform';

export const cacheConfig = () => readConfig(platformConfig);
