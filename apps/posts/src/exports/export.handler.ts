import { Controller } from '@nestjs/common';
import { createExport, deleteExport, getExport, listExports, locateExportFile, locateExportManifest, type RequestOf } from '#contracts';
import { Handles } from '#platform';
import { ExportService } from './export.service.ts';

@Controller()
export class ExportHandler {
  constructor(private readonly exports: ExportService) {}

  @Handles(createExport)
  create(request: RequestOf<typeof createExport>) {
    return this.exports.create(request);
  }

  @Handles(getExport)
  get({ exportId }: RequestOf<typeof getExport>) {
    return this.exports.get(exportId);
  }

  @Handles(listExports)
  list(request: RequestOf<typeof listExports>) {
    return this.exports.list(request);
  }

  @Handles(deleteExport)
  async remove({ exportId }: RequestOf<typeof deleteExport>) {
    await this.exports.remove(exportId);
    return { deleted: true as const };
  }

  @Handles(locateExportFile)
  locate({ exportId, number }: RequestOf<typeof locateExportFile>) {
    return this.exports.locate(exportId, number);
  }

  @Handles(locateExportManifest)
  locateManifest({ exportId }: RequestOf<typeof locateExportManifest>) {
    return this.exports.locateManifest(exportId);
  }
}
