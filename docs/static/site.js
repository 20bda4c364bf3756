// What furo leaves open for those who use a keyboard or listen to a page.
document.addEventListener("DOMContentLoaded", () => {
  for (const caption of document.querySelectorAll("p.caption[role=heading]")) caption.setAttribute("aria-level", "2");
  document.querySelector("aside.sidebar-drawer")?.setAttribute("aria-label", "Contents");
  document.querySelector("aside.toc-drawer")?.setAttribute("aria-label", "On this page");
  for (const block of document.querySelectorAll("pre, .table-wrapper, .math")) {
    if (block.scrollWidth > block.clientWidth) block.tabIndex = 0;
  }
});
