/** Variables of the Kong of `npm run test:kong`: those of docker-compose.yml with other places. */
import { kongEnvironment } from '../environment.ts';
import { type KongSettings, kongSettings } from '../settings.ts';

export interface E2ePlace {
  readonly file: string;
  readonly prefix: string;
  readonly port: number;
  readonly statusPort: number;
  readonly templates: string;
  readonly lua: string;
}

/** @param asRoot workers would become `nobody`, who cannot read the prefix */
export function kongSettingsOf(place: E2ePlace, asRoot = false, settings: KongSettings = kongSettings.parse({})): Record<string, string> {
  return {
    ...kongEnvironment(
      {
        declarativeFile: place.file,
        prefix: place.prefix,
        proxyListen: `127.0.0.1:${place.port}`,
        statusListen: `127.0.0.1:${place.statusPort}`,
        templates: place.templates,
        lua: place.lua,
      },
      settings,
    ),
    ...(asRoot ? { KONG_NGINX_USER: 'root root' } : {}),
  };
}
