/** Why a folder is no model that can be used: one sentence for the operator. */
export class ModelFault extends Error {}
