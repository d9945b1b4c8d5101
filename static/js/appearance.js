// Runs in the head, before anything is painted: the reader's own text size, contrast and theme are there from
// the first letter on. What these names mean stands in tokens.css; page-tools.js changes them.
{
  const root = document.documentElement;
  root.dataset.scripts = "";
  const allowed = {
    text: ["90", "115", "130", "150", "175", "200"],
    contrast: ["more"],
    theme: ["light", "dark"],
  };
  for (const [name, values] of Object.entries(allowed)) {
    try {
      const value = localStorage.getItem(name);
      if (values.includes(value)) root.dataset[name] = value;
    } catch {
      // A browser that keeps nothing shows the portal as the device wishes.
    }
  }
}
