import { platformConfig, readConfig } from '#platform';

export const videoConfig = () => readConfig(platformConfig);
