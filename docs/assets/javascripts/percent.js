// @ts-check
/*
 * A share of one in words, as everywhere on the site: the same as percent in macros/render/parts/quantity.py.
 *
 *   window.vagPercent(share)    "97.3%"; never 100% or 0% unless it is exactly that
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const FORM = new Intl.NumberFormat("en-US", { minimumFractionDigits: 1, maximumFractionDigits: 1 });

  window.vagPercent = (share) => {
    if (share === 0 || share === 1) return `${share * 100}%`;
    if (share > 0.999) return "over 99.9%";
    // Twelve digits are what a computation in floating point is good for.
    return share < 0.001 ? "under 0.1%" : `${FORM.format(Number((share * 100).toPrecision(12)))}%`;
  };
})();
