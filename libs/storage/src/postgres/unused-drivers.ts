/**
 * Keeps TypeORM from loading its drivers for other databases, with 50 modules of query runners: it requires all of them, whichever one is used. They take
 * 2 MB of each service and a twentieth of a second of its start. Imported before `typeorm`; where that is loaded already, nothing changes.
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const drivers = [
  'aurora-mysql/AuroraMysqlDriver',
  'aurora-postgres/AuroraPostgresDriver',
  'better-sqlite3/BetterSqlite3Driver',
  'capacitor/CapacitorDriver',
  'cockroachdb/CockroachDriver',
  'cordova/CordovaDriver',
  'expo/ExpoDriver',
  'mongodb/MongoDriver',
  'mysql/MysqlDriver',
  'nativescript/NativescriptDriver',
  'oracle/OracleDriver',
  'react-native/ReactNativeDriver',
  'sap/SapDriver',
  'spanner/SpannerDriver',
  'sqljs/SqljsDriver',
  'sqlserver/SqlServerDriver',
];

const require = createRequire(import.meta.url);
const folder = join(dirname(require.resolve('typeorm')), 'driver');
for (const driver of drivers) {
  const path = join(folder, `${driver}.js`);
  // @see https://nodejs.org/api/modules.html#requirecache: entries may be added
  require.cache[path] ??= {
    id: path,
    path: dirname(path),
    filename: path,
    loaded: true,
    exports: {},
    children: [],
    paths: [],
  } as unknown as NodeJS.Module;
}
