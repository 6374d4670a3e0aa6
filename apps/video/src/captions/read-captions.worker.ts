/** Reads a caption file and writes it in both formats, on a worker thread. */
import { type ReadCaptionsInput, type ReadResult, readCaptions } from './read-captions.ts';

export default (input: ReadCaptionsInput): ReadResult => readCaptions(input);
