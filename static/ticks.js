// A button that ticks every box of its form; without scripts each is ticked by itself.
(() => {
  "use strict";

  for (const button of document.querySelectorAll("[data-tick-all]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      for (const box of button.form.querySelectorAll("input[type=checkbox]")) box.checked = true;
    });
  }
})();
