import { platformConfig, readConfig } from '#platform';

export const postsConfig = () => readConfig(platformConfig);
