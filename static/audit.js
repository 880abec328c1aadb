// A case, while an auditor grades it: progress is counted, and the comment that a grade needs is
// asked for at once. The page works without any of it; the server works everything out again.
// (What is saved when: saving.js.)
(() => {
  "use strict";

  const form = document.querySelector("[data-grading]");
  if (!form) return;
  const blocks = Array.from(form.querySelectorAll("[data-indicator]"));
  const at = form.querySelector("input[name=at]");

  function isAnswered(block) {
    const chosen = block.querySelector("input[type=radio]:checked");
    if (chosen && chosen.value) return true;
    if (block.querySelector("input[type=checkbox]:checked")) return true;
    const text = block.querySelector(`[name="text-${block.dataset.indicator}"]`);
    return Boolean(text && text.value.trim());
  }

  function look() {
    for (const block of blocks) {
      const code = block.dataset.indicator;
      const needs = Boolean(block.querySelector("[data-needs-comment]:checked"));
      const comment = block.querySelector(`[name="comment-${code}"]`);
      block.querySelector("[data-needs]").hidden = !needs;
      const state = document.querySelector(`[data-state-of="${code}"]`);
      if (needs && !comment.value.trim()) state.textContent = "comment needed";
      else state.textContent = isAnswered(block) ? "answered" : "";
    }
    const total = document.querySelector("[data-answered]");
    if (total) total.textContent = blocks.filter(isAnswered).length;
  }

  form.addEventListener("input", look);
  // Where somebody works, so that saving leads back there.
  form.addEventListener("focusin", (event) => {
    const block = event.target.closest("[data-indicator]");
    if (at && block) at.value = block.dataset.indicator;
  });
  // Enter in a choice would save the page by surprise.
  form.addEventListener("keydown", (event) => {
    const type = event.target.type;
    if (event.key === "Enter" && (type === "radio" || type === "checkbox")) event.preventDefault();
  });
  // What was chosen or typed before this script came.
  const early = Array.from(form.querySelectorAll("input, textarea")).some(
    (box) => box.value !== box.defaultValue || Boolean(box.checked) !== Boolean(box.defaultChecked),
  );
  if (early) look();
})();
