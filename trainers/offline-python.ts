/** Variables of all our Python processes that load models: nothing is fetched from the Hub, and all text is UTF-8. */
export const OFFLINE_PYTHON = { HF_HUB_OFFLINE: '1', TRANSFORMERS_OFFLINE: '1', PYTHONUTF8: '1' };
