import { Controller } from '@nestjs/common';
import { createAccountExport, deleteAccountExport, getAccountExport, locateAccountExport, type RequestOf } from '#contracts';
import { Handles } from '#platform';
import { AccountExportService } from './account-export.service.ts';

@Controller()
export class AccountExportHandler {
  constructor(private readonly exports: AccountExportService) {}

  @Handles(createAccountExport)
  create() {
    return this.exports.create();
  }

  @Handles(getAccountExport)
  get({ accountExportId }: RequestOf<typeof getAccountExport>) {
    return this.exports.get(accountExportId);
  }

  @Handles(deleteAccountExport)
  async remove({ accountExportId }: RequestOf<typeof deleteAccountExport>) {
    await this.exports.remove(accountExportId);
    return { deleted: true as const };
  }

  @Handles(locateAccountExport)
  locate({ accountExportId }: RequestOf<typeof locateAccountExport>) {
    return this.exports.locate(accountExportId);
  }
}
