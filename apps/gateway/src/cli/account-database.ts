/** The identity services of the gateway on a database, without HTTP, NATS and Redis. */
import { setTimeout as delay } from 'node:timers/promises';
import { Database, erasureMigrations, Log, openCall, runInCall } from '#platform';
import { identityTables } from '../identity/identity-tables.migrations.ts';
import { MailDelivery } from '../identity/mail.service.ts';
import { PasswordReset } from '../identity/password-reset.service.ts';
import { PasswordResetStore } from '../identity/password-reset.store.ts';
import { Passwords } from '../identity/passwords.ts';
import { SecurityEventStore } from '../identity/security-event.store.ts';
import { UserStore } from '../identity/user.store.ts';
import { UserAdministration } from '../identity/user-administration.service.ts';
import { UserAdministrationStore } from '../identity/user-administration.store.ts';

export interface AccountServices {
  readonly users: UserStore;
  readonly administration: UserAdministration;
  readonly resets: PasswordReset;
  readonly passwords: Passwords;
  readonly events: SecurityEventStore;
}

const connectMs = 5_000;
/** Gateways read ended sessions from the database every five seconds. */
const noBus = { add: () => undefined };

/** Migrates the tables if needed, runs `work` and closes the connections. @throws Failure service-unavailable; whatever `work` throws */
export async function withAccounts<T>(databaseUrl: string, work: (services: AccountServices) => Promise<T>): Promise<T> {
  const log = Log.open({ service: 'operator', instance: String(process.pid), level: 'silent' });
  const options = { url: databaseUrl, schema: 'identity', applicationName: 'operator', poolSize: 2, entities: identityTables.entities };
  const database = new Database(() => ({ ...options, migrations: [erasureMigrations, identityTables.migrations] }), log);
  const timer = new AbortController();
  try {
    database.onModuleInit();
    const late = delay(connectMs, undefined, { signal: timer.signal }).catch(() => undefined);
    await Promise.race([database.whenOpen(), late]);
    void database.source; // throws when it is not open
    return await runInCall(openCall({ deadlineMs: 60_000 }), () => work(servicesOn(database, log)));
  } finally {
    timer.abort();
    await database.close();
  }
}

function servicesOn(database: Database, log: Log): AccountServices {
  const events = new SecurityEventStore(database, log);
  const passwords = new Passwords();
  return {
    users: new UserStore(database),
    administration: new UserAdministration(new UserAdministrationStore(database), noBus, events),
    resets: new PasswordReset(new PasswordResetStore(database), passwords, new MailDelivery(log), noBus, events),
    passwords,
    events,
  };
}
