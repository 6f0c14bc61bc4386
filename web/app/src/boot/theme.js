// Runs before the first paint, so that a chosen appearance never flashes the other one. It is a
// file of its own because the page's policy allows no inline scripts.
(() => {
  try {
    const chosen = JSON.parse(localStorage.getItem("openbell.appearance") || "{}");
    const { dataset } = document.documentElement;
    if (chosen.theme === "light" || chosen.theme === "dark") dataset.theme = chosen.theme;
    if (chosen.swapUpDown === true) dataset.swap = "true";
  } catch {
    // Without a storage the system decides.
  }
})();
