import { Module } from '@nestjs/common';
import { PassportModule } from '@nestjs/passport';
import { PlatformModule } from '#platform';
import { HttpModule } from '../http/http.module.ts';
import { AccessTokens } from './access-token.ts';
import { AccountDeletionController } from './account-deletion.controller.ts';
import { AccountDeletion } from './account-deletion.service.ts';
import { AccountDeletionStore } from './account-deletion.store.ts';
import { Accounts } from './accounts.service.ts';
import { AdministrationController } from './administration.controller.ts';
import { ApiKeyStore } from './api-key.store.ts';
import { ApiKeysController } from './api-keys.controller.ts';
import { ApiKeys } from './api-keys.service.ts';
import { AuthenticationService } from './authentication.service.ts';
import { CallerWatch } from './caller-watch.ts';
import { CredentialCheck } from './credential-check.service.ts';
import { DeletionCoordinator } from './deletion-coordinator.service.ts';
import { DenyByDefaultGuard } from './deny-by-default.guard.ts';
import { EmailConfirmationController } from './email-confirmation.controller.ts';
import { EmailConfirmation } from './email-confirmation.service.ts';
import { EmailConfirmationStore } from './email-confirmation.store.ts';
import { EndedSessions } from './ended-sessions.ts';
import { IdentityController } from './identity.controller.ts';
import { identityTables } from './identity-tables.migrations.ts';
import { InvitationStore } from './invitation.store.ts';
import { Invitations } from './invitations.service.ts';
import { JwtStrategy } from './jwt.strategy.ts';
import { Login } from './login.service.ts';
import { LoginBudget } from './login-budget.ts';
import { smtpProvider } from './mail.providers.ts';
import { MailDelivery } from './mail.service.ts';
import { OperatorController } from './operator.controller.ts';
import { PasswordStore } from './password.store.ts';
import { PasswordChange } from './password-change.service.ts';
import { PasswordResetController } from './password-reset.controller.ts';
import { PasswordReset } from './password-reset.service.ts';
import { PasswordResetStore } from './password-reset.store.ts';
import { Passwords } from './passwords.ts';
import { RefreshSuccessors } from './refresh-successors.ts';
import { RefreshTokenStore } from './refresh-token.store.ts';
import { RevokedApiKeys } from './revoked-api-keys.ts';
import { SecurityEventStore } from './security-event.store.ts';
import { SecurityEventJanitor } from './security-event-janitor.ts';
import { SessionStore } from './session.store.ts';
import { SessionTokens } from './session-tokens.service.ts';
import { SessionsController } from './sessions.controller.ts';
import { Sessions } from './sessions.service.ts';
import { SigningKeyStore } from './signing-key.store.ts';
import { SigningKeySet } from './signing-key-set.ts';
import { UserStore } from './user.store.ts';
import { UserAdministration } from './user-administration.service.ts';
import { UserAdministrationStore } from './user-administration.store.ts';

const tables = PlatformModule.forFeature(identityTables);

/**
 * Accounts, invitations, sessions, API keys and signing keys: `/v1/auth/*`, `/v1/me`, `/v1/sessions`, `/v1/api-keys`, `/v1/invitations`,
 * `/v1/operators/*`, `/.well-known/jwks.json`.
 * Exports authentication for all endpoints. Stores in PostgreSQL (`identity`), with an audit log in `identity.security_events`.
 */
@Module({
  imports: [PassportModule, HttpModule, tables],
  controllers: [
    IdentityController,
    SessionsController,
    ApiKeysController,
    OperatorController,
    AdministrationController,
    PasswordResetController,
    EmailConfirmationController,
    AccountDeletionController,
  ],
  providers: [
    Accounts,
    AccountDeletionStore,
    AccountDeletion,
    DeletionCoordinator,
    InvitationStore,
    Invitations,
    UserAdministrationStore,
    UserAdministration,
    PasswordResetStore,
    PasswordReset,
    EmailConfirmationStore,
    EmailConfirmation,
    MailDelivery,
    smtpProvider,
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
  exports: [AuthenticationService, CallerWatch, EmailConfirmation, DenyByDefaultGuard, MailDelivery, ApiKeyStore, SecurityEventStore],
})
export class IdentityModule {}
