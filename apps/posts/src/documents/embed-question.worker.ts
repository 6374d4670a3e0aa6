/** Embeds the text that is asked for on another thread, in 32-bit numbers. */
import type { EmbedInput } from './embed-rows.worker.ts';
import { embedTexts } from './models/embed-texts.ts';

export default ({ embedder, texts }: EmbedInput): Promise<Float32Array<ArrayBuffer>> => embedTexts(embedder, texts);
