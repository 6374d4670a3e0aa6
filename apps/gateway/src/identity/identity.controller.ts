import { Controller, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { requireSubject } from '#platform';
import type { InputOf } from '../http/endpoint.ts';
import { ClientAddresses } from '../http/limits/client-addresses.ts';
import { Input, Route } from '../http/route.ts';
import { Accounts } from './accounts.service.ts';
import { sessionOf } from './authentication.service.ts';
import { changePassword, createSession, deleteOwnSession, getJwks, getMe, refreshSession, registerAccount } from './identity.endpoints.ts';
import { Login } from './login.service.ts';
import { PasswordChange } from './password-change.service.ts';
import { Sessions } from './sessions.service.ts';
import { SigningKeySet } from './signing-key-set.ts';
import type { UserRow } from './user.store.ts';

const shown = ({ id, email, roles, emailConfirmedAt, createdAt }: UserRow) => ({
  id,
  email,
  roles,
  emailConfirmed: emailConfirmedAt !== null,
  createdAt: createdAt.toISOString(),
});

@Controller()
export class IdentityController {
  constructor(
    private readonly accounts: Accounts,
    private readonly logins: Login,
    private readonly sessions: Sessions,
    private readonly passwords: PasswordChange,
    private readonly keys: SigningKeySet,
    private readonly addresses: ClientAddresses,
  ) {}

  @Route(registerAccount)
  async register(@Input() { body }: InputOf<typeof registerAccount>, @Req() request: FastifyRequest) {
    return { user: shown(await this.accounts.register(body, this.addresses.of(request))) };
  }

  @Route(createSession)
  login(@Input() { body }: InputOf<typeof createSession>, @Req() request: FastifyRequest) {
    return this.logins.login(body, this.addresses.of(request));
  }

  @Route(refreshSession)
  refresh(@Input() { body }: InputOf<typeof refreshSession>, @Req() request: FastifyRequest) {
    return this.sessions.refresh(body.refreshToken, this.addresses.of(request));
  }

  @Route(deleteOwnSession)
  logout(@Input() { body }: InputOf<typeof deleteOwnSession>, @Req() request: FastifyRequest) {
    return this.sessions.end(body.refreshToken, this.addresses.of(request));
  }

  @Route(changePassword)
  async changePassword(@Input() { body }: InputOf<typeof changePassword>, @Req() request: FastifyRequest): Promise<void> {
    const caller = { userId: requireSubject(), sessionId: sessionOf(request), address: this.addresses.of(request) };
    await this.passwords.change({ ...caller, current: body.currentPassword, next: body.newPassword });
  }

  @Route(getMe)
  async me() {
    return shown(await this.accounts.require(requireSubject()));
  }

  @Route(getJwks)
  jwks() {
    return this.keys.jwks();
  }
}
