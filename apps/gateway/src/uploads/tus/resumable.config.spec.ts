import { describe, expect, it } from '@jest/globals';
import { uploadFolderOf } from './resumable.config.ts';

describe('the folder of unfinished uploads', () => {
  it('is where one says', () => {
    expect(uploadFolderOf({ GATEWAY_UPLOAD_FOLDER: '/mnt/parts', BLOB_STORE_URL: 'file:///data/blobs' })).toBe('/mnt/parts');
  });
  it('else lies in the folder of the blob store', () => {
    expect(uploadFolderOf({ BLOB_STORE_URL: 'file:///data/blobs' })).toBe('/data/blobs/unfinished');
  });
  it('else, where that has no folder, beside our other data', () => {
    expect(() => uploadFolderOf({ BLOB_STORE_URL: 's3://bucket' })).toThrow('scheme file');
  });
});
