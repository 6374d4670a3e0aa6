/** The tables of identity, for the gateway and for the operator's command line. */
import type { FeatureOptions } from '#platform';
import { AddAccountAdministration1795500000000 } from './account-administration.migration.ts';
import { AddAccountDeletion1796000100000 } from './account-deletion.migration.ts';
import { CountAccountChanges1798100100000 } from './account-revision.migration.ts';
import { AddAccountSecurity1795219500000 } from './account-security.migration.ts';
import { AddEmailConfirmation1797310100000 } from './email-confirmation.migration.ts';
import { CreateIdentity1795219200000 } from './identity.migration.ts';
import { InvitationRow } from './invitation.store.ts';
import { AddRefreshSuccessor1795222000000 } from './refresh-successor.migration.ts';
import { RefreshTokenRow } from './refresh-token.store.ts';
import { SecurityEventRow } from './security-event.store.ts';
import { AddSecurityEventNames1797100000000 } from './security-event-names.migration.ts';
import { PartitionSecurityEvents1797100100000 } from './security-event-partitions.migration.ts';
import { SigningKeyRow } from './signing-key.store.ts';
import { SuspendAccounts1797400100000 } from './suspension.migration.ts';
import { UserRow } from './user.store.ts';

export const identityTables = {
  entities: [UserRow, RefreshTokenRow, SigningKeyRow, SecurityEventRow, InvitationRow],
  migrations: {
    schema: 'identity',
    steps: [
      CreateIdentity1795219200000,
      AddAccountSecurity1795219500000,
      AddRefreshSuccessor1795222000000,
      AddAccountAdministration1795500000000,
      AddAccountDeletion1796000100000,
      AddSecurityEventNames1797100000000,
      PartitionSecurityEvents1797100100000,
      AddEmailConfirmation1797310100000,
      SuspendAccounts1797400100000,
      CountAccountChanges1798100100000,
    ],
  },
} satisfies FeatureOptions;
