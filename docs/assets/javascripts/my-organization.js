// @ts-check
(() => {})();
