/*
 * The theme wraps the copy button of every code block in a nav without a name, so that a page with two code blocks has
 * two landmarks that a screen reader cannot tell apart. They are no navigation: take them out of the list of landmarks.
 * The theme adds them as code comes into view, hence the observer. A classic script, not a module: browsers load no
 * module from file://.
 */
(() => {
  const content = document.querySelector(".md-content");
  const demote = () => {
    for (const nav of content.querySelectorAll("nav.md-code__nav:not([role])")) nav.setAttribute("role", "none");
  };
  if (!content.querySelector("pre > code")) return;
  new MutationObserver(demote).observe(content, { childList: true, subtree: true });
  demote();
})();
