/** Part of the configuration of the posts service. */
import * as z from 'zod';
import { workProfileNames } from '#compute';

export const documentsConfig = z.object({
  /** How much of collections and exports is worked on at a time, and how many results are remembered. */
  WORK_PROFILE: z.enum(workProfileNames).default('balanced'),
  /** Where `npm run enable -- onnx` has installed the runtime of sentence models. */
  POSTS_ONNX_FOLDER: z.string().min(1).default('.rafaga/onnx'),
});

export const WORK_PROFILE = Symbol('work profile');
