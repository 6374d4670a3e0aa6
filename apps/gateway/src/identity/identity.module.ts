import { Module } from '@nestjs/common';
import { PassportModule } from '@nestjs/passport';
import { PlatformModule } from '#platform';
import { HttpModule } from '../http/http.module.ts';
import { AccessTokens } from './access-token.ts';
import { AddAccountSecurity1795219500000 } from './account-security.migration.ts';
import { Accounts } from './accounts.service.ts';
import { ApiKeyStore } from './api-key.store.ts';
import { ApiKeysController } from './api-keys.controller.ts';
import { ApiKeys } from './api-keys.service.ts';
import { AuthenticationService } from './authentication.service.ts';
import { CallerWatch } from './caller-watch.ts';
import { CredentialCheck } from './credential-check.service.ts';
import { DenyByDefaultGuard } from './deny-by-default.guard.ts';
import { EndedSessions } from './ended-sessions.ts';
import { IdentityController } from './identity.controller.ts';
import { CreateIdentity1795219200000 } from './identity.migration.ts';
import { JwtStrategy } from './jwt.strategy.ts';
import { Login } from './login.service.ts';
import { LoginBudget } from './login-budget.ts';
import { OperatorController } from './operator.controller.ts';
import { PasswordStore } from './password.store.ts';
import { PasswordChange } from './password-change.service.ts';
import { Passwords } from './passwords.ts';
import { AddRefreshSuccessor1795222000000 } from './refresh-successor.migration.ts';
import { RefreshSuccessors } from './refresh-successors.ts';
import { RefreshTokenRow, RefreshTokenStore } from './refresh-token.store.ts';
import { RevokedApiKeys } from './revoked-api-keys.ts';
import { SecurityEventRow, SecurityEventStore } from './security-event.store.ts';
import { SecurityEventJanitor } from './security-event-janitor.ts';
import { SessionStore } from './session.store.ts';
import { SessionTokens } from './session-tokens.service.ts';
import { SessionsController } from './sessions.controller.ts';
import { Sessions } from './sessions.service.ts';
import { SigningKeyRow, SigningKeyStore } from './signing-key.store.ts';
import { SigningKeySet } from './signing-key-set.ts';
import { UserRow, UserStore } from './user.store.ts';

const tables = PlatformModule.forFeature({
  entities: [UserRow, RefreshTokenRow, SigningKeyRow, SecurityEventRow],
  migrations: {
    schema: 'identity',
    steps: [CreateIdentity1795219200000, AddAccountSecurity1795219500000, AddRefreshSuccessor1795222000000],
  },
});

/**
 * Accounts, sessions, API keys and signing keys: `/v1/auth/*`, `/v1/me`, `/v1/sessions`, `/v1/api-keys`, `/v1/operators/*`, `/.well-known/jwks.json`.
 * Exports authentication for all endpoints. Stores in PostgreSQL (`identity`), with an audit log in `identity.security_events`.
 */
@Module({
  imports: [PassportModule, HttpModule, tables],
  controllers: [IdentityController, SessionsController, ApiKeysController, OperatorController],
  providers: [
    Accounts,
    Sessions,
    Passwords,
    AccessTokens,
    SigningKeySet,
    JwtStrategy,
    UserStore,
    RefreshTokenStore,
    SigningKeyStore,
    SecurityEventStore,
    SessionStore,
    SessionTokens,
    RefreshSuccessors,
    PasswordStore,
    PasswordChange,
    Login,
    LoginBudget,
    CredentialCheck,
    RevokedApiKeys,
    CallerWatch,
    ApiKeyStore,
    ApiKeys,
    EndedSessions,
    SecurityEventJanitor,
    AuthenticationService,
    DenyByDefaultGuard,
  ],
  exports: [AuthenticationService, CallerWatch, DenyByDefaultGuard],
})
export class IdentityModule {}
