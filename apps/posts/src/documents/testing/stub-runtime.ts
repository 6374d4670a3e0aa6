/** Stands in for the ONNX runtime where it is not installed: the network that it runs gives word piece `n` a 1 at place `n - 4` of 4. */
import { writeModel } from './tiny-model.ts';

const program = `
class Tensor { constructor(type, data, dims) { Object.assign(this, { type, data, dims }); } }
class InferenceSession {
  inputNames = ['input_ids', 'attention_mask'];
  outputNames = ['last_hidden_state'];
  static async create() { return new InferenceSession(); }
  async run({ input_ids: { data, dims } }) {
    const out = new Float32Array(data.length * 4);
    data.forEach((id, at) => { if (id >= 4n) out[at * 4 + Number(id) - 4] = 1; });
    return { last_hidden_state: new Tensor('float32', out, [...dims, 4]) };
  }
  async release() {}
}
module.exports = { InferenceSession, Tensor };
`;

/** @returns the folder of the runtime */
export const writeStubRuntime = (folder: string): string =>
  writeModel(folder, {
    'package.json': '{}',
    'node_modules/onnxruntime-node/package.json': '{"name":"onnxruntime-node","main":"index.js"}',
    'node_modules/onnxruntime-node/index.js': program,
  });

/** For this runtime. */
export const stubWords = { whale: [1, 0, 0, 0], sea: [0, 1, 0, 0], bread: [0, 0, 1, 0], oven: [0, 0, 0, 1] };
